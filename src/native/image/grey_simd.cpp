#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/grey_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "image/grey_simd.h"

// Highway keeps its portable vectors from GCC before 12.3 for the sake of one operation (the high half of a
// product, GCC bug 106322) that is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Weights of a pixel's first, second and third byte. They add up to 1 << kShift, so that grey stays as it
/// is.
struct Weights {
  std::uint32_t first;
  std::uint32_t second;
  std::uint32_t third;
};
constexpr int kShift = 15;
constexpr std::uint32_t kHalf = 1U << (kShift - 1);
constexpr Weights kRedFirst = {9798, 19235, 3735};
constexpr Weights kBlueFirst = {kRedFirst.third, kRedFirst.second, kRedFirst.first};

void ScalarRow(const Weights& weights, std::size_t bytes_a_pixel, const std::uint8_t* HWY_RESTRICT pixels,
               std::size_t count, std::uint8_t* HWY_RESTRICT grey) {
  for (std::size_t i = 0; i < count; ++i, pixels += bytes_a_pixel) {
    const std::uint32_t sum =
        weights.first * pixels[0] + weights.second * pixels[1] + weights.third * pixels[2];
    grey[i] = static_cast<std::uint8_t>((sum + kHalf) >> kShift);
  }
}

/// Grey of pixels that lie in a lane each, the first byte lowest.
template <class D>
HWY_INLINE hn::Vec<D> GreyLanes(D d, const Weights& weights, hn::Vec<D> pixels) {
  const auto low_byte = hn::Set(d, 0xFF);
  const auto first = hn::Mul(hn::And(pixels, low_byte), hn::Set(d, weights.first));
  const auto second = hn::Mul(hn::And(hn::ShiftRight<8>(pixels), low_byte), hn::Set(d, weights.second));
  const auto third = hn::Mul(hn::And(hn::ShiftRight<16>(pixels), low_byte), hn::Set(d, weights.third));
  const auto sum = hn::Add(hn::Add(first, second), hn::Add(third, hn::Set(d, kHalf)));
  return hn::ShiftRight<kShift>(sum);
}

void RowOfFours(const std::uint8_t* HWY_RESTRICT pixels, std::size_t count, std::uint8_t* HWY_RESTRICT grey) {
  const hn::ScalableTag<std::uint32_t> d;
  const hn::Repartition<std::uint8_t, decltype(d)> d8;
  const hn::Rebind<std::uint8_t, decltype(d)> d_grey;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto lane_pixels = hn::BitCast(d, hn::LoadU(d8, pixels + 4 * i));
    hn::StoreU(hn::U8FromU32(GreyLanes(d, kRedFirst, lane_pixels)), d_grey, grey + i);
  }
  ScalarRow(kRedFirst, 4, pixels + 4 * i, count - i, grey + i);
}

void RowOfThrees(const Weights& weights, const std::uint8_t* HWY_RESTRICT pixels, std::size_t count,
                 std::uint8_t* HWY_RESTRICT grey) {
  const hn::FixedTag<std::uint8_t, 16> d8;
  const hn::FixedTag<std::uint32_t, 4> d;
  const hn::FixedTag<std::uint8_t, 4> d_grey;
  constexpr std::uint8_t kNothing = 0x80;
  alignas(16) static constexpr std::uint8_t kSpread[16] = {0, 1, 2, kNothing, 3, 4,  5,  kNothing,
                                                           6, 7, 8, kNothing, 9, 10, 11, kNothing};
  const auto spread = hn::Load(d8, kSpread);
  std::size_t i = 0;
  // A vector holds five pixels and a third, of which four are used.
  for (; i + 6 <= count; i += 4) {
    const auto lane_pixels = hn::TableLookupBytesOr0(hn::LoadU(d8, pixels + 3 * i), spread);
    hn::StoreU(hn::U8FromU32(GreyLanes(d, weights, hn::BitCast(d, lane_pixels))), d_grey, grey + i);
  }
  ScalarRow(weights, 3, pixels + 3 * i, count - i, grey + i);
}

void GreyRowHere(PixelOrder order, const std::uint8_t* pixels, std::size_t count, std::uint8_t* grey) {
  switch (order) {
    case PixelOrder::kRgb:
      return RowOfThrees(kRedFirst, pixels, count, grey);
    case PixelOrder::kBgr:
      return RowOfThrees(kBlueFirst, pixels, count, grey);
    case PixelOrder::kRgbx:
      return RowOfFours(pixels, count, grey);
  }
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(GreyRowHere);

void GreyRow(PixelOrder order, const std::uint8_t* pixels, std::size_t count, std::uint8_t* grey) {
  HWY_DYNAMIC_DISPATCH(GreyRowHere)(order, pixels, count, grey);
}

}  // namespace emochat
#endif
