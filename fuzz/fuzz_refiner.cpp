// libFuzzer target: the bytes of a refiner file, fitted to faces. Whatever they are, they give finite
// landmarks or a ModelFileError. The checksum is put right first, or nothing would get past it.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <zlib.h>

#include "base/errors.h"
#include "fit_faces.h"
#include "landmarks/refiner_fit.h"

namespace {

void FitOnce(emochat::RefinerFitter& fitter, const cv::Mat& picture, const cv::Rect& face,
             std::vector<float>& landmarks) {
  fitter.FitBox(picture, face, landmarks);
  fitter.Refine(picture, landmarks);
  for (const float coordinate : landmarks) {
    if (!std::isfinite(coordinate)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kChecksum = 12;
  constexpr std::size_t kBody = 16;
  std::vector<std::byte> bytes(size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  if (size >= kBody) {
    const auto checksum = static_cast<std::uint32_t>(crc32_z(0, data + kBody, size - kBody));
    std::memcpy(bytes.data() + kChecksum, &checksum, sizeof(checksum));
  }
  try {
    const auto model = std::make_shared<const emochat::RefinerModel>(bytes, "refiner");
    emochat::RefinerFitter fitter(model);
    std::vector<float> landmarks(model->shape().coordinates());
    for (const cv::Rect& face : fuzz::Faces()) FitOnce(fitter, fuzz::Picture(), face, landmarks);
  } catch (const emochat::ModelFileError&) {
    return 0;
  }
  return 0;
}
