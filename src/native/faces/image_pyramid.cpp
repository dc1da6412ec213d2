#include "faces/image_pyramid.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace emochat {
namespace {

/// In the precision of `scale`, which can decide how a half is rounded.
template <class Real>
cv::Size Scaled(const cv::Size& size, Real scale) {
  return {cvRound(static_cast<Real>(size.width) * scale), cvRound(static_cast<Real>(size.height) * scale)};
}

bool ReachesBeyond(const cv::Size& size, const cv::Size& limit) {
  return size.width > limit.width || size.height > limit.height;
}

/// Calls `visit` with every scale at which the window fits into the picture, until it says false.
template <class Visit>
void ForEachScale(const cv::Size& picture, const cv::Size& window, double scale_factor, const Visit& visit) {
  double factor = 1;
  while (!ReachesBeyond(Scaled(window, factor), picture)) {
    if (!visit(static_cast<float>(factor))) return;
    factor *= scale_factor;
  }
}

/// How many positions a window has in a picture, as OpenCV counts them.
cv::Size Positions(const cv::Size& picture, const cv::Size& window) {
  return {std::max(picture.width + 1 - window.width, 0), std::max(picture.height + 1 - window.height, 0)};
}

PyramidLevel LevelAt(float scale, const cv::Size& picture, const cv::Size& window) {
  const cv::Size reduced(cvRound(static_cast<float>(picture.width) / scale),
                         cvRound(static_cast<float>(picture.height) / scale));
  const cv::Size positions = Positions(reduced, window);
  return {.scale = scale,
          .picture = reduced,
          .window = Scaled(window, scale),
          .step = scale >= 2 ? 1 : 2,
          .columns = positions.width,
          .rows = positions.height,
          .stripe_rows = 0};
}

/// Where no scale is within the limits, OpenCV takes the one whose window is nearest to the smallest.
void AddNearestScale(const cv::Size& picture, const cv::Size& window, const SearchLimits& limits,
                     std::vector<PyramidLevel>& levels) {
  std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
  ForEachScale(picture, window, limits.scale_factor, [&](float scale) {
    const cv::Size miss = limits.min_size - Scaled(window, scale);
    const std::int64_t distance =
        std::int64_t{miss.width} * miss.width + std::int64_t{miss.height} * miss.height;
    if (distance < nearest) {
      nearest = distance;
      levels.assign(1, LevelAt(scale, picture, window));
    }
    return true;
  });
}

}  // namespace

void Pyramid::Plan(const cv::Size& picture, const cv::Size& window, const SearchLimits& limits) {
  const cv::Size largest = limits.max_size.empty() ? picture : limits.max_size;
  levels.clear();
  ForEachScale(picture, window, limits.scale_factor, [&](float scale) {
    const cv::Size size = Scaled(window, scale);
    if (ReachesBeyond(size, largest)) return false;
    if (!ReachesBeyond(limits.min_size, size)) levels.push_back(LevelAt(scale, picture, window));
    return true;
  });
  if (levels.empty()) AddNearestScale(picture, window, limits, levels);
  // As many as the first level has blocks of 32 columns.
  stripes = levels.empty() ? 0 : cvCeil(levels.front().columns / 32.0);
  for (PyramidLevel& level : levels) {
    if (stripes > 0) {
      level.stripe_rows = std::max((level.rows / level.step + stripes - 1) / stripes, 1) * level.step;
    }
    // OpenCV forgets the rows that are left over.
    level.rows = std::min(stripes * level.stripe_rows, level.rows);
  }
}

}  // namespace emochat
