#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "facemark_model.h"

namespace emochat {

/// Fits landmarks to a face with an LBF facemark, with the answer of OpenCV's FacemarkLBF::fit. One thread at
/// a time: it keeps its buffers; the model is shared.
class FacemarkFitter {
 public:
  explicit FacemarkFitter(std::shared_ptr<const FacemarkModel> model);

  /// `face`: bounding box in pixels of the picture. `landmarks`: room for x0, y0, x1, y1, … in pixels of the
  /// picture.
  void Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);

 private:
  void FindLeaves(std::size_t stage, const cv::Mat& crop, const cv::Rect& face);
  void AddStage(std::size_t stage);

  std::shared_ptr<const FacemarkModel> model_;
  /// Current shape in half face boxes from the box's centre; interleaved x, y.
  std::vector<double> shape_;
  std::vector<double> delta_;
  /// The feature that each tree of the stage set.
  std::vector<std::size_t> features_;
};

}  // namespace emochat
