#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "facemark_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "facemark_simd.h"

#include <algorithm>

// Highway keeps its portable vectors from GCC before 12.3 for the sake of one operation (the high half of a
// product, GCC bug 106322) that is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Trees that are walked side by side: enough that none waits for another's pixels.
constexpr std::size_t kTreesAtOnce = 104;
constexpr std::size_t kNumbersOfSplit = 4;

using Coordinates = hn::CappedTag<double, 8>;
using CoordinatesVec = hn::Vec<Coordinates>;

/// Where the pixels of splits lie: the first at 4 i, the second at 4 i + 2.
using Places = std::array<std::int32_t, kNumbersOfSplit*(kTreesAtOnce + 1)>;

class Placer {
 public:
  explicit HWY_INLINE Placer(const FacemarkWalk& walk)
      : along_(Alternate(walk.along[0], walk.along[1])),
        across_(Alternate(walk.across[0], walk.across[1])),
        last_(Alternate(walk.width - 1, walk.height - 1)) {
    const hn::Rebind<std::int32_t, Coordinates> d;
    const auto odd = hn::And(hn::Iota(d, 0), hn::Set(d, 1));
    stride_ = hn::IfThenElse(hn::Eq(odd, hn::Set(d, 1)), hn::Set(d, static_cast<std::int32_t>(walk.stride)),
                             hn::Set(d, 1));
  }

  HWY_INLINE void Place(CoordinatesVec offsets, CoordinatesVec anchors, std::int32_t* places) const {
    const Coordinates d;
    const hn::Rebind<std::int32_t, Coordinates> d32;
    const auto turned = hn::Add(hn::Mul(along_, offsets), hn::Mul(across_, hn::Reverse2(d, offsets)));
    const auto at = hn::Add(turned, anchors);
    const auto positive = hn::IfThenElseZero(hn::Gt(at, hn::Zero(d)), at);
    const auto whole = hn::Mul(hn::DemoteTo(d32, hn::Min(positive, last_)), stride_);
    hn::StoreU(hn::Add(whole, hn::Reverse2(d32, whole)), d32, places);
  }

 private:
  static HWY_INLINE CoordinatesVec Alternate(double x, double y) {
    const Coordinates d;
    return hn::OddEven(hn::Set(d, y), hn::Set(d, x));
  }

  CoordinatesVec along_;
  CoordinatesVec across_;
  CoordinatesVec last_;
  hn::Vec<hn::Rebind<std::int32_t, Coordinates>> stride_;
};

void FindRowsHere(const FacemarkWalk& walk, const std::int32_t** found) {
  const Coordinates d;
  const Placer placer(walk);
  Places places;
  std::array<std::uint32_t, kTreesAtOnce + 1> nodes;
  for (std::size_t first = 0; first < walk.trees; first += kTreesAtOnce) {
    const std::size_t count = std::min(kTreesAtOnce, walk.trees - first);
    for (std::size_t i = 0; i <= count; ++i) nodes[i] = 0;
    const double* anchors = walk.anchors + first * kNumbersOfSplit;
    const double* offsets = walk.offsets;
    const std::int16_t* thresholds = walk.thresholds;
    for (std::size_t level = 0; level < walk.levels; ++level) {
      const double* here = offsets + ((first << level) * kNumbersOfSplit);
      const std::int16_t* thresholds_here = thresholds + (first << level);
      const auto offsets_of = [&](std::size_t i)
                                  HWY_ATTR { return here + ((i << level) + nodes[i]) * kNumbersOfSplit; };
#if HWY_TARGET != HWY_SCALAR
      if constexpr (hn::MaxLanes(d) == 8) {
        const hn::Half<Coordinates> half;
        for (std::size_t i = 0; i < count; i += 2) {
          const std::size_t next = std::min(i + 1, count - 1);
          placer.Place(hn::Combine(d, hn::Load(half, offsets_of(next)), hn::Load(half, offsets_of(i))),
                       hn::LoadU(d, anchors + kNumbersOfSplit * i), places.data() + kNumbersOfSplit * i);
        }
      } else {
        for (std::size_t i = 0; i < count; ++i) {
          const double* split = offsets_of(i);
          for (std::size_t k = 0; k < kNumbersOfSplit; k += hn::MaxLanes(d)) {
            placer.Place(hn::Load(d, split + k), hn::LoadU(d, anchors + kNumbersOfSplit * i),
                         places.data() + kNumbersOfSplit * i + k);
          }
        }
      }
#endif
      for (std::size_t i = 0; i < count; ++i) {
        const int difference =
            walk.pixels[places[kNumbersOfSplit * i]] - walk.pixels[places[kNumbersOfSplit * i + 2]];
        const bool right = difference >= thresholds_here[(i << level) + nodes[i]];
        nodes[i] = 2 * nodes[i] + static_cast<std::uint32_t>(right);
      }
      offsets += (walk.trees << level) * kNumbersOfSplit;
      thresholds += walk.trees << level;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t* row = walk.rows + (((first + i) << walk.levels) + nodes[i]) * walk.row_size;
      found[first + i] = row;
      for (std::size_t k = 0; k < walk.row_size; k += 16) __builtin_prefetch(row + k, 0, 2);
    }
  }
}

void AddRowsHere(const std::int32_t* const* rows, std::size_t count, std::size_t row_size,
                 std::int32_t* sums) {
  const hn::CappedTag<std::int32_t, kFacemarkRowUnit> d;
  constexpr std::size_t kRowsAtOnce = 8;
  std::size_t i = 0;
  for (; i + kRowsAtOnce <= count; i += kRowsAtOnce) {
    const std::int32_t* const* these = rows + i;
    for (std::size_t k = 0; k < row_size; k += hn::Lanes(d)) {
      auto sum = hn::Load(d, sums + k);
      for (std::size_t j = 0; j < kRowsAtOnce; ++j) sum = hn::Add(sum, hn::Load(d, these[j] + k));
      hn::Store(sum, d, sums + k);
    }
  }
  for (; i < count; ++i) {
    for (std::size_t k = 0; k < row_size; k += hn::Lanes(d)) {
      hn::Store(hn::Add(hn::Load(d, sums + k), hn::Load(d, rows[i] + k)), d, sums + k);
    }
  }
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(FindRowsHere);
HWY_EXPORT(AddRowsHere);

void FindFacemarkRows(const FacemarkWalk& walk, const std::int32_t** found) {
  HWY_DYNAMIC_DISPATCH(FindRowsHere)(walk, found);
}

void AddFacemarkRows(const std::int32_t* const* rows, std::size_t count, std::size_t row_size,
                     std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddRowsHere)(rows, count, row_size, sums);
}

std::vector<std::int64_t> FacemarkTargets() {
  return hwy::SupportedAndGeneratedTargets();
}

}  // namespace emochat
#endif
