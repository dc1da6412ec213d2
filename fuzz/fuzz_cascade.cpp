// libFuzzer target: the text of a cascade file, read and used to search a small picture by both evaluators.
// Whatever it is, it gives windows or a ModelFileError; and where both evaluators take the file, they give
// the same windows.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "base/errors.h"
#include "faces/face_detector.h"

namespace {

constexpr int kWidth = 61;
constexpr int kHeight = 47;

/// Noise over a slope: windows of all kinds, always the same.
cv::Mat Picture() {
  cv::Mat picture(kHeight, kWidth, CV_8U);
  std::uint32_t random = 1;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      random = random * 1664525U + 1013904223U;
      picture.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(2 * x + (random >> 25U));
    }
  }
  return picture;
}

std::optional<std::vector<cv::Rect>> Faces(const std::string& xml, emochat::CascadeEvaluator evaluator) {
  static const cv::Mat picture = Picture();
  try {
    emochat::SingleThread thread;
    return emochat::FaceDetector(emochat::FaceCascade(xml, "cascade.xml", evaluator)).Detect(picture, thread);
  } catch (const emochat::ModelFileError&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  cv::setNumThreads(1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string xml(reinterpret_cast<const char*>(data), size);
  const auto ours = Faces(xml, emochat::CascadeEvaluator::kVectorised);
  const auto opencv = Faces(xml, emochat::CascadeEvaluator::kOpencv);
  if (ours && opencv && *ours != *opencv) {
    std::fprintf(stderr, "%zu faces, by OpenCV %zu\n", ours->size(), opencv->size());
    std::abort();
  }
  return 0;
}
