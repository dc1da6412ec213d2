#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <hwy/aligned_allocator.h>

namespace emochat {

/// Rows of numbers are whole multiples of so many.
inline constexpr std::size_t kRefinerRowUnit = 16;

/// How many numbers a row of so many takes up.
constexpr std::size_t RefinerRowSize(std::size_t numbers) {
  return (numbers + kRefinerRowUnit - 1) / kRefinerRowUnit * kRefinerRowUnit;
}

/// A node of a tree that compares two feature pixels: left (node 2 i + 1) if first - second > threshold.
struct RefinerSplit {
  std::uint16_t first;
  std::uint16_t second;
  std::int16_t threshold;
};

/// What the leaves of a stage hold of each component, in whole numbers: a row a leaf, the first components
/// in 16 bits, the others, which are smaller, in 8.
struct RefinerLeaves {
  hwy::AlignedFreeUniquePtr<std::int16_t[]> wide;
  hwy::AlignedFreeUniquePtr<std::int8_t[]> narrow;
  /// Numbers in a row, multiples of kRefinerRowUnit.
  std::size_t wide_size = 0;
  std::size_t narrow_size = 0;

  [[nodiscard]] std::size_t size() const { return wide_size + narrow_size; }
};

/// Feature pixels to be placed: each at its anchor and an offset that is turned with the shape.
struct RefinerPixels {
  /// Grey, rows `stride` bytes apart; `stride` × `height` below 2^31.
  const std::uint8_t* picture;
  std::size_t stride;
  int width;
  int height;

  std::span<const std::uint16_t> anchors;
  std::span<const float> offsets;
  /// x0, y0, x1, y1, … in pixels of the picture.
  const double* landmarks;
  /// The offset (x, y) becomes (cos x - sin y, sin x + cos y).
  double cos;
  double sin;
};

/// Reads for every feature pixel the nearest pixel of the picture, 0 outside of it, into `values`.
void ReadRefinerPixels(const RefinerPixels& pixels, std::uint8_t* values);

/// Adds the rows of some leaves to `sums`, which has as many numbers and lies on a boundary of 64 bytes.
void AddRefinerLeaves(const RefinerLeaves& leaves, std::span<const std::uint32_t> found, std::int32_t* sums);

/// Adds to `totals` (a row of `row_size` numbers on a boundary of 64 bytes) each row of `basis` times its
/// factor, in this order and each product rounded, so that every instruction set gives the same.
void AddRefinerBasis(const float* basis, std::size_t row_size, std::span<const std::int32_t> factors,
                     float* totals);

}  // namespace emochat
