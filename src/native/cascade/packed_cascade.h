#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cascade/cascade_model.h"

namespace emochat {

/// How the integral picture of a level lies in memory: rows `stride` apart, columns `spacing`; where windows
/// are two columns apart, the even columns of a row come first, the odd ones `odd_columns` later, so that
/// neighbouring windows read neighbouring numbers. The row of the tilted integral picture, if there is one,
/// comes `tilted_columns` later and lies alike.
struct IntegralLayout {
  int stride = 0;
  int odd_columns = 0;
  int tilted_columns = 0;
  int step = 1;
  int spacing = 1;

  /// Where a corner at (x, y) of a window lies, from where the window's own corner lies.
  [[nodiscard]] int Offset(int x, int y, bool tilted) const {
    return y * stride + (step == 1 ? x * spacing : (x & 1) * odd_columns + (x >> 1)) +
           (tilted ? tilted_columns : 0);
  }
  bool operator==(const IntegralLayout&) const = default;
};

/// Corners of a feature; what they mean follows from its kind (see PackedStage).
using NarrowCorners = std::array<std::int32_t, 9>;

/// A rectangle so small that its sum fits into 16 bits: corners that are added, then those that are taken
/// away.
struct RectPiece {
  std::array<std::int32_t, 4> corners;
  std::int32_t weight;
};

/// A stump whose weighted sum always fits into 16 bits, so that the integral picture modulo 2^16 is enough.
struct NarrowStump {
  NarrowCorners corners;
  float threshold;
  /// What the stage's sum gains if the feature is less than the threshold.
  std::int32_t gain;
};

/// Any other stump.
struct WideStump {
  std::vector<RectPiece> pieces;
  /// For features multiplied by 2^-16, as the narrow ones are.
  float threshold;
  std::int32_t gain;
};

/// A tree of several nodes, children behind their parents.
struct PackedTree {
  struct Node {
    enum class Kind : std::uint8_t { kEdge, kLine, kChecker, kWide };
    Kind kind;
    /// Those of a wide feature are in its pieces.
    NarrowCorners corners;
    std::vector<RectPiece> pieces;
    /// As in a NarrowStump or a WideStump.
    float threshold;
    /// Children as in a CascadeNode.
    int left;
    int right;
  };
  std::vector<Node> nodes;
  std::vector<std::int32_t> leaves;
};

/// A stage with its stumps sorted by how their features are added up, in whole numbers: leaves are multiplied
/// by a power of two and rounded, so that their order does not matter.
struct PackedStage {
  /// (c0 - c1) + (c2 - c3) + 2 (c4 - c5): two rectangles side by side.
  std::vector<NarrowStump> edges;
  /// (c0 - c1) + (c2 - c3) + 3 ((c4 - c5) + (c6 - c7)): a rectangle within another.
  std::vector<NarrowStump> lines;
  /// c0 + c1 + c2 + c3 - 2 (c4 + c5 + c6 + c7) + 4 c8: four rectangles, like a checkerboard.
  std::vector<NarrowStump> checkers;
  std::vector<WideStump> wides;
  std::vector<PackedTree> trees;
  /// The sum if no feature is less than its threshold.
  std::int32_t base;
  /// A sum up to the first fails, one above the second passes; what is between has to be decided exactly.
  std::int32_t fails_up_to;
  std::int32_t unsure_up_to;
};

/// A cascade made ready for pictures of one layout. The model must outlive it.
class PackedCascade {
 public:
  PackedCascade(const CascadeModel& model, const IntegralLayout& layout);

  /// Makes it ready for another layout, which takes a hundredth of the time that it takes to make it anew.
  void LayOut(const IntegralLayout& layout);

  [[nodiscard]] const CascadeModel& model() const { return *model_; }
  [[nodiscard]] const IntegralLayout& layout() const { return layout_; }
  [[nodiscard]] const std::vector<PackedStage>& stages() const { return stages_; }
  /// The window without its outermost pixels, over which its deviation is taken, in pieces whose sum fits
  /// into 16 bits.
  [[nodiscard]] const std::vector<std::array<std::int32_t, 4>>& norm_pieces() const { return norm_pieces_; }
  [[nodiscard]] int norm_area() const { return (model_->width - 2) * (model_->height - 2); }
  /// The least area × sum of squares - sum² at which a window has contrast enough for OpenCV.
  [[nodiscard]] double least_spread() const { return least_spread_; }

  /// Whether a window passes a stage, in OpenCV's own arithmetic and order. `corner` is the window's corner
  /// in the integral picture, `norm` one over its deviation times its area.
  [[nodiscard]] bool PassesExactly(std::size_t stage, const std::uint16_t* corner, float norm) const;

 private:
  /// A corner of a rectangle, in pixels from the window's own corner.
  struct Point {
    std::int16_t x;
    std::int16_t y;
    bool tilted;
  };

  /// Calls `visit` with where each corner lies, always in the same order.
  template <class Visit>
  void ForEachCorner(const Visit& visit);

  /// A feature of a window, divided by the window's deviation.
  [[nodiscard]] float ValueOf(const CascadeFeature& feature, const std::uint16_t* corner, float norm) const;

  const CascadeModel* model_;
  /// The corners in ForEachCorner's order.
  std::shared_ptr<const std::vector<Point>> points_;
  IntegralLayout layout_;
  std::vector<PackedStage> stages_;
  std::vector<std::array<std::int32_t, 4>> norm_pieces_;
  double least_spread_;
};

}  // namespace emochat
