#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cascade/cascade_simd.cpp"  // NOLINT(bugprone-suspicious-include)
#include "cascade/cascade_simd.h"

#include <algorithm>
#include <array>
#include <bit>

// Highway keeps its portable vectors from GCC before 12.3 for the sake of one operation (the high half of a
// product, GCC bug 106322) that is not used here.
#define HWY_BROKEN_EMU128 0      // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace emochat::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// A group of windows is a vector of 16-bit sums; wider vectors would mostly hold windows that are out of the
/// race.
using Sums = hn::CappedTag<std::int16_t, 16>;
using Wide = hn::Repartition<std::int32_t, Sums>;
using Float = hn::Repartition<float, Sums>;
using Double = hn::Repartition<double, Sums>;
using SumsVec = hn::Vec<Sums>;
using WideVec = hn::Vec<Wide>;
using FloatVec = hn::Vec<Float>;

using Group = SearchBuffers::Group;

/// Windows in a group.
std::size_t GroupSize() {
  return hn::Lanes(Sums());
}

// ---------------------------------------------------------------------------------------------------------------
// Integral picture modulo 2^16

using Block = hn::FixedTag<std::uint16_t, 8>;
using BlockVec = hn::Vec<Block>;

/// Sums of all lanes up to each one.
HWY_INLINE BlockVec PrefixSums(BlockVec v) {
  const Block d;
  v = hn::Add(v, hn::ShiftLeftLanes<1>(d, v));
  v = hn::Add(v, hn::ShiftLeftLanes<2>(d, v));
  return hn::Add(v, hn::ShiftLeftLanes<4>(d, v));
}

/// One row of the integral picture from the row above it.
void IntegralRow(const std::uint8_t* HWY_RESTRICT pixels, int width, const std::uint16_t* HWY_RESTRICT above,
                 std::uint16_t* HWY_RESTRICT row) {
  const Block d;
  const hn::Rebind<std::uint8_t, Block> d8;
  BlockVec carry = hn::Zero(d);
  row[0] = 0;
  for (int x = 0; x < width; x += 8) {
    const BlockVec sums = hn::Add(PrefixSums(hn::PromoteTo(d, hn::LoadU(d8, pixels + x))), carry);
    carry = hn::Broadcast<7>(sums);
    hn::StoreU(hn::Add(sums, hn::LoadU(d, above + x + 1)), d, row + x + 1);
  }
}

/// The same with the even columns first and the odd ones `odd` later.
void SplitIntegralRow(const std::uint8_t* HWY_RESTRICT pixels, int width, std::size_t odd,
                      const std::uint16_t* HWY_RESTRICT above, std::uint16_t* HWY_RESTRICT row) {
  const Block d;
  const hn::Repartition<std::uint8_t, Block> d8;
  BlockVec carry = hn::Zero(d);
  row[0] = 0;
  for (int x = 0; x < width; x += 16) {
    const BlockVec both = hn::BitCast(d, hn::LoadU(d8, pixels + x));
    const BlockVec second = hn::ShiftRight<8>(both);
    const BlockVec pair = hn::Add(hn::And(both, hn::Set(d, 0xFF)), second);
    const BlockVec sums = hn::Add(PrefixSums(pair), carry);
    carry = hn::Broadcast<7>(sums);
    const int i = x / 2;
    hn::StoreU(hn::Add(hn::Sub(sums, second), hn::LoadU(d, above + odd + i)), d, row + odd + i);
    hn::StoreU(hn::Add(sums, hn::LoadU(d, above + i + 1)), d, row + i + 1);
  }
}

/// One row of the tilted integral picture from the two above it (Lienhart and Maydt, ICIP 2002), `width` + 1
/// numbers each. A number counts the pixels above it that lie no further to the side than up; `pixels`: the
/// row right above, `before` the one above that.
void TiltedRow(const std::uint8_t* HWY_RESTRICT pixels, const std::uint8_t* HWY_RESTRICT before, int width,
               const std::uint16_t* HWY_RESTRICT above, const std::uint16_t* HWY_RESTRICT twice_above,
               std::uint16_t* HWY_RESTRICT row) {
  row[0] = above[1];
  for (int x = 1; x < width; ++x) {
    row[x] = static_cast<std::uint16_t>(above[x - 1] + above[x + 1] - twice_above[x] + pixels[x - 1] +
                                        before[x - 1]);
  }
  row[width] = static_cast<std::uint16_t>(above[width - 1] + pixels[width - 1] + before[width - 1]);
}

/// Puts a row's columns where windows two columns apart read them.
void SplitColumns(const std::uint16_t* HWY_RESTRICT from, int count, int odd,
                  std::uint16_t* HWY_RESTRICT to) {
  for (int x = 0; x < count; ++x) to[(x & 1) * odd + (x >> 1)] = from[x];
}

/// Rows of the integral picture from one on; the row above it must be there.
void IntegralRows(const SearchTask& task, const IntegralLayout& layout, int first, int end,
                  std::uint16_t* integral) {
  for (int y = first; y < end; ++y) {
    const std::uint8_t* pixels = task.pixels + (y - 1) * task.stride;
    std::uint16_t* above = integral + static_cast<std::size_t>(y - 1) * layout.stride;
    std::uint16_t* row = above + layout.stride;
    if (layout.step == 1) {
      IntegralRow(pixels, task.width, above, row);
    } else {
      SplitIntegralRow(pixels, task.width, layout.odd_columns, above, row);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Deviations

using SquareSumsTag = hn::FixedTag<std::uint32_t, 4>;
using SquareSumsVec = hn::Vec<SquareSumsTag>;

/// Squares of eight pixels: the first four, the others.
HWY_INLINE std::array<SquareSumsVec, 2> Squares(const std::uint8_t* pixels) {
  const Block d;
  const SquareSumsTag d32;
  const hn::Half<Block> half;
  const BlockVec pixel = hn::PromoteTo(d, hn::LoadU(hn::Rebind<std::uint8_t, Block>(), pixels));
  const BlockVec square = hn::Mul(pixel, pixel);
  return {hn::PromoteTo(d32, hn::LowerHalf(half, square)), hn::PromoteTo(d32, hn::UpperHalf(half, square))};
}

/// Adds the squares of a row of pixels to the sums of its columns.
void AddSquares(const std::uint8_t* HWY_RESTRICT pixels, int width, std::uint32_t* HWY_RESTRICT columns) {
  const SquareSumsTag d;
  for (int x = 0; x < width; x += 8) {
    const auto squares = Squares(pixels + x);
    hn::StoreU(hn::Add(hn::LoadU(d, columns + x), squares[0]), d, columns + x);
    hn::StoreU(hn::Add(hn::LoadU(d, columns + x + 4), squares[1]), d, columns + x + 4);
  }
}

/// All columns' sums up to each of four columns; `carry` are the columns before.
HWY_INLINE SquareSumsVec PrefixSums(SquareSumsVec v, SquareSumsVec& carry) {
  const SquareSumsTag d;
  v = hn::Add(v, hn::ShiftLeftLanes<1>(d, v));
  v = hn::Add(hn::Add(v, hn::ShiftLeftLanes<2>(d, v)), carry);
  carry = hn::Broadcast<3>(v);
  return v;
}

/// Moves the sums of the squares of columns down by kRows: rows from `leaving` on leave, rows from `entering`
/// on enter. sums[x] = columns[0] + … + columns[x - 1].
template <int kRows>
void MoveSquares(const std::uint8_t* HWY_RESTRICT leaving, const std::uint8_t* HWY_RESTRICT entering,
                 std::size_t stride, int width, std::uint32_t* HWY_RESTRICT columns,
                 std::uint32_t* HWY_RESTRICT sums) {
  const SquareSumsTag d;
  SquareSumsVec carry = hn::Zero(d);
  sums[0] = 0;
  for (int x = 0; x < width; x += 8) {
    SquareSumsVec first = hn::LoadU(d, columns + x);
    SquareSumsVec second = hn::LoadU(d, columns + x + 4);
    for (int row = 0; row < kRows; ++row) {
      const auto gone = Squares(leaving + row * stride + x);
      const auto come = Squares(entering + row * stride + x);
      first = hn::Add(first, hn::Sub(come[0], gone[0]));
      second = hn::Add(second, hn::Sub(come[1], gone[1]));
    }
    if constexpr (kRows > 0) {
      hn::StoreU(first, d, columns + x);
      hn::StoreU(second, d, columns + x + 4);
    }
    hn::StoreU(PrefixSums(first, carry), d, sums + x + 1);
    hn::StoreU(PrefixSums(second, carry), d, sums + x + 5);
  }
}

/// Sums of the windows of a group over the norm's rectangle; lanes in order, first half and second half.
HWY_INLINE std::array<WideVec, 2> NormSums(const PackedCascade& cascade, const std::uint16_t* corner) {
  const hn::RebindToUnsigned<Sums> d;
  const hn::Half<decltype(d)> half;
  const hn::RebindToUnsigned<Wide> d32;
  auto low = hn::Zero(d32);
  auto high = hn::Zero(d32);
  for (const auto& piece : cascade.norm_pieces()) {
    const auto plus = hn::Add(hn::LoadU(d, corner + piece[0]), hn::LoadU(d, corner + piece[1]));
    const auto minus = hn::Add(hn::LoadU(d, corner + piece[2]), hn::LoadU(d, corner + piece[3]));
    const auto sum = hn::Sub(plus, minus);
    low = hn::Add(low, hn::PromoteTo(d32, hn::LowerHalf(half, sum)));
    high = hn::Add(high, hn::PromoteTo(d32, hn::UpperHalf(half, sum)));
  }
  return {hn::BitCast(Wide(), low), hn::BitCast(Wide(), high)};
}

/// Sums of squares of as many windows as a vector has lanes, from the prefix sums of a band of columns.
template <int kStep>
HWY_INLINE WideVec SquareSums(const std::uint32_t* sums, int first, int last) {
  const hn::RebindToUnsigned<Wide> d;
  const auto at = [&](int x) HWY_ATTR {
    if constexpr (kStep == 1) return hn::LoadU(d, sums + x);
    const std::size_t lanes = hn::Lanes(d);
    return hn::ConcatEven(d, hn::LoadU(d, sums + x + lanes), hn::LoadU(d, sums + x));
  };
  return hn::BitCast(Wide(), hn::Sub(at(last), at(first)));
}

/// area × sum of squares - sum²: whole numbers, exact in double precision.
template <class Ints>
HWY_INLINE hn::Vec<Double> Spread(const PackedCascade& cascade, Ints sum, Ints squares) {
  const Double d;
  const auto s = hn::PromoteTo(d, sum);
  const auto area = hn::Set(d, static_cast<double>(cascade.norm_area()));
  return hn::Sub(hn::Mul(area, hn::PromoteTo(d, squares)), hn::Mul(s, s));
}

/// One over the root, in double precision and then rounded to single, as OpenCV has it.
HWY_INLINE auto NormOf(hn::Vec<Double> spread) {
  const Double d;
  const hn::Half<Float> half;
  return hn::DemoteTo(half, hn::Div(hn::Set(d, 1.0), hn::Sqrt(spread)));
}

template <class D, class M>
HWY_INLINE std::uint64_t Bits(D d, M mask) {
  std::array<std::uint8_t, 8> bytes{};
  hn::StoreMaskBits(d, mask, bytes.data());
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < (hn::MaxLanes(d) + 7) / 8; ++i) bits |= std::uint64_t{bytes[i]} << (8 * i);
  return bits & ((std::uint64_t{1} << hn::Lanes(d)) - 1);
}

/// Norms of a group's windows, those with an even index first; which of them have contrast enough.
template <int kStep>
HWY_INLINE std::uint64_t Norms(const PackedCascade& cascade, const std::uint16_t* corner,
                               const std::uint32_t* squares, float* norms) {
  const Wide d32;
  const Float df;
  const Double dd;
  const hn::Half<Wide> half;
  const int width = cascade.model().width;
  const std::size_t lanes = hn::Lanes(d32);
  const auto least = hn::Set(dd, cascade.least_spread());
  const auto sums = NormSums(cascade, corner);
  const auto low = SquareSums<kStep>(squares, 1, width - 1);
  const auto high = SquareSums<kStep>(squares + kStep * lanes, 1, width - 1);
  const auto spread0 = Spread(cascade, hn::LowerHalf(half, sums[0]), hn::LowerHalf(half, low));
  const auto spread1 = Spread(cascade, hn::UpperHalf(half, sums[0]), hn::UpperHalf(half, low));
  const auto spread2 = Spread(cascade, hn::LowerHalf(half, sums[1]), hn::LowerHalf(half, high));
  const auto spread3 = Spread(cascade, hn::UpperHalf(half, sums[1]), hn::UpperHalf(half, high));
  const std::size_t quarter = hn::Lanes(dd);
  const std::uint64_t valid = Bits(dd, hn::Ge(spread0, least)) | Bits(dd, hn::Ge(spread1, least)) << quarter |
                              Bits(dd, hn::Ge(spread2, least)) << (2 * quarter) |
                              Bits(dd, hn::Ge(spread3, least)) << (3 * quarter);
  if (valid == 0) return 0;
  const auto scale = hn::Set(df, 1.0F / 65536);
  const auto first = hn::Mul(scale, hn::Combine(df, NormOf(spread1), NormOf(spread0)));
  const auto second = hn::Mul(scale, hn::Combine(df, NormOf(spread3), NormOf(spread2)));
  hn::StoreU(hn::ConcatEven(df, second, first), df, norms);
  hn::StoreU(hn::ConcatOdd(df, second, first), df, norms + lanes);
  return valid;
}

// ---------------------------------------------------------------------------------------------------------------
// Stages

/// What a stage sums up for a group: windows with an even index, then the others.
struct StageSums {
  WideVec even;
  WideVec odd;
};

struct GroupNorms {
  FloatVec even;
  FloatVec odd;
};

HWY_INLINE WideVec AddWhereLess(FloatVec feature, FloatVec threshold, WideVec gain, WideVec sum) {
  const auto less = hn::RebindMask(Wide(), hn::Lt(feature, threshold));
#if HWY_TARGET <= HWY_AVX3
  return hn::IfThenElse(less, hn::Add(sum, gain), sum);
#else
  return hn::Add(sum, hn::IfThenElseZero(less, gain));
#endif
}

/// A feature of each window of a group.
struct Features {
  WideVec even;
  WideVec odd;
};

HWY_INLINE void AddStump(const Features& features, float threshold, std::int32_t gain,
                         const GroupNorms& norms, StageSums& sums) {
  const Wide d;
  const Float df;
  const auto limit = hn::Set(df, threshold);
  const auto step = hn::Set(d, gain);
  sums.even = AddWhereLess(hn::Mul(hn::ConvertTo(df, features.even), norms.even), limit, step, sums.even);
  sums.odd = AddWhereLess(hn::Mul(hn::ConvertTo(df, features.odd), norms.odd), limit, step, sums.odd);
}

/// 16-bit features, times 2^16 as their norms are times 2^-16.
HWY_INLINE Features Widened(SumsVec features) {
  const Wide d;
  const WideVec pairs = hn::BitCast(d, features);
  return {hn::ShiftLeft<16>(pairs), hn::And(pairs, hn::Set(d, -65536))};
}

HWY_INLINE void AddNarrow(SumsVec features, const NarrowStump& stump, const GroupNorms& norms,
                          StageSums& sums) {
  AddStump(Widened(features), stump.threshold, stump.gain, norms, sums);
}

HWY_INLINE SumsVec At(const std::uint16_t* corner, std::int32_t offset) {
  return hn::BitCast(Sums(), hn::LoadU(hn::RebindToUnsigned<Sums>(), corner + offset));
}

HWY_INLINE SumsVec Difference(const std::uint16_t* corner, const NarrowCorners& c, std::size_t i) {
  return hn::Sub(At(corner, c[i]), At(corner, c[i + 1]));
}

HWY_INLINE SumsVec Edge(const std::uint16_t* corner, const NarrowCorners& c) {
  const auto twice = Difference(corner, c, 4);
  const auto once = hn::Add(Difference(corner, c, 0), Difference(corner, c, 2));
  return hn::Add(hn::Add(once, twice), twice);
}

HWY_INLINE SumsVec Line(const std::uint16_t* corner, const NarrowCorners& c) {
  const auto thrice = hn::Add(Difference(corner, c, 4), Difference(corner, c, 6));
  const auto once = hn::Add(Difference(corner, c, 0), Difference(corner, c, 2));
  return hn::Add(hn::Add(once, thrice), hn::Add(thrice, thrice));
}

HWY_INLINE SumsVec Checker(const std::uint16_t* corner, const NarrowCorners& c) {
  const auto once =
      hn::Add(hn::Add(At(corner, c[0]), At(corner, c[1])), hn::Add(At(corner, c[2]), At(corner, c[3])));
  const auto twice =
      hn::Add(hn::Add(At(corner, c[4]), At(corner, c[5])), hn::Add(At(corner, c[6]), At(corner, c[7])));
  const auto middle = At(corner, c[8]);
  const auto rest = hn::Sub(hn::Add(middle, middle), twice);
  return hn::Add(once, hn::Add(rest, rest));
}

HWY_INLINE Features SumOfPieces(const std::uint16_t* corner, const std::vector<RectPiece>& pieces) {
  const Wide d;
  WideVec even = hn::Zero(d);
  WideVec odd = hn::Zero(d);
  for (const RectPiece& piece : pieces) {
    const auto& c = piece.corners;
    const WideVec sum = hn::BitCast(
        d, hn::Sub(hn::Add(At(corner, c[0]), At(corner, c[1])), hn::Add(At(corner, c[2]), At(corner, c[3]))));
    const WideVec weight = hn::Set(d, piece.weight);
    even = hn::Add(even, hn::Mul(weight, hn::And(sum, hn::Set(d, 0xFFFF))));
    odd = hn::Add(
        odd,
        hn::Mul(weight, hn::BitCast(d, hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<Wide>(), sum)))));
  }
  return {even, odd};
}

HWY_INLINE Features FeaturesOf(const std::uint16_t* corner, const PackedTree::Node& node) {
  using Kind = PackedTree::Node::Kind;
  switch (node.kind) {
    case Kind::kEdge:
      return Widened(Edge(corner, node.corners));
    case Kind::kLine:
      return Widened(Line(corner, node.corners));
    case Kind::kChecker:
      return Widened(Checker(corner, node.corners));
    case Kind::kWide:
      break;
  }
  return SumOfPieces(corner, node.pieces);
}

/// Asks every question of a tree and takes what they lead to together, from the last node up: windows side by
/// side cannot go different ways.
HWY_INLINE void AddTree(const std::uint16_t* corner, const PackedTree& tree, const GroupNorms& norms,
                        StageSums& sums) {
  const Wide d;
  const Float df;
  std::array<WideVec, kMostTreeNodes> even;
  std::array<WideVec, kMostTreeNodes> odd;
  for (std::size_t i = tree.nodes.size(); i-- > 0;) {
    const PackedTree::Node& node = tree.nodes[i];
    const Features features = FeaturesOf(corner, node);
    const auto limit = hn::Set(df, node.threshold);
    const auto choose = [&](WideVec feature, FloatVec norm,
                            const std::array<WideVec, kMostTreeNodes>& values) HWY_ATTR {
      const auto value = [&](int child) HWY_ATTR {
        return child > 0 ? values[static_cast<std::size_t>(child)]
                         : hn::Set(d, tree.leaves[static_cast<std::size_t>(-child)]);
      };
      const auto less = hn::RebindMask(d, hn::Lt(hn::Mul(hn::ConvertTo(df, feature), norm), limit));
      return hn::IfThenElse(less, value(node.left), value(node.right));
    };
    even[i] = choose(features.even, norms.even, even);
    odd[i] = choose(features.odd, norms.odd, odd);
  }
  sums.even = hn::Add(sums.even, even[0]);
  sums.odd = hn::Add(sums.odd, odd[0]);
}

HWY_INLINE GroupNorms NormsOf(const Group& group) {
  const Float d;
  return {hn::LoadU(d, group.norms), hn::LoadU(d, group.norms + hn::Lanes(d))};
}

/// One bit a window from masks of the windows with even and with odd indices.
HWY_INLINE std::uint32_t WindowBits(hn::Mask<Wide> even, hn::Mask<Wide> odd) {
  const Wide d;
  const auto low = hn::And(hn::VecFromMask(d, even), hn::Set(d, 0xFFFF));
  const auto high = hn::And(hn::VecFromMask(d, odd), hn::Set(d, -65536));
  return static_cast<std::uint32_t>(Bits(Sums(), hn::MaskFromVec(hn::BitCast(Sums(), hn::Or(low, high)))));
}

/// Times 2^-16.
float NormAt(const Group& group, unsigned window) {
  return group.norms[window / 2 + (window & 1) * GroupSize() / 2];
}

/// Settles which windows of a group have passed, given a stage's sums.
HWY_INLINE void Settle(const PackedCascade& cascade, std::size_t stage, const StageSums& sums, Group& group) {
  const Wide d;
  const PackedStage& packed = cascade.stages()[stage];
  const auto fails = hn::Set(d, packed.fails_up_to);
  const auto unsure = hn::Set(d, packed.unsure_up_to);
  const std::uint32_t maybe = group.alive & WindowBits(hn::Gt(sums.even, fails), hn::Gt(sums.odd, fails));
  const std::uint32_t sure = maybe & WindowBits(hn::Gt(sums.even, unsure), hn::Gt(sums.odd, unsure));
  group.alive = sure;
  for (std::uint32_t open = maybe & ~sure; open != 0; open &= open - 1) {
    const unsigned window = std::countr_zero(open);
    constexpr float kWhole = 65536;
    if (cascade.PassesExactly(stage, group.corner + window, NormAt(group, window) * kWhole))
      group.alive |= 1U << window;
  }
}

/// Runs a stage over groups that share the stumps' constants; which windows have passed is left in the
/// groups.
template <std::size_t kCount>
HWY_INLINE void RunStage(const PackedCascade& cascade, std::size_t stage, Group* groups) {
  const PackedStage& packed = cascade.stages()[stage];
  const auto base = hn::Set(Wide(), packed.base);
  std::array<GroupNorms, kCount> norms;
  std::array<StageSums, kCount> sums;
  for (std::size_t i = 0; i < kCount; ++i) {
    norms[i] = NormsOf(groups[i]);
    sums[i] = {base, base};
  }
  for (const NarrowStump& stump : packed.edges) {
    for (std::size_t i = 0; i < kCount; ++i)
      AddNarrow(Edge(groups[i].corner, stump.corners), stump, norms[i], sums[i]);
  }
  for (const NarrowStump& stump : packed.lines) {
    for (std::size_t i = 0; i < kCount; ++i)
      AddNarrow(Line(groups[i].corner, stump.corners), stump, norms[i], sums[i]);
  }
  for (const NarrowStump& stump : packed.checkers) {
    for (std::size_t i = 0; i < kCount; ++i)
      AddNarrow(Checker(groups[i].corner, stump.corners), stump, norms[i], sums[i]);
  }
  for (const WideStump& stump : packed.wides) {
    for (std::size_t i = 0; i < kCount; ++i)
      AddStump(SumOfPieces(groups[i].corner, stump.pieces), stump.threshold, stump.gain, norms[i], sums[i]);
  }
  for (const PackedTree& tree : packed.trees) {
    for (std::size_t i = 0; i < kCount; ++i) AddTree(groups[i].corner, tree, norms[i], sums[i]);
  }
  for (std::size_t i = 0; i < kCount; ++i) Settle(cascade, stage, sums[i], groups[i]);
}

void RunStage(const PackedCascade& cascade, std::size_t stage, Group* groups, std::size_t count) {
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2) RunStage<2>(cascade, stage, groups + i);
  if (i < count) RunStage<1>(cascade, stage, groups + i);
}

// ---------------------------------------------------------------------------------------------------------------
// Patches: single windows, brought together

using Corners = hn::CappedTag<std::uint16_t, kPatchWindows>;
using CornersVec = hn::Vec<Corners>;

/// Transposes blocks of eight by eight: three perfect shuffles.
HWY_INLINE void Transpose(std::array<CornersVec, 8>& rows) {
  const Corners d;
  for (int round = 0; round < 3; ++round) {
    std::array<CornersVec, 8> shuffled;
    for (std::size_t i = 0; i < 4; ++i) {
      shuffled[2 * i] = hn::InterleaveLower(d, rows[i], rows[i + 4]);
      shuffled[2 * i + 1] = hn::InterleaveUpper(d, rows[i], rows[i + 4]);
    }
    rows = shuffled;
  }
}

/// Eight neighbouring numbers of a window; where a vector has room for twice as many, those of the window
/// eight further on, too.
template <class D>
HWY_INLINE hn::Vec<D> LoadEight(D d, const SearchBuffers::Window* window, std::size_t offset) {
  const Block block;
  const auto low = hn::LoadU(block, window->corner + offset);
  if constexpr (hn::MaxLanes(D()) == 8) {
    return low;
  } else {
    return hn::Combine(d, hn::LoadU(block, window[8].corner + offset), low);
  }
}

/// Brings eight columns of the windows' integral pictures together: `patch` gets column after column, each
/// `spacing` after the one before.
HWY_INLINE void GatherColumns(const SearchBuffers::Window* windows, std::size_t offset, std::size_t spacing,
                              std::uint16_t* patch) {
  const Corners d;
  for (std::size_t first = 0; first < kPatchWindows; first += hn::Lanes(d)) {
    std::array<CornersVec, 8> rows;
    for (std::size_t i = 0; i < 8; ++i) rows[i] = LoadEight(d, windows + first + i, offset);
    Transpose(rows);
    for (std::size_t i = 0; i < 8; ++i) hn::Store(rows[i], d, patch + i * spacing + first);
  }
}

/// Brings kPatchWindows windows together, see PatchLayout.
void GatherPatch(const CascadeModel& model, const IntegralLayout& layout,
                 const SearchBuffers::Window* windows, std::uint16_t* patch) {
  constexpr std::size_t kSpacing = kPatchWindows;
  for (int y = 0; y <= model.height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * layout.stride;
    for (int x = 0; x <= model.width; x += 8 * layout.step) {
      std::uint16_t* to = patch + PatchLayout().Offset(x, y, false);
      GatherColumns(windows, row + x / layout.step, layout.step * kSpacing, to);
      if (layout.step == 1) continue;
      GatherColumns(windows, row + layout.odd_columns + x / 2, 2 * kSpacing, to + kSpacing);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Rows

/// Which windows of a row OpenCV looks at: after one that fails in the first stage it skips the next.
/// `failed`: windows that fail there if they are looked at. Branch-free with the carries of additions, as
/// simdjson finds escaped characters (Langdale and Lemire, VLDB Journal 2019). `skip` is carried from word to
/// word.
std::uint64_t LookedAt(std::uint64_t failed, std::uint64_t& skip) {
  constexpr std::uint64_t kEven = 0x5555555555555555;
  failed &= ~skip;
  const std::uint64_t after = failed << 1 | skip;
  const std::uint64_t odd_starts = failed & ~kEven & ~after;
  const std::uint64_t runs = odd_starts + failed;
  skip = runs < failed ? 1 : 0;
  return ~((kEven ^ (runs << 1)) & after);
}

/// Searches one reduced picture.
class Search {
 public:
  Search(const PackedCascade& cascade, const PackedCascade* patches, const SearchTask& task,
         SearchBuffers& buffers, std::vector<WindowCorner>& found)
      : cascade_(cascade),
        patches_(patches),
        task_(task),
        buffers_(buffers),
        found_(found),
        step_(cascade.layout().step),
        tilted_(cascade.layout().tilted_columns != 0),
        first_window_((task.first_column + step_ - 1) / step_),
        windows_((task.columns + step_ - 1) / step_) {}

  void Run() {
    Prepare();
    int band = 0;
    for (int y = 0; y < task_.rows; y += step_) {
      AddRow(y, buffers_.norms.data() + static_cast<std::size_t>(band) * padded_);
      if (++band < kBandRows && y + step_ < task_.rows) continue;
      FinishBand();
      band = 0;
    }
    FinishPicture();
  }

 private:
  static constexpr int kBandRows = 8;
  /// From here on single windows are brought together, and brought together anew at every later leg.
  static constexpr std::size_t kFirstPatchStage = 4;
  static constexpr std::array<std::size_t, 2> kPatchLegs = {7, 11};

  void Prepare() {
    const IntegralLayout& layout = cascade_.layout();
    padded_ = (static_cast<std::size_t>(windows_) + 63) / 64 * 64;
    Reserve(buffers_.integral, static_cast<std::size_t>(layout.stride) * (task_.height + 1) + 2 * kRowSlack);
    Reserve(buffers_.square_sums, static_cast<std::size_t>(task_.width) + 4 * kRowSlack);
    Reserve(buffers_.norms, padded_ * kBandRows);
    Reserve(buffers_.valid, padded_ / 64);
    Reserve(buffers_.passed, padded_ / 64);
    buffers_.column_squares.assign(static_cast<std::size_t>(task_.width) + kRowSlack, 0);
    std::fill_n(buffers_.integral.data(), layout.stride, 0);
    if (tilted_) {
      buffers_.tilted.assign(3 * (static_cast<std::size_t>(task_.width) + 1), 0);
      buffers_.black.assign(static_cast<std::size_t>(task_.width), 0);
    }
    buffers_.groups.clear();
    buffers_.windows.clear();
    const std::size_t patch_size =
        static_cast<std::size_t>(PatchLayout().stride) * (cascade_.model().height + 1);
    if (buffers_.patch_size < patch_size) {
      buffers_.patch = hwy::AllocateAligned<std::uint16_t>(patch_size);
      buffers_.patch_size = patch_size;
    }
    for (int y = 1; y < cascade_.model().height - 1; ++y) {
      AddSquares(task_.pixels + y * task_.stride, task_.width, buffers_.column_squares.data());
    }
  }

  template <class T>
  static void Reserve(std::vector<T>& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
  }

  /// Makes the integral picture reach down to a row, just before it is read, so that it is still in the
  /// cache.
  void ExtendIntegral(int end) {
    IntegralRows(task_, cascade_.layout(), integral_rows_, end, buffers_.integral.data());
    for (int y = integral_rows_; tilted_ && y < end; ++y) AddTiltedRow(y);
    integral_rows_ = std::max(integral_rows_, end);
  }

  void AddTiltedRow(int y) {
    const IntegralLayout& layout = cascade_.layout();
    const auto row_of = [&](int row) {
      return buffers_.tilted.data() + static_cast<std::size_t>((row + 1) % 3) * (task_.width + 1);
    };
    const auto pixels_of = [&](int row) {
      return row < 0 ? buffers_.black.data() : task_.pixels + row * static_cast<std::ptrdiff_t>(task_.stride);
    };
    std::uint16_t* row = row_of(y);
    TiltedRow(pixels_of(y - 1), pixels_of(y - 2), task_.width, row_of(y - 1), row_of(y - 2), row);
    std::uint16_t* to =
        buffers_.integral.data() + static_cast<std::size_t>(y) * layout.stride + layout.tilted_columns;
    if (layout.step == 1) {
      std::copy_n(row, task_.width + 1, to);
    } else {
      SplitColumns(row, task_.width + 1, layout.odd_columns, to);
    }
  }

  /// Moves the sums of squares down to the windows of a row.
  void MoveSquaresTo(int y) {
    const int first = y - step_ + 1;
    const std::uint8_t* leaving = task_.pixels + first * static_cast<std::ptrdiff_t>(task_.stride);
    const std::uint8_t* entering = leaving + (cascade_.model().height - 2) * task_.stride;
    const auto move = y == 0 ? MoveSquares<0> : step_ == 1 ? MoveSquares<1> : MoveSquares<2>;
    move(leaving, entering, task_.stride, task_.width, buffers_.column_squares.data(),
         buffers_.square_sums.data());
  }

  /// Runs the first stage over a row of windows, and keeps the groups in which some are left.
  void AddRow(int y, float* norms) {
    MoveSquaresTo(y);
    ExtendIntegral(y + cascade_.model().height + 1);
    const std::size_t before = buffers_.groups.size();
    std::fill_n(buffers_.valid.data(), padded_ / 64, 0);
    std::fill_n(buffers_.passed.data(), padded_ / 64, 0);
    const int size = static_cast<int>(GroupSize());
    for (int i = 0; i < windows_; i += size) AddGroup(y, i, norms + i);
    Group* first = buffers_.groups.data() + before;
    RunStage(cascade_, 0, first, buffers_.groups.size() - before);
    std::uint64_t skip = 0;
    for (const Group* group = first; group != buffers_.groups.data() + buffers_.groups.size(); ++group) {
      buffers_.passed[group->column / 64] |= std::uint64_t{group->alive} << (group->column % 64);
    }
    for (std::size_t i = 0; i < padded_ / 64; ++i) {
      buffers_.passed[i] &= LookedAt(buffers_.valid[i] & ~buffers_.passed[i], skip);
    }
    for (Group* group = first; group != buffers_.groups.data() + buffers_.groups.size(); ++group) {
      group->alive &= static_cast<std::uint32_t>(buffers_.passed[group->column / 64] >> (group->column % 64));
      if (group->column < first_window_) DropFirst(*group, first_window_ - group->column);
    }
    DropEmptyGroups(before);
  }

  /// Takes the first windows of a group out of the race.
  static void DropFirst(Group& group, int count) {
    group.alive = count < 32 ? group.alive >> count << count : 0;
  }

  void AddGroup(int y, int i, float* norms) {
    const std::uint16_t* corner =
        buffers_.integral.data() + static_cast<std::size_t>(y) * cascade_.layout().stride + i;
    const std::uint32_t* squares = buffers_.square_sums.data() + static_cast<std::size_t>(i) * step_;
    std::uint64_t valid =
        step_ == 1 ? Norms<1>(cascade_, corner, squares, norms) : Norms<2>(cascade_, corner, squares, norms);
    if (windows_ - i < static_cast<int>(GroupSize())) valid &= (std::uint64_t{1} << (windows_ - i)) - 1;
    if (valid == 0) return;
    buffers_.valid[i / 64] |= valid << (i % 64);
    buffers_.groups.push_back({corner, norms, static_cast<std::uint32_t>(valid), i, y});
  }

  void DropEmptyGroups(std::size_t from) {
    std::vector<Group>& groups = buffers_.groups;
    groups.erase(std::remove_if(groups.begin() + static_cast<std::ptrdiff_t>(from), groups.end(),
                                [](const Group& group) { return group.alive == 0; }),
                 groups.end());
  }

  /// Runs the next stages over the groups of some rows. Where patches can take over, they do when most
  /// windows of a group are out of the race.
  void FinishBand() {
    const std::size_t end =
        patches_ == nullptr ? cascade_.stages().size() : std::min(kFirstPatchStage, cascade_.stages().size());
    std::vector<Group>& groups = buffers_.groups;
    for (std::size_t stage = 1; stage < end && !groups.empty(); ++stage) {
      RunStage(cascade_, stage, groups.data(), groups.size());
      DropEmptyGroups(0);
    }
    const std::size_t before = buffers_.windows.size();
    for (const Group& group : groups) {
      for (std::uint32_t left = group.alive; left != 0; left &= left - 1) {
        const unsigned i = std::countr_zero(left);
        buffers_.windows.push_back(
            {group.corner + i, NormAt(group, i), group.column + static_cast<int>(i), group.row});
      }
    }
    groups.clear();
    if (patches_ != nullptr) RunPatches(before, kFirstPatchStage, kPatchLegs[0]);
  }

  /// Runs the last stages over what is left of the whole picture, anew packed from leg to leg.
  void FinishPicture() {
    if (patches_ != nullptr) {
      for (std::size_t leg = 0; leg < kPatchLegs.size(); ++leg) {
        RunPatches(0, kPatchLegs[leg],
                   leg + 1 < kPatchLegs.size() ? kPatchLegs[leg + 1] : cascade_.stages().size());
      }
    }
    for (const SearchBuffers::Window& window : buffers_.windows) {
      found_.push_back({window.column * step_, window.row});
    }
  }

  /// Runs stages over the windows from one on, and drops those that fail.
  void RunPatches(std::size_t from, std::size_t first_stage, std::size_t end_stage) {
    std::vector<SearchBuffers::Window>& windows = buffers_.windows;
    end_stage = std::min(end_stage, cascade_.stages().size());
    if (first_stage >= end_stage) return;
    const std::size_t count = windows.size();
    std::size_t kept = from;
    if (count == from) return;
    // The last patch is filled with copies of a window.
    windows.resize(count + kPatchWindows, windows.back());
    for (std::size_t i = from; i < count; i += kPatchWindows) {
      std::uint32_t alive = RunPatch(windows.data() + i, first_stage, end_stage);
      if (count - i < kPatchWindows) alive &= (1U << (count - i)) - 1;
      for (; alive != 0; alive &= alive - 1) windows[kept++] = windows[i + std::countr_zero(alive)];
    }
    windows.resize(kept);
  }

  /// Runs stages over kPatchWindows windows; one bit for each that passes them all.
  std::uint32_t RunPatch(const SearchBuffers::Window* windows, std::size_t first_stage,
                         std::size_t end_stage) {
    GatherPatch(cascade_.model(), cascade_.layout(), windows, buffers_.patch.get());
    const std::size_t size = GroupSize();
    std::array<float, kPatchWindows> norms{};
    std::uint32_t passed = 0;
    for (std::size_t first = 0; first < kPatchWindows; first += size) {
      for (std::size_t i = 0; i < size; ++i)
        norms[first + i / 2 + (i & 1) * size / 2] = windows[first + i].norm;
      Group group{buffers_.patch.get() + first, norms.data() + first, (1U << size) - 1, 0, 0};
      for (std::size_t stage = first_stage; stage < end_stage && group.alive != 0; ++stage) {
        RunStage<1>(*patches_, stage, &group);
      }
      passed |= group.alive << first;
    }
    return passed;
  }

  const PackedCascade& cascade_;
  const PackedCascade* patches_;
  const SearchTask& task_;
  SearchBuffers& buffers_;
  std::vector<WindowCorner>& found_;
  int step_;
  bool tilted_;
  int first_window_;
  int windows_;
  std::size_t padded_ = 0;
  /// The first row of the integral picture, of zeros, is always there.
  int integral_rows_ = 1;
};

void SearchWindowsHere(const PackedCascade& cascade, const PackedCascade* patches, const SearchTask& task,
                       SearchBuffers& buffers, std::vector<WindowCorner>& found) {
  Search(cascade, patches, task, buffers, found).Run();
}

}  // namespace
}  // namespace emochat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace emochat {

HWY_EXPORT(SearchWindowsHere);

void SearchWindows(const PackedCascade& cascade, const PackedCascade* patches, const SearchTask& task,
                   SearchBuffers& buffers, std::vector<WindowCorner>& found) {
  HWY_DYNAMIC_DISPATCH(SearchWindowsHere)(cascade, patches, task, buffers, found);
}

std::vector<std::int64_t> SearchTargets() {
  return hwy::SupportedAndGeneratedTargets();
}

}  // namespace emochat
#endif
