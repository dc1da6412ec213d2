#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "cascade_model.h"
#include "cascade_simd.h"
#include "image_pyramid.h"
#include "packed_cascade.h"
#include "resize_simd.h"

namespace emochat {

/// Finds the windows of a picture that pass a cascade (Viola and Jones, CVPR 2001), many at a time. One
/// thread at a time: it keeps its buffers.
class CascadeDetector {
 public:
  explicit CascadeDetector(CascadeModel model);
  ~CascadeDetector() = default;
  CascadeDetector(const CascadeDetector&) = delete;
  CascadeDetector& operator=(const CascadeDetector&) = delete;

  [[nodiscard]] const CascadeModel& model() const { return model_; }

  /// Windows that pass every stage, in pixels of an 8-bit grey picture: exactly those that OpenCV's
  /// detectMultiScale groups into faces, in the order in which one thread finds them: by scale, then by row,
  /// then by column. At the right and lower edge they may reach beyond the picture.
  std::vector<cv::Rect> FindWindows(const cv::Mat& grey, const SearchLimits& limits);

 private:
  const PackedCascade& Packed(const IntegralLayout& layout);
  void SearchLevel(const cv::Size& picture, const PyramidLevel& level, IntegralLayout layout,
                   std::vector<cv::Rect>& windows);

  CascadeModel model_;
  /// For windows side by side, and two columns apart.
  std::optional<PackedCascade> dense_;
  std::optional<PackedCascade> sparse_;
  /// For single windows that are brought together.
  std::optional<PackedCascade> patches_;
  LinearResizer resizer_;
  /// The picture without gaps between its rows; the same reduced.
  std::vector<std::uint8_t> picture_;
  std::vector<std::uint8_t> reduced_;
  SearchBuffers buffers_;
  std::vector<WindowCorner> found_;
};

}  // namespace emochat
