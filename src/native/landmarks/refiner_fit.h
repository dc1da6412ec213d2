#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <hwy/aligned_allocator.h>
#include <opencv2/core/mat.hpp>

#include "landmarks/refiner_model.h"

namespace emochat {

/// Fits landmarks with an ensemble of regression trees. One thread at a time: it keeps its buffers; the model
/// is shared.
class RefinerFitter {
 public:
  explicit RefinerFitter(std::shared_ptr<const RefinerModel> model);

  /// Fits once from a Haar box, in pixels of the picture. `landmarks`: room for x0, y0, x1, y1, … in pixels.
  void FitBox(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);

  /// Replaces landmarks (x0, y0, x1, y1, … in pixels of the picture) by the mean of five fits: the unit
  /// square is laid so that the mean shape has the landmarks' centroid and size, then shifted by 0 and 4 % of
  /// its side to the four sides. A single fit is chaotic (a pixel turns a tree), their mean is calm.
  ///
  /// Returns how far the five lie apart: the mean over the landmarks of the root mean square distance to
  /// their mean, as a share of the unit square's side.
  float Refine(const cv::Mat& grey, std::span<float> landmarks);

 private:
  /// Where the unit square lies in the picture: its upper left corner and its side, pixels.
  struct Square {
    double x = 0;
    double y = 0;
    double side = 0;
  };

  [[nodiscard]] Square SquareAround(std::span<const float> landmarks) const;
  void Fit(const cv::Mat& grey, std::span<const Square> squares);
  void ReadPixels(const RefinerStage& stage, const cv::Mat& grey, std::span<const Square> squares);
  void FindLeaves(const RefinerStage& stage, std::size_t fits);
  void AddLeaves(const RefinerStage& stage, std::span<const std::uint32_t> found, std::span<double> shape);

  [[nodiscard]] std::span<double> ShapeOf(std::size_t fit) {
    const std::size_t size = model_->shape().coordinates();
    return std::span(shapes_).subspan(fit * size, size);
  }
  [[nodiscard]] std::span<std::uint32_t> LeavesOf(std::size_t fit) {
    const std::size_t size = model_->shape().trees;
    return std::span(found_).subspan(fit * size, size);
  }

  std::shared_ptr<const RefinerModel> model_;
  /// The mean shape about its centroid.
  std::vector<double> mean_;
  double mean_x_ = 0;
  double mean_y_ = 0;
  /// Sum of the squared distances from the centroid.
  double mean_size_ = 0;
  /// The shapes of the fits that go side by side, each x0, y0, x1, y1, … in its unit square.
  std::vector<double> shapes_;
  /// The current shapes in pixels, as RefinerPixels has them.
  std::vector<double> placed_;
  /// Of the feature pixels; lanes that are not in use stay 0.
  hwy::AlignedFreeUniquePtr<std::int16_t[]> values_;
  /// As FindRefinerLeaves gives them.
  std::vector<std::uint8_t> leaves_;
  /// The leaves that the trees of the stage lead to, as rows of the stage's leaves, fit by fit.
  std::vector<std::uint32_t> found_;
  hwy::AlignedFreeUniquePtr<std::int32_t[]> sums_;
  hwy::AlignedFreeUniquePtr<float[]> totals_;
};

}  // namespace emochat
