#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <hwy/aligned_allocator.h>
#include <opencv2/core/mat.hpp>

#include "landmarks/facemark_model.h"

namespace emochat {

/// Fits landmarks to a face with an LBF facemark, with the answer of OpenCV's FacemarkLBF::fit. One thread at
/// a time: it keeps its buffers; the model is shared.
class FacemarkFitter {
 public:
  explicit FacemarkFitter(std::shared_ptr<const FacemarkModel> model);

  /// `grey`: less than 2^31 bytes, those between its rows included. `face`: bounding box in pixels of the
  /// picture. `landmarks`: room for x0, y0, x1, y1, … in pixels of the picture.
  void Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);

 private:
  /// Rotation and scale: cosine and sine of the angle, times the scale.
  struct Similarity {
    double cos = 1;
    double sin = 0;
  };

  /// The similarity that turns the mean shape into the current one.
  [[nodiscard]] Similarity TurnOfShape() const;
  void FindLeaves(std::size_t stage, const Similarity& turn, const cv::Mat& crop, const cv::Rect& face);
  void AddRows(std::size_t stage, const Similarity& turn);

  std::shared_ptr<const FacemarkModel> model_;
  /// The mean shape about its centroid, of size 1.
  std::vector<double> mean_;
  double mean_spread_ = 0;
  /// Current shape in half face boxes from the box's centre; interleaved x, y.
  std::vector<double> shape_;
  /// See FacemarkWalk.
  std::vector<double> anchors_;
  /// The leaf that each tree of the stage leads to, and the sum of their rows.
  std::vector<std::uint32_t> leaves_;
  hwy::AlignedFreeUniquePtr<std::int32_t[]> high_sums_;
  hwy::AlignedFreeUniquePtr<std::int32_t[]> low_sums_;
};

}  // namespace emochat
