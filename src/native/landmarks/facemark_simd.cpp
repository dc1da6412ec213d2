#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "landmarks/facemark_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "landmarks/facemark_simd.h"

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

/// Trees that are walked side by side: so many that none waits for the pixels of the one before.
constexpr std::size_t kTreesAtOnce = 104;

/// Coordinates of one or two splits or of half a one: x and y of a pixel, then of another.
using Coordinates = hn::CappedTag<double, 2 * kFacemarkPair>;
using CoordinatesVec = hn::Vec<Coordinates>;
using Wholes = hn::Rebind<std::int32_t, Coordinates>;

/// Some neighbouring trees on their way down.
class Walk {
 public:
  HWY_INLINE Walk(const FacemarkWalk& walk, std::size_t first, std::size_t count)
      : walk_(walk),
        first_(first),
        count_(count),
        along_(Alternate(walk.along[0], walk.along[1])),
        across_(Alternate(walk.across[0], walk.across[1])),
        last_(Alternate(walk.width - 1, walk.height - 1)),
        steps_(hn::DemoteTo(Wholes(), Alternate(1, static_cast<double>(walk.stride)))) {
    std::fill_n(nodes_.begin(), count, 0);
  }

  /// Writes down the leaves, and has their rows fetched: nearer than the last cache, yet not into the first,
  /// which does not hold them all.
  HWY_INLINE void Run(std::uint32_t* found) {
    for (std::size_t level = 0; level < walk_.levels; ++level) {
      PlacePixels(level);
      Descend(level);
    }
    for (std::size_t i = 0; i < count_; ++i) {
      const std::size_t leaf = ((first_ + i) << walk_.levels) + nodes_[i];
      found[i] = static_cast<std::uint32_t>(leaf);
      Fetch(walk_.rows.high + leaf * walk_.rows.size);
      Fetch(walk_.rows.low + leaf * walk_.rows.size);
    }
  }

 private:
  static HWY_INLINE CoordinatesVec Alternate(double x, double y) {
    const Coordinates d;
    return hn::OddEven(hn::Set(d, y), hn::Set(d, x));
  }

  template <typename T>
  HWY_INLINE void Fetch(const T* row) const {
    constexpr std::size_t kLine = 64 / sizeof(T);
    for (std::size_t k = 0; k < walk_.rows.size; k += kLine) __builtin_prefetch(row + k, 0, 2);
    // A row need not begin where a cache line does.
    __builtin_prefetch(row + walk_.rows.size - 1, 0, 2);
  }

  /// Number of a level's first split of these trees.
  [[nodiscard]] HWY_INLINE std::size_t FirstSplit(std::size_t level) const {
    return walk_.trees * ((std::size_t{1} << level) - 1) + (first_ << level);
  }

  /// Where the pixels lie that the trees look at next.
  HWY_INLINE void PlacePixels(std::size_t level) {
    const Coordinates d;
    const double* const splits = walk_.offsets + FirstSplit(level) * kFacemarkPair;
    const double* const anchors = walk_.anchors + first_ * kFacemarkPair;
    const auto split = [&](std::size_t i)
                           HWY_ATTR { return splits + ((i << level) + nodes_[i]) * kFacemarkPair; };
    if (hn::Lanes(d) == 2 * kFacemarkPair) {
      const hn::Half<Coordinates> half;
      for (std::size_t i = 0; i < count_; i += 2) {
        const auto second = hn::Load(half, split(std::min(i + 1, count_ - 1)));
        Place(hn::Combine(d, second, hn::Load(half, split(i))), hn::LoadU(d, anchors + i * kFacemarkPair),
              places_.data() + i * kFacemarkPair);
      }
      return;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t k = 0; k < kFacemarkPair; k += hn::Lanes(d)) {
        Place(hn::Load(d, split(i) + k), hn::LoadU(d, anchors + i * kFacemarkPair + k),
              places_.data() + i * kFacemarkPair + k);
      }
    }
  }

  /// Products and sums are not to be fused, or the instruction sets would differ in the last bit.
  HWY_INLINE void Place(CoordinatesVec offsets, CoordinatesVec anchors, std::int32_t* places) const {
    const Coordinates d;
    const Wholes d32;
    const auto turned = hn::Add(hn::Mul(along_, offsets), hn::Mul(across_, hn::Reverse2(d, offsets)));
    const auto at = hn::Add(turned, anchors);
    // What is no number is 0, too.
    const auto positive = hn::IfThenElseZero(hn::Gt(at, hn::Zero(d)), at);
    const auto steps = hn::Mul(hn::DemoteTo(d32, hn::Min(positive, last_)), steps_);
    hn::StoreU(hn::Add(steps, hn::Reverse2(d32, steps)), d32, places);
  }

  HWY_INLINE void Descend(std::size_t level) {
    const std::int16_t* const thresholds = walk_.thresholds + FirstSplit(level);
    for (std::size_t i = 0; i < count_; ++i) {
      const std::int32_t* const places = places_.data() + i * kFacemarkPair;
      const int difference = walk_.pixels[places[0]] - walk_.pixels[places[2]];
      const bool right = difference >= thresholds[(i << level) + nodes_[i]];
      nodes_[i] = 2 * nodes_[i] + static_cast<std::uint32_t>(right);
    }
  }

  const FacemarkWalk& walk_;
  std::size_t first_;
  std::size_t count_;
  CoordinatesVec along_;
  CoordinatesVec across_;
  CoordinatesVec last_;
  hn::Vec<Wholes> steps_;
  /// Of the level that each tree has come to, from the left.
  std::array<std::uint32_t, kTreesAtOnce> nodes_;
  /// In bytes of the picture: two numbers a pixel, both the same.
  std::array<std::int32_t, (kTreesAtOnce + 1) * kFacemarkPair> places_;
};

void FindLeavesHere(const FacemarkWalk& walk, std::uint32_t* found) {
  for (std::size_t first = 0; first < walk.trees; first += kTreesAtOnce) {
    Walk(walk, first, std::min(kTreesAtOnce, walk.trees - first)).Run(found + first);
  }
}

/// Adds so many rows that sums stay in registers for a while.
template <std::size_t kCount>
HWY_INLINE void AddSome(const FacemarkRows& rows, const std::uint32_t* leaves, std::int32_t* high,
                        std::int32_t* low) {
  const hn::CappedTag<std::int32_t, kFacemarkRowUnit> d;
  const hn::Rebind<std::int8_t, decltype(d)> d8;
  std::array<std::size_t, kCount> starts{};
  for (std::size_t j = 0; j < kCount; ++j) starts[j] = leaves[j] * rows.size;
  for (std::size_t k = 0; k < rows.size; k += hn::Lanes(d)) {
    auto high_sum = hn::Load(d, high + k);
    auto low_sum = hn::Load(d, low + k);
    for (const std::size_t start : starts) {
      high_sum = hn::Add(high_sum, hn::Load(d, rows.high + start + k));
      low_sum = hn::Add(low_sum, hn::PromoteTo(d, hn::LoadU(d8, rows.low + start + k)));
    }
    hn::Store(high_sum, d, high + k);
    hn::Store(low_sum, d, low + k);
  }
}

void AddRowsHere(const FacemarkRows& rows, std::span<const std::uint32_t> leaves, std::int32_t* high,
                 std::int32_t* low) {
  constexpr std::size_t kRowsAtOnce = 8;
  std::size_t i = 0;
  for (; i + kRowsAtOnce <= leaves.size(); i += kRowsAtOnce)
    AddSome<kRowsAtOnce>(rows, &leaves[i], high, low);
  for (; i < leaves.size(); ++i) AddSome<1>(rows, &leaves[i], high, low);
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(FindLeavesHere);
HWY_EXPORT(AddRowsHere);

void FindFacemarkLeaves(const FacemarkWalk& walk, std::uint32_t* found) {
  HWY_DYNAMIC_DISPATCH(FindLeavesHere)(walk, found);
}

void AddFacemarkRows(const FacemarkRows& rows, std::span<const std::uint32_t> leaves, std::int32_t* high,
                     std::int32_t* low) {
  HWY_DYNAMIC_DISPATCH(AddRowsHere)(rows, leaves, high, low);
}

std::vector<std::int64_t> FacemarkTargets() {
  return hwy::SupportedAndGeneratedTargets();
}

}  // namespace emochat
#endif
