#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace emochat {

/// Numbers that place the two pixels of a split: x and y of the first, x and y of the second.
inline constexpr std::size_t kFacemarkPair = 4;

/// The trees of one stage of a facemark, and the face that they look at.
struct FacemarkWalk {
  /// Grey, rows `stride` bytes apart; `stride` × `height` below 2^31.
  const std::uint8_t* pixels;
  std::size_t stride;
  int width;
  int height;

  std::size_t trees;
  /// Splits on the way from the root to a leaf.
  std::size_t levels;
  /// Of every split x and y of the first, then of the second pixel, relative to the landmark; level by level,
  /// in a level tree by tree, in a tree from left to right. On a boundary of 32 bytes.
  const double* offsets;
  /// In the same order: to the right if the first pixel minus the second is not below.
  const std::int16_t* thresholds;

  /// For every tree x and y of its landmark, twice, pixels of the picture; one tree more may be read.
  const double* anchors;
  /// What turns an offset into pixels of the picture: x' = along[0] x + across[0] y, y' = along[1] y +
  /// across[1] x.
  std::array<double, 2> along;
  std::array<double, 2> across;

  /// A row for every leaf, `row_size` numbers, which are fetched ahead.
  const std::int32_t* rows;
  std::size_t row_size;
};

/// Rows are whole multiples of so many numbers.
inline constexpr std::size_t kFacemarkRowUnit = 16;

/// Finds for every tree the row of the leaf that the picture leads to, with the widest vectors that this
/// processor has; all of them give the same. Coordinates outside of the picture take the nearest pixel
/// inside, and any number is safe, even one that is none.
void FindFacemarkRows(const FacemarkWalk& walk, const std::int32_t** found);

/// Adds rows to `sums` modulo 2^32. All are on a boundary of 64 bytes.
void AddFacemarkRows(const std::int32_t* const* rows, std::size_t count, std::size_t row_size,
                     std::int32_t* sums);

/// The instruction sets that these were built for and this processor has, widest first, as Highway numbers
/// them (see hwy::TargetName, hwy::SetSupportedTargetsForTest); the last one is what every processor has.
std::vector<std::int64_t> FacemarkTargets();

}  // namespace emochat
