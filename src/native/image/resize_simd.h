#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace emochat {

/// Reduces grey pictures by linear interpolation, with the answer of OpenCV's INTER_LINEAR_EXACT: weights in
/// 1/256, sums without rounding, one rounding at the end. One thread at a time: it keeps its tables and rows.
class LinearResizer {
 public:
  struct Picture {
    int width;
    int height;
    /// Bytes from one row to the next.
    std::size_t stride;
  };

  /// Rows of a picture: first ≤ y < end.
  struct Rows {
    int first;
    int end;
  };

  /// Makes some rows of the picture that `source` becomes when it is reduced; `target` is where the first of
  /// them goes. Both sides must be at least 2 and shrink or stay. Up to kResizeSlack bytes after the last row
  /// are read from `source` and written to `target`.
  void Resize(const Picture& from, const std::uint8_t* source, const Picture& to, const Rows& rows,
              std::uint8_t* target);

  /// Where a pixel of the result comes from, along one side: between `source` and the pixel after it.
  struct Tap {
    int source;
    /// Of the pixel after it, in 1/256.
    int weight;
  };

  /// Eight neighbouring pixels of a row of the result: how they are picked out of loads of 16 bytes.
  struct Block {
    static constexpr std::size_t kMaxLoads = 8;
    std::array<std::int32_t, kMaxLoads> loads;
    /// For every pixel its source and the pixel after it; 128 where another load has them.
    std::array<std::array<std::uint8_t, 16>, kMaxLoads> picks;
    std::array<std::uint16_t, 8> weights;
    int load_count;
  };

 private:
  /// One source row, resized across: sums in 1/256.
  const std::uint16_t* Across(const std::uint8_t* source, std::size_t stride, int row);

  std::vector<Tap> taps_;
  std::vector<Block> blocks_;
  std::array<std::vector<std::uint16_t>, 2> rows_;
  std::array<int, 2> row_numbers_{};
};

inline constexpr std::size_t kResizeSlack = 32;

}  // namespace emochat
