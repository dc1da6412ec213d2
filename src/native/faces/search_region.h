#pragma once

#include <vector>

#include <opencv2/core/types.hpp>

#include "faces/image_pyramid.h"
#include "faces/level_searcher.h"

namespace emochat {

/// Where a near look searches: windows about as large as known faces and about where they were. About: at
/// most 7/5 times larger or smaller, and with a centre no further off than 2/5 of the face's side, across and
/// down.
class SearchRegion {
 public:
  /// `faces`: bounding boxes in pixels of the picture.
  void Surround(const std::vector<cv::Rect>& faces) { faces_ = faces; }

  /// Whether a window belongs to it.
  [[nodiscard]] bool Holds(const cv::Rect& window) const;

  /// Parts of a level, from the top down, that hold every window of the region; windows around it may be
  /// among them. No window is in two of them.
  void FindBands(const PyramidLevel& level, std::vector<LevelBand>& bands) const;

 private:
  std::vector<cv::Rect> faces_;
};

}  // namespace emochat
