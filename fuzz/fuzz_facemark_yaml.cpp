// libFuzzer target: the text of a facemark file as OpenCV writes it, read, made compact and fitted to faces.
// Whatever it is, it gives landmarks or a ModelFileError.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/errors.h"
#include "fit_faces.h"
#include "landmarks/facemark_yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    auto compact = emochat::ParseFacemarkYaml({bytes, size}, "facemark.yaml", emochat::FacemarkSource{});
    fuzz::FitFaces(std::make_shared<emochat::FacemarkModel>(std::move(compact), "facemark.yaml"));
  } catch (const emochat::ModelFileError&) {
    return 0;
  }
  return 0;
}
