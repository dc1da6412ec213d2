#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "refiner_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "refiner_simd.h"

#include <array>

// As in facemark_simd.cpp: the operation that GCC bug 106322 concerns is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Sums = hn::CappedTag<std::int32_t, kRefinerRowUnit>;

/// Adds so many rows that sums stay in registers for a while.
template <std::size_t kCount, typename T>
HWY_INLINE void AddRows(const T* rows, std::size_t size, const std::uint32_t* found, std::int32_t* sums) {
  const Sums d;
  const hn::Rebind<T, Sums> narrow;
  for (std::size_t k = 0; k < size; k += hn::Lanes(d)) {
    auto sum = hn::Load(d, sums + k);
    for (std::size_t j = 0; j < kCount; ++j)
      sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(narrow, rows + found[j] * size + k)));
    hn::Store(sum, d, sums + k);
  }
}

void AddLeavesHere(const RefinerLeaves& leaves, std::span<const std::uint32_t> found, std::int32_t* sums) {
  constexpr std::size_t kAtOnce = 8;
  std::int32_t* const narrow_sums = sums + leaves.wide_size;
  std::size_t i = 0;
  for (; i + kAtOnce <= found.size(); i += kAtOnce) {
    AddRows<kAtOnce>(leaves.wide.get(), leaves.wide_size, &found[i], sums);
    AddRows<kAtOnce>(leaves.narrow.get(), leaves.narrow_size, &found[i], narrow_sums);
  }
  for (; i < found.size(); ++i) {
    AddRows<1>(leaves.wide.get(), leaves.wide_size, &found[i], sums);
    AddRows<1>(leaves.narrow.get(), leaves.narrow_size, &found[i], narrow_sums);
  }
}

void AddBasisHere(const float* basis, std::size_t row_size, std::span<const std::int32_t> factors,
                  float* totals) {
  const hn::CappedTag<float, kRefinerRowUnit> d;
  for (std::size_t k = 0; k < row_size; k += hn::Lanes(d)) {
    auto total = hn::Load(d, totals + k);
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const auto factor = hn::Set(d, static_cast<float>(factors[i]));
      total = hn::Add(total, hn::Mul(factor, hn::Load(d, basis + i * row_size + k)));
    }
    hn::Store(total, d, totals + k);
  }
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
namespace emochat {

HWY_EXPORT(AddLeavesHere);
HWY_EXPORT(AddBasisHere);

void ReadRefinerPixels(const RefinerPixels& pixels, std::uint8_t* values) {
  const double right = pixels.width - 0.5;
  const double bottom = pixels.height - 0.5;
  for (std::size_t i = 0; i < pixels.anchors.size(); ++i) {
    const double* const anchor = pixels.landmarks + 2 * std::size_t{pixels.anchors[i]};
    const double dx = pixels.offsets[2 * i];
    const double dy = pixels.offsets[2 * i + 1];
    const double x = pixels.cos * dx - pixels.sin * dy + anchor[0];
    const double y = pixels.sin * dx + pixels.cos * dy + anchor[1];
    const bool inside = x >= -0.5 && y >= -0.5 && x < right && y < bottom;
    values[i] = inside ? pixels.picture[static_cast<std::size_t>(y + 0.5) * pixels.stride +
                                        static_cast<std::size_t>(x + 0.5)]
                       : 0;
  }
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
