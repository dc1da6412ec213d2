#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/resize_simd.cpp"
#include "image/resize_simd.h"

#include <algorithm>
#include <cmath>

// Highway keeps its portable vectors from GCC before 12.3 for the sake of one operation (the high half of a
// product, GCC bug 106322) that is not used here.
#define HWY_BROKEN_EMU128 0
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// The eight pixels of a block, each with the one after it in the upper byte.
template <class D>
HWY_INLINE hn::Vec<D> PixelPairs(D d, const std::uint8_t* source, const LinearResizer::Block& block) {
  const hn::Repartition<std::uint8_t, D> bytes;
  auto pairs = hn::Zero(bytes);
  for (int i = 0; i < block.load_count; ++i) {
    const auto loaded = hn::LoadU(bytes, source + block.loads[i]);
    pairs = hn::Or(pairs, hn::TableLookupBytesOr0(loaded, hn::LoadU(bytes, block.picks[i].data())));
  }
  return hn::BitCast(d, pairs);
}

void ResizeAcross(const std::uint8_t* HWY_RESTRICT source, const LinearResizer::Block* blocks,
                  std::size_t count, std::uint16_t* HWY_RESTRICT row) {
  const hn::FixedTag<std::uint16_t, 8> d;
  const auto one = hn::Set(d, 256);
  for (std::size_t i = 0; i < count; ++i) {
    const auto pairs = PixelPairs(d, source, blocks[i]);
    const auto weights = hn::LoadU(d, blocks[i].weights.data());
    const auto first = hn::Mul(hn::And(pairs, hn::Set(d, 0xFF)), hn::Sub(one, weights));
    const auto second = hn::Mul(hn::ShiftRight<8>(pairs), weights);
    hn::StoreU(hn::Add(first, second), d, row + 8 * i);
  }
}

/// Rounds the weighted mean of two rows in 1/256 to whole pixels.
void ResizeDown(const std::uint16_t* HWY_RESTRICT upper, const std::uint16_t* HWY_RESTRICT lower, int weight,
                int width, std::uint8_t* HWY_RESTRICT target) {
  const hn::CappedTag<std::int16_t, 16> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Repartition<std::uint32_t, decltype(d)> d32;
  const auto upper_weight = hn::Set(d32, static_cast<std::uint32_t>(256 - weight));
  const auto lower_weight = hn::Set(d32, static_cast<std::uint32_t>(weight));
  const auto half = hn::Set(d32, 1U << 15);
  const auto mean = [&](auto a, auto b) HWY_ATTR {
    return hn::Add(hn::Add(hn::Mul(a, upper_weight), hn::Mul(b, lower_weight)), half);
  };
  const auto low_half = hn::Set(d32, 0xFFFF);
  for (int x = 0; x < width; x += static_cast<int>(hn::Lanes(d))) {
    const auto a = hn::BitCast(d32, hn::LoadU(du, upper + x));
    const auto b = hn::BitCast(d32, hn::LoadU(du, lower + x));
    const auto even = hn::ShiftRight<16>(mean(hn::And(a, low_half), hn::And(b, low_half)));
    const auto odd = hn::AndNot(low_half, mean(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b)));
    hn::StoreU(hn::DemoteTo(d8, hn::BitCast(d, hn::Or(even, odd))), d8, target + x);
  }
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {
namespace {

using Tap = LinearResizer::Tap;
using Block = LinearResizer::Block;

HWY_EXPORT(ResizeAcross);
HWY_EXPORT(ResizeDown);

/// Where pixels `first` to `end` - 1 of the result come from, along one side. They are spread evenly over the
/// source; what lies outside of it takes the pixel at the edge.
void PlaceTaps(int source, int target, int first, int end, std::vector<Tap>& taps) {
  // As in OpenCV, which divides twice.
  const double scale = 1.0 / (static_cast<double>(target) / source);
  taps.clear();
  for (int i = first; i < end; ++i) {
    const double at = scale * (i + 0.5) - 0.5;
    const double floor = std::floor(at);
    if (at < 0) {
      taps.push_back({0, 0});
    } else if (floor >= source - 1) {
      taps.push_back({source - 2, 256});
    } else {
      taps.push_back({static_cast<int>(floor), static_cast<int>(std::nearbyint((at - floor) * 256))});
    }
  }
}

/// Plans eight pixels of the result, or what is left of them.
Block PlanBlock(const Tap* taps, std::size_t count) {
  constexpr std::uint8_t kElsewhere = 0x80;
  Block block{};
  for (auto& picks : block.picks) picks.fill(kElsewhere);
  int load = -1;
  for (std::size_t i = 0; i < count; ++i) {
    if (load < 0 || taps[i].source + 1 - block.loads[load] > 15) block.loads[++load] = taps[i].source;
    const int from = taps[i].source - block.loads[load];
    block.picks[load][2 * i] = static_cast<std::uint8_t>(from);
    block.picks[load][2 * i + 1] = static_cast<std::uint8_t>(from + 1);
    block.weights[i] = static_cast<std::uint16_t>(taps[i].weight);
  }
  block.load_count = load + 1;
  return block;
}

}  // namespace

void LinearResizer::Resize(const Picture& from, const std::uint8_t* source, const Picture& to,
                           const Rows& rows, std::uint8_t* target) {
  PlaceTaps(from.width, to.width, 0, to.width, taps_);
  blocks_.clear();
  for (std::size_t x = 0; x < taps_.size(); x += 8) {
    blocks_.push_back(PlanBlock(taps_.data() + x, std::min<std::size_t>(8, taps_.size() - x)));
  }
  for (auto& row : rows_) row.resize(static_cast<std::size_t>(to.width) + kResizeSlack);
  row_numbers_.fill(-1);
  PlaceTaps(from.height, to.height, rows.first, rows.end, taps_);
  for (const Tap& tap : taps_) {
    const std::uint16_t* upper = Across(source, from.stride, tap.source);
    const std::uint16_t* lower = Across(source, from.stride, tap.source + 1);
    HWY_DYNAMIC_DISPATCH(ResizeDown)(upper, lower, tap.weight, to.width, target);
    target += to.stride;
  }
}

const std::uint16_t* LinearResizer::Across(const std::uint8_t* source, std::size_t stride, int row) {
  std::vector<std::uint16_t>& slot = rows_[row % 2];
  if (row_numbers_[row % 2] != row) {
    row_numbers_[row % 2] = row;
    HWY_DYNAMIC_DISPATCH(ResizeAcross)(source + row * stride, blocks_.data(), blocks_.size(), slot.data());
  }
  return slot.data();
}

}  // namespace emochat
#endif
