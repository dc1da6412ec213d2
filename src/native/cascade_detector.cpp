#include "cascade_detector.h"

#include <algorithm>
#include <utility>

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

/// Makes room for a picture, and for what vectors read and write after its end.
void Reserve(std::vector<std::uint8_t>& pixels, const cv::Size& picture) {
  const std::size_t size = static_cast<std::size_t>(picture.area()) + std::max(kRowSlack, kResizeSlack);
  if (pixels.size() < size) pixels.resize(size);
}

}  // namespace

CascadeDetector::CascadeDetector(CascadeModel model) : model_(std::move(model)) {
  if (model_.width < kPatchColumns) patches_.emplace(model_, PatchLayout());
}

std::vector<cv::Rect> CascadeDetector::FindWindows(const cv::Mat& grey, const SearchLimits& limits) {
  std::vector<cv::Rect> windows;
  const std::vector<PyramidLevel> levels = PyramidLevels(grey.size(), {model_.width, model_.height}, limits);
  if (levels.empty()) return windows;
  Reserve(picture_, grey.size());
  Reserve(reduced_, grey.size());
  grey.copyTo(cv::Mat(grey.size(), CV_8U, picture_.data()));
  const IntegralLayout layout = LayoutFor(levels.front());
  for (const PyramidLevel& level : levels) SearchLevel(grey.size(), level, layout, windows);
  return windows;
}

const PackedCascade& CascadeDetector::Packed(const IntegralLayout& layout) {
  std::optional<PackedCascade>& packed = layout.step == 1 ? dense_ : sparse_;
  if (!packed || packed->layout() != layout) packed.emplace(model_, layout);
  return *packed;
}

void CascadeDetector::SearchLevel(const cv::Size& picture, const PyramidLevel& level, IntegralLayout layout,
                                  std::vector<cv::Rect>& windows) {
  const cv::Size& size = level.picture;
  const auto stride = static_cast<std::size_t>(size.width);
  const std::uint8_t* pixels = picture_.data();
  if (size != picture) {
    const auto picture_stride = static_cast<std::size_t>(picture.width);
    resizer_.Resize({picture.width, picture.height, picture_stride}, picture_.data(),
                    {size.width, size.height, stride}, reduced_.data());
    pixels = reduced_.data();
  }
  layout.step = level.step;
  found_.clear();
  SearchWindows(Packed(layout), patches_ ? &*patches_ : nullptr,
                {.pixels = pixels,
                 .stride = stride,
                 .width = size.width,
                 .height = size.height,
                 .columns = level.columns,
                 .rows = level.rows},
                buffers_, found_);
  for (const WindowCorner& corner : found_) {
    windows.push_back(Enlarged(corner, {model_.width, model_.height}, level.scale));
  }
}

}  // namespace emochat
