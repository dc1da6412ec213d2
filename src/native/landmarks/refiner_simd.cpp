#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "landmarks/refiner_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "landmarks/refiner_simd.h"

#include <algorithm>
#include <array>
#include <bit>

// As in facemark_simd.cpp: the operation that GCC bug 106322 concerns is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Sums = hn::CappedTag<std::int32_t, kRefinerRowUnit>;
using Totals = hn::CappedTag<float, kRefinerRowUnit>;
using Places = hn::CappedTag<double, kRefinerLanes>;
using Values = hn::Full128<std::int16_t>;
static_assert(kRefinerLanes * sizeof(std::int16_t) == 16);

void ReadPixelsHere(const RefinerPixels& pixels, std::int16_t* values) {
  const Places d;
  const hn::Rebind<std::int32_t, Places> whole;
  // Landmarks lie on the middles of pixels, which reach half a pixel to each side.
  const auto half = hn::Set(d, 0.5);
  const auto zero = hn::Zero(d);
  const auto outside = hn::Set(d, -1.0);
  const auto width = hn::Set(d, pixels.width);
  const auto height = hn::Set(d, pixels.height);
  const auto stride = hn::Set(whole, static_cast<std::int32_t>(pixels.stride));
  alignas(64) std::array<std::int32_t, kRefinerLanes> places{};
  for (std::size_t i = 0; i < pixels.anchors.size(); ++i) {
    const auto dx = hn::Set(d, double{pixels.offsets[2 * i]});
    const auto dy = hn::Set(d, double{pixels.offsets[2 * i + 1]});
    const double* const anchor = pixels.landmarks + 2 * kRefinerLanes * pixels.anchors[i];
    for (std::size_t k = 0; k < pixels.fits; k += hn::Lanes(d)) {
      const auto cos = hn::LoadU(d, &pixels.cos[k]);
      const auto sin = hn::LoadU(d, &pixels.sin[k]);
      const auto across = hn::Sub(hn::Mul(cos, dx), hn::Mul(sin, dy));
      const auto down = hn::Add(hn::Mul(sin, dx), hn::Mul(cos, dy));
      const auto column = hn::Add(hn::Add(across, hn::LoadU(d, anchor + k)), half);
      const auto row = hn::Add(hn::Add(down, hn::LoadU(d, anchor + kRefinerLanes + k)), half);
      const auto inside = hn::And(hn::And(hn::Ge(column, zero), hn::Lt(column, width)),
                                  hn::And(hn::Ge(row, zero), hn::Lt(row, height)));
      const auto line = hn::DemoteTo(whole, hn::IfThenElseZero(inside, row));
      const auto place = hn::DemoteTo(whole, hn::IfThenElse(inside, column, outside));
      hn::StoreU(hn::Add(hn::Mul(line, stride), place), whole, &places[k]);
    }
    for (std::size_t k = 0; k < pixels.fits; ++k) {
      const std::int32_t place = places[k];
      values[i * kRefinerLanes + k] = place < 0 ? std::int16_t{0} : std::int16_t{pixels.picture[place]};
    }
  }
}

/// The leaves that are left, as bits, if a split does not lead to its left: all but those on its left.
template <std::size_t kSplits>
constexpr std::array<std::uint16_t, kSplits> LeavesRightOf() {
  std::array<std::uint16_t, kSplits> kept{};
  std::size_t level_begin = 0;
  std::size_t below = kSplits + 1;
  for (std::size_t split = 0; split < kSplits; ++split) {
    if (split == 2 * level_begin + 1) {
      level_begin = split;
      below /= 2;
    }
    const std::size_t first = (split - level_begin) * below;
    const std::uint32_t left = ((1U << (below / 2)) - 1) << first;
    kept[split] = static_cast<std::uint16_t>(~left);
  }
  return kept;
}

/// Asks all splits of a tree for all fits, without a branch (Lucchese and others, "QuickScorer", SIGIR 2015):
/// the first leaf that none of them took away is the one.
template <std::size_t kSplits>
void FindLeavesOf(std::span<const RefinerSplit> splits, const std::int16_t* values, std::uint8_t* found) {
  static constexpr auto kKept = LeavesRightOf<kSplits>();
  const Values d;
  alignas(16) std::array<std::uint16_t, kRefinerLanes> left{};
  for (std::size_t tree = 0; tree < splits.size() / kSplits; ++tree) {
    auto leaves = hn::Set(d, -1);
    for (std::size_t i = 0; i < kSplits; ++i) {
      const RefinerSplit& split = splits[tree * kSplits + i];
      const auto difference = hn::Sub(hn::Load(d, values + kRefinerLanes * split.first),
                                      hn::Load(d, values + kRefinerLanes * split.second));
      const auto leads_left = hn::VecFromMask(d, hn::Gt(difference, hn::Set(d, split.threshold)));
      leaves = hn::And(leaves, hn::Or(leads_left, hn::Set(d, static_cast<std::int16_t>(kKept[i]))));
    }
    hn::Store(hn::BitCast(hn::RebindToUnsigned<Values>(), leaves), hn::RebindToUnsigned<Values>(),
              left.data());
    for (std::size_t k = 0; k < kRefinerLanes; ++k)
      found[tree * kRefinerLanes + k] = static_cast<std::uint8_t>(std::countr_zero(left[k]));
  }
}

void FindLeavesHere(const RefinerTrees& trees, const std::int16_t* values, std::uint8_t* found) {
  switch (trees.per_tree) {
    case 1:
      return FindLeavesOf<1>(trees.splits, values, found);
    case 3:
      return FindLeavesOf<3>(trees.splits, values, found);
    case 7:
      return FindLeavesOf<7>(trees.splits, values, found);
    case 15:
      return FindLeavesOf<15>(trees.splits, values, found);
    default:
      HWY_ABORT("trees of another depth");
  }
}

/// Adds so many rows that sums stay in registers for a while.
template <std::size_t kCount, typename T>
HWY_INLINE void AddRows(const std::array<const T*, kCount>& rows, std::size_t size, std::int32_t* sums) {
  const Sums d;
  const hn::Rebind<T, Sums> narrow;
  for (std::size_t k = 0; k < size; k += hn::Lanes(d)) {
    auto sum = hn::Load(d, sums + k);
    for (const T* const row : rows) sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(narrow, row + k)));
    hn::Store(sum, d, sums + k);
  }
}

template <std::size_t kCount>
HWY_INLINE void AddSome(const RefinerLeaves& leaves, const std::uint32_t* found, std::int32_t* sums) {
  std::array<const std::int16_t*, kCount> wide{};
  std::array<const std::int8_t*, kCount> narrow{};
  for (std::size_t i = 0; i < kCount; ++i) {
    wide[i] = leaves.wide(found[i]);
    narrow[i] = leaves.narrow(found[i]);
  }
  AddRows(wide, leaves.wide_size(), sums);
  AddRows(narrow, leaves.narrow_size(), sums + leaves.wide_size());
}

void AddLeavesHere(const RefinerLeaves& leaves, std::span<const std::uint32_t> found, std::int32_t* sums) {
  constexpr std::size_t kAtOnce = 8;
  std::size_t i = 0;
  for (; i + kAtOnce <= found.size(); i += kAtOnce) AddSome<kAtOnce>(leaves, &found[i], sums);
  for (; i < found.size(); ++i) AddSome<1>(leaves, &found[i], sums);
}

/// So many vectors of totals side by side, so that none waits for its own last sum.
template <std::size_t kVectors>
HWY_INLINE void AddBasisColumns(const float* basis, std::size_t row_size,
                                std::span<const std::int32_t> factors, float* totals) {
  const Totals d;
  const std::size_t lanes = hn::Lanes(d);
  std::array<hn::Vec<Totals>, kVectors> sums;
  for (std::size_t j = 0; j < kVectors; ++j) sums[j] = hn::Load(d, totals + j * lanes);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const auto factor = hn::Set(d, static_cast<float>(factors[i]));
    const float* const row = basis + i * row_size;
    for (std::size_t j = 0; j < kVectors; ++j)
      sums[j] = hn::Add(sums[j], hn::Mul(factor, hn::Load(d, row + j * lanes)));
  }
  for (std::size_t j = 0; j < kVectors; ++j) hn::Store(sums[j], d, totals + j * lanes);
}

void AddBasisHere(const float* basis, std::size_t row_size, std::span<const std::int32_t> factors,
                  float* totals) {
  constexpr std::size_t kAtOnce = 9;
  const std::size_t lanes = hn::Lanes(Totals());
  std::size_t k = 0;
  for (; k + kAtOnce * lanes <= row_size; k += kAtOnce * lanes)
    AddBasisColumns<kAtOnce>(basis + k, row_size, factors, totals + k);
  for (; k < row_size; k += lanes) AddBasisColumns<1>(basis + k, row_size, factors, totals + k);
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(ReadPixelsHere);
HWY_EXPORT(FindLeavesHere);
HWY_EXPORT(AddLeavesHere);
HWY_EXPORT(AddBasisHere);

RefinerLeaves::RefinerLeaves(std::size_t leaves, std::size_t wide_size, std::size_t narrow_size)
    : wide_size_(wide_size), narrow_size_(narrow_size) {
  const std::size_t bytes = wide_size * sizeof(std::int16_t) + narrow_size;
  stride_ = (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
  rows_ = hwy::AllocateAligned<std::uint8_t>(leaves * stride_);
  std::fill_n(rows_.get(), leaves * stride_, std::uint8_t{0});
}

void ReadRefinerPixels(const RefinerPixels& pixels, std::int16_t* values) {
  HWY_DYNAMIC_DISPATCH(ReadPixelsHere)(pixels, values);
}

void FindRefinerLeaves(const RefinerTrees& trees, const std::int16_t* values, std::uint8_t* found) {
  HWY_DYNAMIC_DISPATCH(FindLeavesHere)(trees, values, found);
}

void AddRefinerLeaves(const RefinerLeaves& leaves, std::span<const std::uint32_t> found, std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddLeavesHere)(leaves, found, sums);
}

void AddRefinerBasis(const float* basis, std::size_t row_size, std::span<const std::int32_t> factors,
                     float* totals) {
  HWY_DYNAMIC_DISPATCH(AddBasisHere)(basis, row_size, factors, totals);
}

}  // namespace emochat
#endif
