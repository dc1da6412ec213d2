#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <opencv2/core/types.hpp>

#include "cascade/cascade_simd.h"
#include "cascade/packed_cascade.h"
#include "faces/image_pyramid.h"
#include "image/resize_simd.h"

namespace emochat {

/// A grey picture, rows without gaps between them; PictureSlack() bytes beyond the last row may be read.
struct Picture {
  const std::uint8_t* pixels;
  cv::Size size;
};

/// What vectors read and write after the end of a picture, bytes.
constexpr std::size_t PictureSlack() {
  return kRowSlack > kResizeSlack ? kRowSlack : kResizeSlack;
}

/// Rows of a level at which windows have their upper edge: first ≤ y < end. Both are multiples of the level's
/// step, or the end is the level's own.
struct LevelRows {
  int first;
  int end;
};

/// Part of a level that is searched.
struct LevelBand {
  LevelRows rows;
  /// Windows have their corner at first_column ≤ x < end_column.
  int first_column;
  int end_column;
};

/// Searches levels of pictures. One thread at a time: it keeps its buffers.
class LevelSearcher {
 public:
  LevelSearcher() = default;
  ~LevelSearcher() = default;
  LevelSearcher(const LevelSearcher&) = delete;
  LevelSearcher& operator=(const LevelSearcher&) = delete;

  /// Appends the windows in a part of a level that pass every stage, row by row, in pixels of the reduced
  /// picture. `cascade`, for windows as far apart as the level has them, and `patches` are as SearchWindows
  /// takes them.
  void Search(const Picture& picture, const PyramidLevel& level, const LevelBand& band,
              const PackedCascade& cascade, const PackedCascade* patches, std::vector<WindowCorner>& found);

 private:
  LinearResizer resizer_;
  std::vector<std::uint8_t> reduced_;
  SearchBuffers buffers_;
};

}  // namespace emochat
