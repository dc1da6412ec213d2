#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scores/linear_scores_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "scores/linear_scores_simd.h"

// As in forest_simd.cpp: the operation that GCC bug 106322 concerns is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Adds the products of two features to `sum`; some instruction sets put a half of them into `rest`.
template <typename D, typename Wide, typename Sum>
HWY_INLINE void Accumulate(D /*d*/, Wide wide, hn::Vec<D> left, hn::Vec<D> right, Sum& sum, Sum& rest) {
  sum = hn::ReorderWidenMulAccumulate(wide, left, right, sum, rest);
}

void AddProductsHere(const ProductTile& tile, std::size_t first, std::int32_t* sums) {
  const hn::CappedTag<std::int16_t, kTileUnit> d;
  const hn::RepartitionToWide<decltype(d)> wide;
  const std::size_t lanes = hn::Lanes(d);
  const std::int16_t* const a0 = tile.numbers + (first * tile.rows);
  const std::int16_t* const a1 = a0 + tile.rows;
  const std::int16_t* const a2 = a1 + tile.rows;
  const std::int16_t* const a3 = a2 + tile.rows;
  for (std::size_t j = 0; j < first + kProductBlock; j += 2) {
    const std::int16_t* const b0 = tile.numbers + (j * tile.rows);
    const std::int16_t* const b1 = b0 + tile.rows;
    auto s00 = hn::Zero(wide);
    auto s01 = s00;
    auto s10 = s00;
    auto s11 = s00;
    auto s20 = s00;
    auto s21 = s00;
    auto s30 = s00;
    auto s31 = s00;
    auto r00 = s00;
    auto r01 = s00;
    auto r10 = s00;
    auto r11 = s00;
    auto r20 = s00;
    auto r21 = s00;
    auto r30 = s00;
    auto r31 = s00;
    for (std::size_t row = 0; row < tile.rows; row += lanes) {
      const auto v0 = hn::LoadU(d, b0 + row);
      const auto v1 = hn::LoadU(d, b1 + row);
      const auto u0 = hn::LoadU(d, a0 + row);
      Accumulate(d, wide, u0, v0, s00, r00);
      Accumulate(d, wide, u0, v1, s01, r01);
      const auto u1 = hn::LoadU(d, a1 + row);
      Accumulate(d, wide, u1, v0, s10, r10);
      Accumulate(d, wide, u1, v1, s11, r11);
      const auto u2 = hn::LoadU(d, a2 + row);
      Accumulate(d, wide, u2, v0, s20, r20);
      Accumulate(d, wide, u2, v1, s21, r21);
      const auto u3 = hn::LoadU(d, a3 + row);
      Accumulate(d, wide, u3, v0, s30, r30);
      Accumulate(d, wide, u3, v1, s31, r31);
    }
    std::int32_t* out = sums + (first * tile.columns) + j;
    const auto add = [&](auto left, auto right) {
      out[0] += hn::GetLane(hn::SumOfLanes(wide, left));
      out[1] += hn::GetLane(hn::SumOfLanes(wide, right));
      out += tile.columns;
    };
    add(hn::Add(s00, r00), hn::Add(s01, r01));
    add(hn::Add(s10, r10), hn::Add(s11, r11));
    add(hn::Add(s20, r20), hn::Add(s21, r21));
    add(hn::Add(s30, r30), hn::Add(s31, r31));
  }
}

void SubtractPanelHere(const FactorPanel& panel, std::size_t row, std::size_t column, double* matrix) {
  constexpr std::size_t kWidest = 4;
  const hn::CappedTag<double, kWidest> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = row; i < panel.columns; ++i) {
    for (std::size_t at = column; at < column + kMatrixBlock; at += 4 * lanes) {
      double* const out = matrix + (i * panel.columns) + at;
      const double* const right = panel.turned + at;
      const double* const left = panel.turned + i;
      auto s0 = hn::LoadU(d, out);
      auto s1 = hn::LoadU(d, out + lanes);
      auto s2 = hn::LoadU(d, out + 2 * lanes);
      auto s3 = hn::LoadU(d, out + 3 * lanes);
      for (std::size_t k = 0; k < kPanel; ++k) {
        const auto factor = hn::Set(d, left[k * panel.columns]);
        const double* const line = right + (k * panel.columns);
        s0 = hn::Sub(s0, hn::Mul(factor, hn::LoadU(d, line)));
        s1 = hn::Sub(s1, hn::Mul(factor, hn::LoadU(d, line + lanes)));
        s2 = hn::Sub(s2, hn::Mul(factor, hn::LoadU(d, line + 2 * lanes)));
        s3 = hn::Sub(s3, hn::Mul(factor, hn::LoadU(d, line + 3 * lanes)));
      }
      hn::StoreU(s0, d, out);
      hn::StoreU(s1, d, out + lanes);
      hn::StoreU(s2, d, out + 2 * lanes);
      hn::StoreU(s3, d, out + 3 * lanes);
    }
  }
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(AddProductsHere);
HWY_EXPORT(SubtractPanelHere);

void AddProducts(const ProductTile& tile, std::size_t first, std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddProductsHere)(tile, first, sums);
}

void SubtractPanel(const FactorPanel& panel, std::size_t row, std::size_t column, double* matrix) {
  HWY_DYNAMIC_DISPATCH(SubtractPanelHere)(panel, row, column, matrix);
}

}  // namespace emochat
#endif
