#include "packed_cascade.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

namespace emochat {
namespace {

/// So many of the brightest pixels add up to no more than 16 bits hold.
constexpr int kPiecePixels = 65535 / 255;

struct Box {
  int x;
  int y;
  int width;
  int height;
};

/// Calls `visit` with pieces of a rectangle of no more than kPiecePixels each.
template <class Visit>
void ForEachPiece(const Box& box, const Visit& visit) {
  const int width = std::min(box.width, kPiecePixels);
  const int height = width == 0 ? box.height : kPiecePixels / width;
  for (int y = 0; y < box.height; y += height) {
    for (int x = 0; x < box.width; x += width) {
      visit(Box{box.x + x, box.y + y, std::min(width, box.width - x), std::min(height, box.height - y)});
    }
  }
}

/// In this layout the place of a corner says what its coordinates are.
constexpr IntegralLayout kPointLayout{.stride = 2048};

/// Where a rectangle's four corners lie: those that are added, then those that are taken away.
std::array<std::int32_t, 4> Corners(const Box& box, const IntegralLayout& layout) {
  return {layout.Offset(box.x, box.y), layout.Offset(box.x + box.width, box.y + box.height),
          layout.Offset(box.x + box.width, box.y), layout.Offset(box.x, box.y + box.height)};
}

Box BoxOf(const CascadeRect& rect) {
  return {rect.x, rect.y, rect.width, rect.height};
}

/// The weight of every pixel of the window in a feature, row by row.
std::vector<int> PixelWeights(const CascadeFeature& feature, int width, int height) {
  std::vector<int> weights(static_cast<std::size_t>(width) * height);
  for (const CascadeRect& rect : feature) {
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
      for (int x = rect.x; x < rect.x + rect.width; ++x)
        weights[static_cast<std::size_t>(y) * width + x] += rect.weight;
    }
  }
  return weights;
}

bool FitsInto16Bits(const CascadeFeature& feature, int width, int height) {
  std::int64_t most = 0;
  std::int64_t least = 0;
  for (const int weight : PixelWeights(feature, width, height))
    (weight > 0 ? most : least) += std::int64_t{255} * weight;
  return most <= std::numeric_limits<std::int16_t>::max() &&
         least >= std::numeric_limits<std::int16_t>::min();
}

/// Corners of a feature by the weight they have in it; corners that cancel out are left away.
std::multimap<int, std::int32_t> CornersByWeight(const CascadeFeature& feature) {
  std::map<std::int32_t, int> weights;
  for (const CascadeRect& rect : feature) {
    const std::array<std::int32_t, 4> corners = Corners(BoxOf(rect), kPointLayout);
    for (std::size_t i = 0; i < corners.size(); ++i)
      weights[corners[i]] += i < 2 ? rect.weight : -rect.weight;
  }
  std::multimap<int, std::int32_t> by_weight;
  for (const auto& [corner, weight] : weights) {
    if (weight != 0) by_weight.emplace(weight, corner);
  }
  return by_weight;
}

/// Offsets of a feature's corners in the order of `pattern`, or none if its weights are not those.
template <std::size_t kCount>
bool Match(std::multimap<int, std::int32_t> by_weight, const std::array<int, kCount>& pattern,
           std::array<std::int32_t, 9>& corners) {
  if (by_weight.size() != kCount) return false;
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto found = by_weight.find(pattern[i]);
    if (found == by_weight.end()) return false;
    corners[i] = found->second;
    by_weight.erase(found);
  }
  return true;
}

template <std::size_t kCount>
std::array<int, kCount> Negated(std::array<int, kCount> pattern) {
  for (int& weight : pattern) weight = -weight;
  return pattern;
}

constexpr std::array kEdge = {1, -1, 1, -1, 2, -2};
constexpr std::array kLine = {1, -1, 1, -1, 3, -3, 3, -3};
constexpr std::array kChecker = {1, 1, 1, 1, -2, -2, -2, -2, 4};

/// Packs the stumps of one stage, for kPointLayout.
class StagePacker {
 public:
  StagePacker(const CascadeModel& model, const CascadeStage& stage) : model_(model), scale_(ScaleOf(stage)) {
    for (const CascadeStump& stump : stage.stumps) Add(stump);
    packed_.base = base_;
    // Every rounded leaf may be off by a half; the last unit is for the threshold's own digits.
    const double margin = static_cast<double>(stage.stumps.size()) / 2 + 1;
    const double threshold = scale_ * static_cast<double>(stage.threshold);
    packed_.fails_up_to = Clamped(std::floor(threshold - margin));
    packed_.unsure_up_to = Clamped(std::ceil(threshold + margin));
  }

  PackedStage Take() { return std::move(packed_); }

 private:
  static constexpr double kLargestSum = 1 << 30;

  /// The largest power of two that keeps every sum of the stage below kLargestSum, so that the difference of
  /// two leaves fits into 32 bits, too.
  static double ScaleOf(const CascadeStage& stage) {
    double largest = 1;
    for (const CascadeStump& stump : stage.stumps) {
      largest += std::max(std::abs(double{stump.left}), std::abs(double{stump.right}));
    }
    return std::exp2(std::ceil(std::log2(kLargestSum / largest)) - 1);
  }

  static std::int32_t Clamped(double value) {
    return static_cast<std::int32_t>(std::clamp(value, -kLargestSum - 1, kLargestSum + 1));
  }

  [[nodiscard]] std::int32_t Whole(float leaf) const {
    return static_cast<std::int32_t>(std::lround(scale_ * double{leaf}));
  }

  void Add(const CascadeStump& stump) {
    const CascadeFeature& feature = model_.features[stump.feature];
    if (!FitsInto16Bits(feature, model_.width, model_.height) || !AddNarrow(stump, feature))
      AddWide(stump, feature);
  }

  bool AddNarrow(const CascadeStump& stump, const CascadeFeature& feature) {
    NarrowStump packed{
        .corners = {}, .threshold = stump.threshold, .gain = Whole(stump.left) - Whole(stump.right)};
    const auto by_weight = CornersByWeight(feature);
    if (Match(by_weight, kEdge, packed.corners)) {
      packed_.edges.push_back(packed);
    } else if (Match(by_weight, kLine, packed.corners)) {
      packed_.lines.push_back(packed);
    } else if (Match(by_weight, kChecker, packed.corners)) {
      packed_.checkers.push_back(packed);
    } else if (Match(by_weight, Negated(kChecker), packed.corners)) {
      // v < t is the same as not (-v < the number after -t).
      packed.threshold = std::nextafter(-stump.threshold, std::numeric_limits<float>::infinity());
      packed.gain = -packed.gain;
      base_ += Whole(stump.left);
      packed_.checkers.push_back(packed);
      return true;
    } else {
      return false;
    }
    base_ += Whole(stump.right);
    return true;
  }

  void AddWide(const CascadeStump& stump, const CascadeFeature& feature) {
    constexpr float kFeatureScale = 1.0F / 65536;
    WideStump packed{.pieces = {},
                     .threshold = stump.threshold * kFeatureScale,
                     .gain = Whole(stump.left) - Whole(stump.right)};
    for (const CascadeRect& rect : feature) {
      ForEachPiece(BoxOf(rect), [&](const Box& piece) {
        packed.pieces.push_back({Corners(piece, kPointLayout), rect.weight});
      });
    }
    base_ += Whole(stump.right);
    packed_.wides.push_back(packed);
  }

  const CascadeModel& model_;
  double scale_;
  std::int32_t base_ = 0;
  PackedStage packed_{};
};

/// OpenCV's test of a window's contrast.
bool HasContrast(double area, double spread) {
  constexpr double kLargestNormedArea = 1e-1;
  return spread > 0 && area * static_cast<float>(1. / std::sqrt(spread)) < kLargestNormedArea;
}

/// The least whole number that passes HasContrast.
double LeastSpread(double area) {
  std::int64_t fails = 0;
  std::int64_t passes = 1;
  while (!HasContrast(area, static_cast<double>(passes))) passes *= 2;
  while (passes - fails > 1) {
    const std::int64_t middle = (passes + fails) / 2;
    (HasContrast(area, static_cast<double>(middle)) ? passes : fails) = middle;
  }
  return static_cast<double>(passes);
}

int SumOf(const std::array<std::int32_t, 4>& corners, const std::uint16_t* corner) {
  return static_cast<std::uint16_t>(corner[corners[0]] + corner[corners[1]] - corner[corners[2]] -
                                    corner[corners[3]]);
}

}  // namespace

PackedCascade::PackedCascade(const CascadeModel& model, const IntegralLayout& layout)
    : model_(&model), layout_(kPointLayout), least_spread_(LeastSpread(norm_area())) {
  for (const CascadeStage& stage : model.stages) stages_.push_back(StagePacker(model, stage).Take());
  ForEachPiece({1, 1, model.width - 2, model.height - 2},
               [&](const Box& piece) { norm_pieces_.push_back(Corners(piece, kPointLayout)); });
  std::vector<Point> points;
  ForEachCorner([&](std::int32_t place) {
    points.push_back({static_cast<std::int16_t>(place % kPointLayout.stride),
                      static_cast<std::int16_t>(place / kPointLayout.stride)});
  });
  points_ = std::make_shared<const std::vector<Point>>(std::move(points));
  LayOut(layout);
}

template <class Visit>
void PackedCascade::ForEachCorner(const Visit& visit) {
  const auto narrow = [&](std::vector<NarrowStump>& stumps, std::size_t corners) {
    for (NarrowStump& stump : stumps) {
      for (std::size_t i = 0; i < corners; ++i) visit(stump.corners[i]);
    }
  };
  for (PackedStage& stage : stages_) {
    narrow(stage.edges, kEdge.size());
    narrow(stage.lines, kLine.size());
    narrow(stage.checkers, kChecker.size());
    for (WideStump& stump : stage.wides) {
      for (WideStump::Piece& piece : stump.pieces) {
        for (std::int32_t& corner : piece.corners) visit(corner);
      }
    }
  }
  for (auto& piece : norm_pieces_) {
    for (std::int32_t& corner : piece) visit(corner);
  }
}

void PackedCascade::LayOut(const IntegralLayout& layout) {
  if (layout == layout_) return;
  layout_ = layout;
  auto point = points_->begin();
  ForEachCorner([&](std::int32_t& corner) {
    corner = layout.Offset(point->x, point->y);
    ++point;
  });
}

bool PackedCascade::PassesExactly(std::size_t stage, const std::uint16_t* corner, float norm) const {
  double sum = 0;
  for (const CascadeStump& stump : model_->stages[stage].stumps) {
    int weighted = 0;
    for (const CascadeRect& rect : model_->features[stump.feature]) {
      ForEachPiece(BoxOf(rect), [&](const Box& piece) {
        weighted += rect.weight * SumOf(Corners(piece, layout_), corner);
      });
    }
    const float value = static_cast<float>(weighted) * norm;
    sum += value < stump.threshold ? stump.left : stump.right;
  }
  return sum >= model_->stages[stage].threshold;
}

}  // namespace emochat
