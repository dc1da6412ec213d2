// libFuzzer target: the bytes of a compact facemark file, fitted to faces. Whatever they are, they give
// landmarks or a ModelFileError.

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "base/errors.h"
#include "fit_faces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    // Filled up to whole cache lines, of which every compact form consists.
    emochat::CompactBytes bytes((size + sizeof(emochat::CacheLine) - 1) / sizeof(emochat::CacheLine));
    if (size > 0) std::memcpy(bytes.data(), data, size);
    // Else nearly every input would end at its checksum.
    constexpr std::size_t kHeader = 2;
    if (bytes.size() >= kHeader) emochat::SealCompactFacemark(bytes);
    fuzz::FitFaces(std::make_shared<emochat::FacemarkModel>(std::move(bytes), "facemark.compact"));
  } catch (const emochat::ModelFileError&) {
    return 0;
  }
  return 0;
}
