#include "cascade_detector.h"

#include <utility>

#include <opencv2/imgproc.hpp>

namespace emochat {
namespace {

/// One layout for all levels of a picture, so that the cascade is packed but once.
IntegralLayout LayoutFor(const PyramidLevel& largest) {
  const int half = (largest.picture.width / 2 + static_cast<int>(kRowSlack)) / 64 * 64 + 32;
  return {.stride = 2 * half, .odd_columns = half};
}

cv::Rect Enlarged(const WindowCorner& corner, const cv::Size& window, float scale) {
  const auto scaled = [scale](int length) { return cvRound(static_cast<float>(length) * scale); };
  return {scaled(corner.x), scaled(corner.y), scaled(window.width), scaled(window.height)};
}

}  // namespace

CascadeDetector::CascadeDetector(CascadeModel model) : model_(std::move(model)) {
  if (model_.width < kPatchColumns) patches_.emplace(model_, PatchLayout());
}

std::vector<cv::Rect> CascadeDetector::FindWindows(const cv::Mat& grey, const SearchLimits& limits) {
  std::vector<cv::Rect> windows;
  const std::vector<PyramidLevel> levels = PyramidLevels(grey.size(), {model_.width, model_.height}, limits);
  if (levels.empty()) return windows;
  const IntegralLayout layout = LayoutFor(levels.front());
  for (const PyramidLevel& level : levels) SearchLevel(grey, level, layout, windows);
  return windows;
}

const PackedCascade& CascadeDetector::Packed(const IntegralLayout& layout) {
  std::optional<PackedCascade>& packed = layout.step == 1 ? dense_ : sparse_;
  if (!packed || packed->layout() != layout) packed.emplace(model_, layout);
  return *packed;
}

void CascadeDetector::SearchLevel(const cv::Mat& grey, const PyramidLevel& level, IntegralLayout layout,
                                  std::vector<cv::Rect>& windows) {
  const std::size_t size = static_cast<std::size_t>(level.picture.area()) + kRowSlack;
  if (pixels_.size() < size) pixels_.resize(size);
  cv::Mat reduced(level.picture, CV_8U, pixels_.data());
  cv::resize(grey, reduced, level.picture, 0, 0, cv::INTER_LINEAR_EXACT);
  layout.step = level.step;
  found_.clear();
  SearchWindows(Packed(layout), patches_ ? &*patches_ : nullptr,
                {.pixels = pixels_.data(),
                 .stride = static_cast<std::size_t>(level.picture.width),
                 .width = level.picture.width,
                 .height = level.picture.height,
                 .columns = level.columns,
                 .rows = level.rows},
                buffers_, found_);
  for (const WindowCorner& corner : found_) {
    windows.push_back(Enlarged(corner, {model_.width, model_.height}, level.scale));
  }
}

}  // namespace emochat
