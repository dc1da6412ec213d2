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
  /// Windows in pixels of the picture that is not reduced.
  cv::Size window;
  /// How far apart windows are, across and down.
  int step;
  /// Windows have their corner at x < columns and y < rows.
  int columns;
  int rows;
  /// Rows of a stripe: OpenCV cuts every level into Pyramid::stripes of them, from the top.
  int stripe_rows;
};

/// What limits a search.
struct SearchLimits {
  /// From one size of windows to the next; more than 1.
  double scale_factor = 1.1;
  /// Smallest and largest window in pixels of the picture; zero sets no limit.
  cv::Size min_size;
  cv::Size max_size;
};

/// The levels at which OpenCV 4.6's detectMultiScale searches a picture, in its order.
struct Pyramid {
  std::vector<PyramidLevel> levels;
  int stripes = 0;

  /// Plans the search of a picture for windows of a size, in place of what was planned before.
  void Plan(const cv::Size& picture, const cv::Size& window, const SearchLimits& limits);
};

}  // namespace emochat
