// libFuzzer target: the bytes of a compact facemark file, fitted to faces. Whatever they are, they give
// landmarks or a ModelFileError.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "errors.h"
#include "fit_faces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    fuzz::FitFaces(
        std::make_shared<emochat::FacemarkModel>(std::vector(bytes, bytes + size), "facemark.compact"));
  } catch (const emochat::ModelFileError&) {
    return 0;
  }
  return 0;
}
