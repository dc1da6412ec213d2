#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "forest/gini_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "forest/gini_simd.h"

#include <array>
#include <limits>

// Highway keeps its portable vectors from GCC before 12.3 for the sake of one operation (the high half of a
// product, GCC bug 106322) that is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

ScoredCut BestGiniCutHere(const GiniCuts& cuts) {
  const hn::CappedTag<double, kGiniCutsPadding> d;
  const hn::Rebind<std::int32_t, decltype(d)> d32;
  const std::size_t lanes = hn::Lanes(d);
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  const auto weight0 = hn::Set(d, cuts.weight0);
  const auto weight1 = hn::Set(d, cuts.weight1);
  const auto node0 = hn::Set(d, cuts.node0);
  const auto node = hn::Set(d, cuts.node0 + cuts.node1);
  const auto count = hn::Set(d, static_cast<double>(cuts.count));
  auto at = hn::Iota(d, 0.0);
  auto best = hn::Set(d, kNone);
  auto best_at = hn::Zero(d);
  for (std::size_t i = 0; i < cuts.count; i += lanes) {
    const auto left0 = hn::Mul(weight0, hn::PromoteTo(d, hn::LoadU(d32, cuts.left0 + i)));
    const auto left = hn::Add(left0, hn::Mul(weight1, hn::PromoteTo(d, hn::LoadU(d32, cuts.left1 + i))));
    const auto difference = hn::Sub(hn::Mul(left0, node), hn::Mul(node0, left));
    const auto score = hn::Div(hn::Mul(difference, difference), hn::Mul(left, hn::Sub(node, left)));
    const auto better = hn::And(hn::Gt(score, best), hn::Lt(at, count));
    best = hn::IfThenElse(better, score, best);
    best_at = hn::IfThenElse(better, at, best_at);
    at = hn::Add(at, hn::Set(d, static_cast<double>(lanes)));
  }
  std::array<double, kGiniCutsPadding> scores{};
  std::array<double, kGiniCutsPadding> places{};
  hn::StoreU(best, d, scores.data());
  hn::StoreU(best_at, d, places.data());
  std::size_t first = 0;
  for (std::size_t i = 1; i < lanes; ++i) {
    if (scores[i] > scores[first] || (scores[i] == scores[first] && places[i] < places[first])) first = i;
  }
  return {scores[first], static_cast<std::size_t>(places[first])};
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(BestGiniCutHere);

ScoredCut BestGiniCut(const GiniCuts& cuts) {
  return HWY_DYNAMIC_DISPATCH(BestGiniCutHere)(cuts);
}

}  // namespace emochat
#endif
