#pragma once

#include <array>
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

/// So many fits go side by side, each in a lane.
inline constexpr std::size_t kRefinerLanes = 8;
/// A tree has no more leaves: those that are left are the bits of a lane.
inline constexpr std::size_t kRefinerLeavesPerTree = 16;

/// A node of a tree that compares two feature pixels: left (node 2 i + 1) if first - second > threshold.
struct alignas(8) RefinerSplit {
  std::uint16_t first;
  std::uint16_t second;
  std::int16_t threshold;
};

/// What the leaves of a stage hold of each component, in whole numbers: a row a leaf, each from a cache line
/// on, with the first components in 16 bits, then the others, which are smaller, in 8.
class RefinerLeaves {
 public:
  RefinerLeaves() = default;
  /// Zeros. Both sizes are numbers in a row, multiples of kRefinerRowUnit.
  RefinerLeaves(std::size_t leaves, std::size_t wide_size, std::size_t narrow_size);

  [[nodiscard]] std::size_t wide_size() const { return wide_size_; }
  [[nodiscard]] std::size_t narrow_size() const { return narrow_size_; }
  [[nodiscard]] std::size_t size() const { return wide_size_ + narrow_size_; }

  /// Bytes from one row to the next.
  [[nodiscard]] std::size_t stride() const { return stride_; }

  [[nodiscard]] std::int16_t* wide(std::size_t leaf) const {
    return reinterpret_cast<std::int16_t*>(rows_.get() + leaf * stride_);
  }
  [[nodiscard]] std::int8_t* narrow(std::size_t leaf) const {
    return reinterpret_cast<std::int8_t*>(rows_.get() + leaf * stride_ + wide_size_ * sizeof(std::int16_t));
  }

  /// Has a row brought near: nearer than the last cache, yet not into the first, which does not hold them
  /// all.
  void Fetch(std::size_t leaf) const {
    for (std::size_t at = 0; at < stride_; at += kCacheLine)
      __builtin_prefetch(rows_.get() + leaf * stride_ + at, 0, 2);
  }

 private:
  static constexpr std::size_t kCacheLine = 64;

  std::size_t wide_size_ = 0;
  std::size_t narrow_size_ = 0;
  std::size_t stride_ = 0;
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> rows_;
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
  /// Of every landmark its x, then its y, in pixels of the picture: kRefinerLanes numbers of each.
  const double* landmarks;
  /// The offset (x, y) becomes (cos x - sin y, sin x + cos y).
  std::array<double, kRefinerLanes> cos{};
  std::array<double, kRefinerLanes> sin{};
  /// The first lanes, which are in use.
  std::size_t fits;
};

/// Reads for every feature pixel and fit the nearest pixel of the picture, 0 outside of it, into `values`:
/// kRefinerLanes numbers a feature pixel, on a boundary of 16 bytes.
void ReadRefinerPixels(const RefinerPixels& pixels, std::int16_t* values);

/// Trees of a stage, each a heap of `per_tree` splits: 1, 3, 7 or 15.
struct RefinerTrees {
  std::span<const RefinerSplit> splits;
  std::size_t per_tree;
};

/// The leaf of every tree, counted from its left, that each fit comes to by `values` as above:
/// kRefinerLanes numbers a tree.
void FindRefinerLeaves(const RefinerTrees& trees, const std::int16_t* values, std::uint8_t* found);

/// Adds the rows of some leaves to `sums`, which has as many numbers and lies on a boundary of 64 bytes.
void AddRefinerLeaves(const RefinerLeaves& leaves, std::span<const std::uint32_t> found, std::int32_t* sums);

/// Adds to `totals` (a row of `row_size` numbers on a boundary of 64 bytes) each row of `basis` times its
/// factor, in this order and each product rounded, so that every instruction set gives the same.
void AddRefinerBasis(const float* basis, std::size_t row_size, std::span<const std::int32_t> factors,
                     float* totals);

}  // namespace emochat
