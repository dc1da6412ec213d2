#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "face_detector.h"
#include "facemark_fit.h"
#include "image_decode.h"

namespace emochat {

/// What is seen in a frame.
struct FrameResult {
  /// Size in pixels of the upright picture.
  int width = 0;
  int height = 0;
  /// Four numbers a face: x, y, width, height, pixels.
  std::vector<std::int32_t> boxes;
  /// x0, y0, x1, y1, … a face, pixels.
  std::vector<float> landmarks;
};

/// The way of a frame: bytes → grey picture → faces → landmarks. One thread at a time; a lane owns one.
class FramePipeline {
 public:
  /// Throws ModelFileError if the cascade's text is none.
  FramePipeline(const std::string& cascade_xml, const std::string& cascade_name, CascadeEvaluator evaluator,
                const std::shared_ptr<const FacemarkModel>& facemark, std::uint64_t max_pixels);

  /// Throws FrameError.
  FrameResult AnalyzeEncoded(std::span<const std::uint8_t> bytes);

  /// Raw pixels as ImageDecoder::Grey takes them. Throws FrameError.
  FrameResult AnalyzePixels(std::span<const std::uint8_t> pixels, int width, int height, int channels);

 private:
  FrameResult Analyze(const cv::Mat& grey);

  ImageDecoder decoder_;
  FaceDetector detector_;
  FacemarkFitter fitter_;
  std::size_t coordinates_;
};

}  // namespace emochat
