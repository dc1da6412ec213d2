#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emochat {

/// Numbers that place the two pixels of a split: x and y of the first, x and y of the second.
inline constexpr std::size_t kFacemarkPair = 4;

/// Bits of a weight's low part.
inline constexpr int kFacemarkLowBits = 8;

/// What the leaves of one stage add to the coordinates: a row for every leaf. A number is high × 2^8 + low.
struct FacemarkRows {
  /// On a boundary of 64 bytes.
  const std::int32_t* high;
  /// What 32 bits cannot tell, on a boundary of 64 bytes.
  const std::int8_t* low;
  /// Numbers in a row: a multiple of kFacemarkRowUnit.
  std::size_t size;
};

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

  /// A row for every leaf, which is fetched ahead.
  FacemarkRows rows;
};

/// Rows are whole multiples of so many numbers.
inline constexpr std::size_t kFacemarkRowUnit = 16;

/// Finds for every tree the number of the leaf that the picture leads to, with the widest vectors that this
/// processor has; all of them give the same. Coordinates outside of the picture take the nearest pixel
/// inside, and any number is safe, even one that is none. Leaves are numbered tree by tree.
void FindFacemarkLeaves(const FacemarkWalk& walk, std::uint32_t* found);

/// Adds the rows of some leaves to `high` and `low`, `rows.size` numbers each on a boundary of 64 bytes,
/// modulo 2^32.
void AddFacemarkRows(const FacemarkRows& rows, std::span<const std::uint32_t> leaves, std::int32_t* high,
                     std::int32_t* low);

/// The instruction sets that these were built for and this processor has, widest first, as Highway numbers
/// them (see hwy::TargetName, hwy::SetSupportedTargetsForTest); the last one is what every processor has.
std::vector<std::int64_t> FacemarkTargets();

}  // namespace emochat
