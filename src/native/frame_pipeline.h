#pragma once

#include <cstdint>
#include <memory>
#include <span>
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

/// The way of a frame: bytes → grey picture → faces → landmarks. One frame at a time; a lane owns one.
class FramePipeline {
 public:
  /// `runner`: who looks for the faces; it must outlive the pipeline.
  FramePipeline(const FaceCascade& cascade, const std::shared_ptr<const FacemarkModel>& facemark,
                std::uint64_t max_pixels, PartRunner& runner);

  /// Throws FrameError.
  FrameResult AnalyzeEncoded(std::span<const std::uint8_t> bytes);

  /// Raw pixels as ImageDecoder::Grey takes them. Throws FrameError.
  FrameResult AnalyzePixels(std::span<const std::uint8_t> pixels, int width, int height, int channels);

 private:
  FrameResult Analyze(const cv::Mat& grey);

  PartRunner& runner_;
  ImageDecoder decoder_;
  FaceDetector detector_;
  FacemarkFitter fitter_;
  std::size_t coordinates_;
};

}  // namespace emochat
