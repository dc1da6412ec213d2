#include "cascade_model.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "cascade_file.h"
#include "errors.h"

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
    for (const CascadeFile::Feature& feature : file_.features) model_.features.push_back(Feature(feature));
    for (const CascadeFile::Stage& stage : file_.stages) model_.stages.push_back(Stage(stage));
    return std::move(model_);
  }

 private:
  void Require(bool holds, const char* what) const {
    if (!holds) throw ModelFileError(name_ + ": " + what);
  }

  [[nodiscard]] CascadeFeature Feature(const CascadeFile::Feature& held) const {
    Require(!held.tilted, "it has tilted features, which are not evaluated");
    CascadeFeature feature;
    double weights = 0;
    for (const auto& [x, y, width, height, weight] : held.rects) {
      Require(weight == std::floor(weight) && weight != 0, "a rectangle's weight is not a whole number");
      weights += std::abs(weight);
      Require(weights * 255 * model_.width * model_.height < kExactInFloat,
              "its window is too large, or a weight is");
      feature.push_back({x, y, width, height, static_cast<int>(weight)});
    }
    return feature;
  }

  [[nodiscard]] CascadeStage Stage(const CascadeFile::Stage& held) const {
    // OpenCV's reader lowers the threshold by this much.
    constexpr float kTolerance = 1e-5F;
    CascadeStage stage{.threshold = static_cast<float>(held.threshold) - kTolerance, .stumps = {}};
    for (const auto& [nodes, leaves] : held.trees) {
      Require(nodes.size() == 1, "it has trees of several nodes, and only stumps are evaluated");
      const auto threshold = static_cast<float>(nodes[0].threshold);
      Require(threshold == 0 || std::abs(threshold) >= kLeastThreshold, "a threshold is too near to zero");
      stage.stumps.push_back(
          {nodes[0].feature, threshold, static_cast<float>(leaves[0]), static_cast<float>(leaves[1])});
    }
    return stage;
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
