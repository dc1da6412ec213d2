#include "cascade/packed_cascade.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

namespace emochat {
namespace {

/// The sum of this many 8-bit pixels fits into 16 bits, however bright they are.
constexpr int kPiecePixels = 65535 / 255;

/// A rectangle, upright or tilted (see CascadeRect).
struct Area {
  int x;
  int y;
  int width;
  int height;
  bool tilted;
};

struct Corner {
  int x;
  int y;
};

/// The corners of a rectangle at which the integral picture is read: those that are added, then those that
/// are taken away.
std::array<Corner, 4> CornersOf(const Area& area) {
  const auto [x, y, width, height, tilted] = area;
  if (tilted) {
    return {
        {{x, y}, {x + width - height, y + width + height}, {x - height, y + height}, {x + width, y + width}}};
  }
  return {{{x, y}, {x + width, y + height}, {x + width, y}, {x, y + height}}};
}

/// Calls `visit` with pieces of a rectangle of no more than kPiecePixels each.
template <class Visit>
void ForEachPiece(const Area& area, const Visit& visit) {
  const int most = area.tilted ? kPiecePixels / 2 : kPiecePixels;
  const int width = std::min(area.width, most);
  const int height = width == 0 ? area.height : most / width;
  for (int j = 0; j < area.height; j += height) {
    for (int i = 0; i < area.width; i += width) {
      const int x = area.tilted ? area.x + i - j : area.x + i;
      const int y = area.tilted ? area.y + i + j : area.y + j;
      visit(Area{x, y, std::min(width, area.width - i), std::min(height, area.height - j), area.tilted});
    }
  }
}

/// In this layout the place of a corner says what its coordinates are, and whether it is of the tilted
/// picture.
constexpr IntegralLayout kPointLayout{.stride = 4096, .tilted_columns = 2048};

/// Where a rectangle's four corners lie.
std::array<std::int32_t, 4> PlacesOf(const Area& area, const IntegralLayout& layout) {
  const std::array<Corner, 4> corners = CornersOf(area);
  std::array<std::int32_t, 4> places{};
  for (std::size_t i = 0; i < corners.size(); ++i)
    places[i] = layout.Offset(corners[i].x, corners[i].y, area.tilted);
  return places;
}

Area AreaOf(const CascadeRect& rect, bool tilted) {
  return {rect.x, rect.y, rect.width, rect.height, tilted};
}

/// Whether the integral picture counts a pixel at a corner.
bool Counts(const Corner& corner, bool tilted, int x, int y) {
  return tilted ? std::abs(x - corner.x + 1) < corner.y - y : x < corner.x && y < corner.y;
}

/// How often a feature counts a pixel.
int PixelWeight(const CascadeFeature& feature, int x, int y) {
  int weight = 0;
  for (const CascadeRect& rect : feature.rects) {
    const std::array<Corner, 4> corners = CornersOf(AreaOf(rect, feature.tilted));
    for (std::size_t i = 0; i < corners.size(); ++i) {
      if (Counts(corners[i], feature.tilted, x, y)) weight += i < 2 ? rect.weight : -rect.weight;
    }
  }
  return weight;
}

bool FitsInto16Bits(const CascadeFeature& feature, int width, int height) {
  std::int64_t most = 0;
  std::int64_t least = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int weight = PixelWeight(feature, x, y);
      (weight > 0 ? most : least) += std::int64_t{255} * weight;
    }
  }
  return most <= std::numeric_limits<std::int16_t>::max() &&
         least >= std::numeric_limits<std::int16_t>::min();
}

/// Corners of a feature by the weight they have in it; corners that cancel out are left away.
std::multimap<int, std::int32_t> CornersByWeight(const CascadeFeature& feature) {
  std::map<std::int32_t, int> weights;
  for (const CascadeRect& rect : feature.rects) {
    const std::array<std::int32_t, 4> places = PlacesOf(AreaOf(rect, feature.tilted), kPointLayout);
    for (std::size_t i = 0; i < places.size(); ++i) weights[places[i]] += i < 2 ? rect.weight : -rect.weight;
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
           NarrowCorners& corners) {
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

/// A feature with its threshold, for kPointLayout.
struct PackedFeature {
  using Kind = PackedTree::Node::Kind;
  Kind kind;
  NarrowCorners corners;
  std::vector<RectPiece> pieces;
  float threshold;
  /// Whether the two answers have changed places.
  bool negated;
};

PackedFeature PackWide(const CascadeFeature& feature, float threshold) {
  constexpr float kFeatureScale = 1.0F / 65536;
  PackedFeature packed{PackedFeature::Kind::kWide, {}, {}, threshold * kFeatureScale, false};
  for (const CascadeRect& rect : feature.rects) {
    ForEachPiece(AreaOf(rect, feature.tilted), [&](const Area& piece) {
      packed.pieces.push_back({PlacesOf(piece, kPointLayout), rect.weight});
    });
  }
  return packed;
}

PackedFeature Pack(const CascadeModel& model, const CascadeNode& node) {
  using Kind = PackedFeature::Kind;
  const CascadeFeature& feature = model.features[static_cast<std::size_t>(node.feature)];
  if (!FitsInto16Bits(feature, model.width, model.height)) return PackWide(feature, node.threshold);
  PackedFeature packed{Kind::kWide, {}, {}, node.threshold, false};
  const auto by_weight = CornersByWeight(feature);
  if (Match(by_weight, kEdge, packed.corners)) {
    packed.kind = Kind::kEdge;
  } else if (Match(by_weight, kLine, packed.corners)) {
    packed.kind = Kind::kLine;
  } else if (Match(by_weight, kChecker, packed.corners)) {
    packed.kind = Kind::kChecker;
  } else if (Match(by_weight, Negated(kChecker), packed.corners)) {
    packed.kind = Kind::kChecker;
    // v < t is the same as not (-v < the number after -t).
    packed.threshold = std::nextafter(-node.threshold, std::numeric_limits<float>::infinity());
    packed.negated = true;
  } else {
    return PackWide(feature, node.threshold);
  }
  return packed;
}

/// Packs the trees of one stage, for kPointLayout.
class StagePacker {
 public:
  StagePacker(const CascadeModel& model, const CascadeStage& stage) : model_(model), scale_(ScaleOf(stage)) {
    for (const CascadeTree& tree : stage.trees) {
      if (tree.nodes.size() == 1) {
        AddStump(tree);
      } else {
        AddTree(tree);
      }
    }
    // Every rounded leaf may be off by a half; the last unit is for the threshold's own digits.
    const double margin = static_cast<double>(stage.trees.size()) / 2 + 1;
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
    for (const CascadeTree& tree : stage.trees) {
      double most = 0;
      for (const float leaf : tree.leaves) most = std::max(most, std::abs(double{leaf}));
      largest += most;
    }
    return std::exp2(std::ceil(std::log2(kLargestSum / largest)) - 1);
  }

  static std::int32_t Clamped(double value) {
    return static_cast<std::int32_t>(std::clamp(value, -kLargestSum - 1, kLargestSum + 1));
  }

  [[nodiscard]] std::int32_t Whole(float leaf) const {
    return static_cast<std::int32_t>(std::lround(scale_ * double{leaf}));
  }

  void AddStump(const CascadeTree& tree) {
    const CascadeNode& node = tree.nodes.front();
    PackedFeature feature = Pack(model_, node);
    std::int32_t less = Whole(tree.leaves[static_cast<std::size_t>(-node.left)]);
    std::int32_t other = Whole(tree.leaves[static_cast<std::size_t>(-node.right)]);
    if (feature.negated) std::swap(less, other);
    packed_.base += other;
    if (feature.kind == PackedFeature::Kind::kWide) {
      packed_.wides.push_back({std::move(feature.pieces), feature.threshold, less - other});
    } else {
      StumpsOf(feature.kind).push_back({feature.corners, feature.threshold, less - other});
    }
  }

  std::vector<NarrowStump>& StumpsOf(PackedFeature::Kind kind) {
    if (kind == PackedFeature::Kind::kEdge) return packed_.edges;
    return kind == PackedFeature::Kind::kLine ? packed_.lines : packed_.checkers;
  }

  void AddTree(const CascadeTree& tree) {
    PackedTree packed;
    for (const CascadeNode& node : tree.nodes) {
      PackedFeature feature = Pack(model_, node);
      const auto [left, right] =
          feature.negated ? std::pair(node.right, node.left) : std::pair(node.left, node.right);
      packed.nodes.push_back(
          {feature.kind, feature.corners, std::move(feature.pieces), feature.threshold, left, right});
    }
    for (const float leaf : tree.leaves) packed.leaves.push_back(Whole(leaf));
    packed_.trees.push_back(std::move(packed));
  }

  const CascadeModel& model_;
  double scale_;
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
  ForEachPiece({1, 1, model.width - 2, model.height - 2, false},
               [&](const Area& piece) { norm_pieces_.push_back(PlacesOf(piece, kPointLayout)); });
  std::vector<Point> points;
  ForEachCorner([&](std::int32_t place) {
    const int x = place % kPointLayout.stride;
    const bool tilted = x >= kPointLayout.tilted_columns;
    points.push_back({static_cast<std::int16_t>(tilted ? x - kPointLayout.tilted_columns : x),
                      static_cast<std::int16_t>(place / kPointLayout.stride), tilted});
  });
  points_ = std::make_shared<const std::vector<Point>>(std::move(points));
  LayOut(layout);
}

template <class Visit>
void PackedCascade::ForEachCorner(const Visit& visit) {
  const auto first = [&](NarrowCorners& corners, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) visit(corners[i]);
  };
  const auto narrow = [&](std::vector<NarrowStump>& stumps, std::size_t count) {
    for (NarrowStump& stump : stumps) first(stump.corners, count);
  };
  const auto wide = [&](std::vector<RectPiece>& pieces) {
    for (RectPiece& piece : pieces) {
      for (std::int32_t& corner : piece.corners) visit(corner);
    }
  };
  constexpr std::array kCounts = {kEdge.size(), kLine.size(), kChecker.size(), std::size_t{0}};
  for (PackedStage& stage : stages_) {
    narrow(stage.edges, kEdge.size());
    narrow(stage.lines, kLine.size());
    narrow(stage.checkers, kChecker.size());
    for (WideStump& stump : stage.wides) wide(stump.pieces);
    for (PackedTree& tree : stage.trees) {
      for (PackedTree::Node& node : tree.nodes) {
        first(node.corners, kCounts[static_cast<std::size_t>(node.kind)]);
        wide(node.pieces);
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
    corner = layout.Offset(point->x, point->y, point->tilted);
    ++point;
  });
}

float PackedCascade::ValueOf(const CascadeFeature& feature, const std::uint16_t* corner, float norm) const {
  int weighted = 0;
  for (const CascadeRect& rect : feature.rects) {
    ForEachPiece(AreaOf(rect, feature.tilted), [&](const Area& piece) {
      weighted += rect.weight * SumOf(PlacesOf(piece, layout_), corner);
    });
  }
  return static_cast<float>(weighted) * norm;
}

bool PackedCascade::PassesExactly(std::size_t stage, const std::uint16_t* corner, float norm) const {
  double sum = 0;
  for (const CascadeTree& tree : model_->stages[stage].trees) {
    int next = 0;
    do {
      const CascadeNode& node = tree.nodes[static_cast<std::size_t>(next)];
      const CascadeFeature& feature = model_->features[static_cast<std::size_t>(node.feature)];
      next = ValueOf(feature, corner, norm) < node.threshold ? node.left : node.right;
    } while (next > 0);
    sum += tree.leaves[static_cast<std::size_t>(-next)];
  }
  return sum >= model_->stages[stage].threshold;
}

}  // namespace emochat
