#pragma once

#include <cstddef>
#include <cstdint>

namespace emochat {

/// What a pixel of a row consists of, in this order, 8 bits each.
enum class PixelOrder {
  kRgb,
  kBgr,
  /// And a fourth byte, which is not looked at.
  kRgbx,
};

/// Grey of `count` pixels: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601) in 1/32768, rounded to the
/// nearest, exactly as OpenCV's cvtColor computes it. `pixels` and `grey` must not overlap. With the widest
/// vectors that this processor has.
void GreyRow(PixelOrder order, const std::uint8_t* pixels, std::size_t count, std::uint8_t* grey);

}  // namespace emochat
