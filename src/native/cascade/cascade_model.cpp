#include "cascade/cascade_model.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/errors.h"
#include "cascade/cascade_file.h"

namespace emochat {
namespace {

/// Sums up to here are whole numbers in single precision, too.
constexpr double kExactInFloat = 1 << 24;
/// Thresholds nearer to zero than this, but not zero, would lose digits where they are scaled.
constexpr float kLeastThreshold = 1e-20F;

/// Builds the model from what a file holds.
class CascadeBuilder {
 public:
  CascadeBuilder(const CascadeFile& file, const std::string& name) : file_(file), name_(name) {}

  CascadeModel Build() {
    model_.width = file_.width;
    model_.height = file_.height;
    model_.tilted = std::ranges::any_of(file_.features, &CascadeFile::Feature::tilted);
    for (const CascadeFile::Feature& feature : file_.features) model_.features.push_back(Feature(feature));
    for (const CascadeFile::Stage& stage : file_.stages) model_.stages.push_back(Stage(stage));
    ReadStumpsAsOpenCv();
    return std::move(model_);
  }

 private:
  void Require(bool holds, const char* what) const {
    if (!holds) throw ModelFileError(name_ + ": " + what);
  }

  [[nodiscard]] CascadeFeature Feature(const CascadeFile::Feature& held) const {
    CascadeFeature feature{.rects = {}, .tilted = held.tilted};
    double weights = 0;
    for (const auto& [x, y, width, height, weight] : held.rects) {
      Require(weight == std::floor(weight) && weight != 0, "a rectangle's weight is not a whole number");
      weights += std::abs(weight);
      Require(weights * 255 * model_.width * model_.height < kExactInFloat,
              "its window is too large, or a weight is");
      feature.rects.push_back({x, y, width, height, static_cast<int>(weight)});
    }
    return feature;
  }

  [[nodiscard]] CascadeStage Stage(const CascadeFile::Stage& held) const {
    // OpenCV's reader lowers the threshold by this much.
    constexpr float kTolerance = 1e-5F;
    CascadeStage stage{.threshold = static_cast<float>(held.threshold) - kTolerance, .trees = {}};
    for (const CascadeFile::Tree& tree : held.trees) stage.trees.push_back(Tree(tree));
    return stage;
  }

  [[nodiscard]] CascadeTree Tree(const CascadeFile::Tree& held) const {
    Require(held.nodes.size() <= kMostTreeNodes,
            "it has trees of more than eight nodes, which are not evaluated");
    CascadeTree tree;
    for (const CascadeFile::Node& node : held.nodes) {
      const auto threshold = static_cast<float>(node.threshold);
      Require(threshold == 0 || std::abs(threshold) >= kLeastThreshold, "a threshold is too near to zero");
      tree.nodes.push_back({node.feature, threshold, node.left, node.right});
    }
    for (const double leaf : held.leaves) tree.leaves.push_back(static_cast<float>(leaf));
    return tree;
  }

  /// In a file of stumps alone OpenCV takes the first leaf for the left one, whatever the node says.
  void ReadStumpsAsOpenCv() {
    const auto is_stump = [](const CascadeTree& tree) { return tree.nodes.size() == 1; };
    const auto all_stumps = [&](const CascadeStage& stage) {
      return std::ranges::all_of(stage.trees, is_stump);
    };
    if (!std::ranges::all_of(model_.stages, all_stumps)) return;
    for (CascadeStage& stage : model_.stages) {
      for (CascadeTree& tree : stage.trees) {
        tree.nodes[0].left = 0;
        tree.nodes[0].right = -1;
      }
    }
  }

  const CascadeFile& file_;
  const std::string& name_;
  CascadeModel model_{};
};

}  // namespace

CascadeModel ReadCascade(const std::string& xml, const std::string& name) {
  return CascadeBuilder(ParseCascadeFile(xml, name), name).Build();
}

}  // namespace emochat
