#include "image_pyramid.h"

#include <algorithm>
#include <cmath>

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

std::vector<float> ScalesThatFit(const cv::Size& picture, const cv::Size& window, double scale_factor) {
  std::vector<float> scales;
  double factor = 1;
  while (!ReachesBeyond(Scaled(window, factor), picture)) {
    scales.push_back(static_cast<float>(factor));
    factor *= scale_factor;
  }
  return scales;
}

/// Where no scale is within the limits, OpenCV takes the one whose window is nearest to the smallest.
float NearestScale(const std::vector<float>& scales, const cv::Size& window, const cv::Size& wanted) {
  const auto distance = [&](float scale) {
    const cv::Size miss = wanted - Scaled(window, scale);
    return miss.width * miss.width + miss.height * miss.height;
  };
  return *std::min_element(scales.begin(), scales.end(),
                           [&](float a, float b) { return distance(a) < distance(b); });
}

std::vector<float> Scales(const cv::Size& picture, const cv::Size& window, const SearchLimits& limits) {
  const std::vector<float> all = ScalesThatFit(picture, window, limits.scale_factor);
  const cv::Size largest = limits.max_size.empty() ? picture : limits.max_size;
  std::vector<float> scales;
  for (const float scale : all) {
    const cv::Size size = Scaled(window, scale);
    if (ReachesBeyond(size, largest)) break;
    if (!ReachesBeyond(limits.min_size, size)) scales.push_back(scale);
  }
  if (scales.empty() && !all.empty()) scales.push_back(NearestScale(all, window, limits.min_size));
  return scales;
}

/// How many positions a window has in a picture, as OpenCV counts them.
cv::Size Positions(const cv::Size& picture, const cv::Size& window) {
  return {std::max(picture.width + 1 - window.width, 0), std::max(picture.height + 1 - window.height, 0)};
}

}  // namespace

std::vector<PyramidLevel> PyramidLevels(const cv::Size& picture, const cv::Size& window,
                                        const SearchLimits& limits) {
  std::vector<PyramidLevel> levels;
  int stripes = 0;
  for (const float scale : Scales(picture, window, limits)) {
    const cv::Size reduced(cvRound(static_cast<float>(picture.width) / scale),
                           cvRound(static_cast<float>(picture.height) / scale));
    const cv::Size positions = Positions(reduced, window);
    const int step = scale >= 2 ? 1 : 2;
    // OpenCV cuts a level into as many stripes as the first one has blocks of 32 columns, and forgets the
    // rows that are left over.
    if (levels.empty()) stripes = cvCeil(positions.width / 32.0);
    const int stripe_rows =
        stripes == 0 ? 0 : std::max((positions.height / step + stripes - 1) / stripes, 1) * step;
    const int rows = std::min(stripes * stripe_rows, positions.height);
    levels.push_back(
        {.scale = scale, .picture = reduced, .step = step, .columns = positions.width, .rows = rows});
  }
  return levels;
}

}  // namespace emochat
