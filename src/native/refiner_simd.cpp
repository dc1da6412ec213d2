#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "refiner_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "refiner_simd.h"

#include <algorithm>
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
using Totals = hn::CappedTag<float, kRefinerRowUnit>;

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

HWY_EXPORT(AddLeavesHere);
HWY_EXPORT(AddBasisHere);

RefinerLeaves::RefinerLeaves(std::size_t leaves, std::size_t wide_size, std::size_t narrow_size)
    : wide_size_(wide_size), narrow_size_(narrow_size) {
  const std::size_t bytes = wide_size * sizeof(std::int16_t) + narrow_size;
  stride_ = (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
  rows_ = hwy::AllocateAligned<std::uint8_t>(leaves * stride_);
  std::fill_n(rows_.get(), leaves * stride_, std::uint8_t{0});
}

void ReadRefinerPixels(const RefinerPixels& pixels, std::uint8_t* values) {
  for (std::size_t i = 0; i < pixels.anchors.size(); ++i) {
    const double* const anchor = pixels.landmarks + 2 * std::size_t{pixels.anchors[i]};
    const double dx = pixels.offsets[2 * i];
    const double dy = pixels.offsets[2 * i + 1];
    // Landmarks lie on the middles of pixels, which reach half a pixel to each side.
    const double column = pixels.cos * dx - pixels.sin * dy + anchor[0] + 0.5;
    const double row = pixels.sin * dx + pixels.cos * dy + anchor[1] + 0.5;
    const bool inside = column >= 0 && row >= 0 && column < pixels.width && row < pixels.height;
    values[i] =
        inside
            ? pixels.picture[static_cast<std::size_t>(row) * pixels.stride + static_cast<std::size_t>(column)]
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
