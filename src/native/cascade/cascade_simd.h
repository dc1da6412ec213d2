#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "cascade/packed_cascade.h"

namespace emochat {

/// Vectors may read and write this many elements beyond the end of a row.
inline constexpr std::size_t kRowSlack = 64;

/// A reduced picture, and what part of it is searched.
struct SearchTask {
  /// Grey, rows `stride` bytes apart; kRowSlack bytes beyond the last row may be read.
  const std::uint8_t* pixels;
  std::size_t stride;
  int width;
  int height;
  /// Windows have their corner at first_column ≤ x < columns and y < rows, `layout().step` apart. Those
  /// further to the left are looked at no more than is needed to know which ones OpenCV skips.
  int first_column;
  int columns;
  int rows;
};

/// Corner of a window that passed, in pixels of the reduced picture.
struct WindowCorner {
  int x;
  int y;
};

/// Windows that are brought together from anywhere in a picture: their patches of the integral picture, so
/// laid out that a vector holds the same corner of all of them.
inline constexpr int kPatchWindows = 16;
inline constexpr int kPatchColumns = 32;

/// The layout of such patches. They hold windows of less than kPatchColumns, and no tilted integral picture.
constexpr IntegralLayout PatchLayout() {
  return {.stride = kPatchColumns * kPatchWindows,
          .odd_columns = 0,
          .tilted_columns = 0,
          .step = 1,
          .spacing = kPatchWindows};
}

/// Memory that a search needs, kept from one to the next. Its contents mean nothing outside.
struct SearchBuffers {
  /// Some neighbouring windows of a row that are still in the race.
  struct Group {
    const std::uint16_t* corner;
    /// Norms of the windows, times 2^-16: those with an even index first, then the others.
    const float* norms;
    /// One bit a window.
    std::uint32_t alive;
    int column;
    int row;
  };
  /// A single window that is still in the race.
  struct Window {
    const std::uint16_t* corner;
    /// Times 2^-16.
    float norm;
    int column;
    int row;
  };
  std::vector<std::uint16_t> integral;
  /// The last three rows of the tilted integral picture, and a row of pixels for above the first.
  std::vector<std::uint16_t> tilted;
  std::vector<std::uint8_t> black;
  hwy::AlignedFreeUniquePtr<std::uint16_t[]> patch;
  std::vector<std::uint32_t> column_squares;
  std::vector<std::uint32_t> square_sums;
  std::vector<float> norms;
  std::vector<std::uint64_t> valid;
  std::vector<std::uint64_t> passed;
  std::vector<Group> groups;
  std::vector<Window> windows;
  /// How many numbers `patch` holds.
  std::size_t patch_size = 0;
};

/// Appends the windows of a reduced picture that pass every stage, row by row, exactly as OpenCV's cascade
/// classifier does on one thread, with the widest vectors that this processor has. `patches`: the same
/// cascade for PatchLayout(), or none if it does not fit there.
void SearchWindows(const PackedCascade& cascade, const PackedCascade* patches, const SearchTask& task,
                   SearchBuffers& buffers, std::vector<WindowCorner>& found);

/// The instruction sets that SearchWindows was built for and this processor has, widest first, as Highway
/// numbers them (see hwy::TargetName, hwy::SetSupportedTargetsForTest); the last one is what every processor
/// has.
std::vector<std::int64_t> SearchTargets();

}  // namespace emochat
