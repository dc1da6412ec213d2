#pragma once

#include <vector>

#include <opencv2/core/types.hpp>

namespace emochat {

/// One size at which a picture is searched. Windows of the cascade's own size slide over the picture, reduced
/// by `scale`.
struct PyramidLevel {
  float scale;
  /// The reduced picture, in pixels.
  cv::Size picture;
  /// How far apart windows are, across and down.
  int step;
  /// Windows have their corner at x < columns and y < rows.
  int columns;
  int rows;
};

/// What limits a search.
struct SearchLimits {
  /// From one size of windows to the next; more than 1.
  double scale_factor = 1.1;
  /// Smallest and largest window in pixels of the picture; zero sets no limit.
  cv::Size min_size;
  cv::Size max_size;
};

/// The levels at which OpenCV 4.6's detectMultiScale searches a picture for windows of a size, in its order.
std::vector<PyramidLevel> PyramidLevels(const cv::Size& picture, const cv::Size& window,
                                        const SearchLimits& limits);

}  // namespace emochat
