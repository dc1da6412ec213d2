#include "cascade_model.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include <opencv2/core.hpp>

#include "errors.h"

namespace emochat {
namespace {

/// OpenCV trusts the indices of a cascade file; this reads them first, so that a hostile file cannot lead it
/// astray.
class CascadeCheck {
 public:
  CascadeCheck(const cv::FileNode& root, const std::string& name) : root_(root), name_(name) {}

  void Run() {
    Require(Text(root_["stageType"]) == "BOOST", "stageType is not BOOST (an old-format file?)");
    Require(Text(root_["featureType"]) == "HAAR", "featureType is not HAAR");
    width_ = Whole(root_["width"], 3, kMaxSide, "width");
    height_ = Whole(root_["height"], 3, kMaxSide, "height");
    CheckFeatures(root_["features"]);
    const cv::FileNode stages = root_["stages"];
    Require(stages.isSeq() && !stages.empty(), "there are no stages");
    for (const cv::FileNode stage : stages) CheckStage(stage);
  }

 private:
  static constexpr int kMaxSide = 1024;
  static constexpr int kMaxNodes = 1024;

  void Require(bool holds, const std::string& what) const {
    if (!holds) throw ModelFileError(name_ + ": " + what);
  }

  [[nodiscard]] static std::string Text(const cv::FileNode& node) {
    return node.isString() ? node.string() : std::string();
  }

  [[nodiscard]] int Whole(const cv::FileNode& node, int min, int max, const char* what) const {
    Require(node.isInt() && int{node} >= min && int{node} <= max,
            std::string(what) + " is missing or out of range");
    return int{node};
  }

  [[nodiscard]] double Number(const cv::FileNode& node, const char* what) const {
    // In single precision, which is what evaluators keep numbers in.
    const bool finite = (node.isReal() || node.isInt()) && std::isfinite(static_cast<float>(double{node}));
    Require(finite, std::string(what) + " is missing, too large or not a number");
    return double{node};
  }

  void CheckFeatures(const cv::FileNode& features) {
    Require(features.isSeq() && !features.empty(), "there are no features");
    feature_count_ = static_cast<int>(features.size());
    for (const cv::FileNode feature : features) {
      const cv::FileNode rects = feature["rects"];
      Require(rects.isSeq() && rects.size() >= 2 && rects.size() <= 3,
              "a feature has not two or three rectangles");
      for (const cv::FileNode rect : rects)
        CheckRect(rect, !feature["tilted"].empty() && int{feature["tilted"]} != 0);
    }
  }

  void CheckRect(const cv::FileNode& rect, bool tilted) const {
    Require(rect.isSeq() && rect.size() == 5, "a rectangle has not five numbers");
    const int x = Whole(rect[0], 0, width_, "a rectangle's x");
    const int y = Whole(rect[1], 0, height_, "a rectangle's y");
    const int w = Whole(rect[2], 0, width_, "a rectangle's width");
    const int h = Whole(rect[3], 0, height_, "a rectangle's height");
    static_cast<void>(Number(rect[4], "a rectangle's weight"));
    const bool inside =
        tilted ? x - h >= 0 && x + w <= width_ && y + w + h <= height_ : x + w <= width_ && y + h <= height_;
    Require(inside, "a rectangle reaches outside the window");
  }

  void CheckStage(const cv::FileNode& stage) const {
    static_cast<void>(Number(stage["stageThreshold"], "stageThreshold"));
    const cv::FileNode trees = stage["weakClassifiers"];
    Require(trees.isSeq() && !trees.empty(), "a stage has no classifiers");
    for (const cv::FileNode tree : trees) CheckTree(tree["internalNodes"], tree["leafValues"]);
  }

  void CheckTree(const cv::FileNode& nodes, const cv::FileNode& leaves) const {
    Require(nodes.isSeq() && !nodes.empty() && nodes.size() % 4 == 0, "internalNodes is not made of fours");
    const int count = static_cast<int>(nodes.size() / 4);
    Require(count <= kMaxNodes, "a tree is too large");
    Require(leaves.isSeq() && static_cast<int>(leaves.size()) == count + 1,
            "leafValues does not fit internalNodes");
    for (const cv::FileNode leaf : leaves) static_cast<void>(Number(leaf, "a leaf value"));
    for (int i = 0; i < count; ++i) {
      CheckChild(nodes[4 * i], i, count);
      CheckChild(nodes[4 * i + 1], i, count);
      static_cast<void>(Whole(nodes[4 * i + 2], 0, feature_count_ - 1, "a feature index"));
      static_cast<void>(Number(nodes[4 * i + 3], "a threshold"));
    }
  }

  /// A positive child is a later node (else the walk would never end); zero or less names a leaf.
  void CheckChild(const cv::FileNode& child, int node, int count) const {
    const int index = Whole(child, -count, count - 1, "a node's child");
    Require(index <= 0 || index > node, "a node leads back to an earlier one");
  }

  const cv::FileNode& root_;
  const std::string& name_;
  int width_ = 0;
  int height_ = 0;
  int feature_count_ = 0;
};

/// Sums up to here are whole numbers in single precision, too.
constexpr double kExactInFloat = 1 << 24;
/// Thresholds nearer to zero than this, but not zero, would lose digits where they are scaled.
constexpr float kLeastThreshold = 1e-20F;

/// Builds the model from a file that has passed CascadeCheck.
class CascadeBuilder {
 public:
  CascadeBuilder(const cv::FileNode& root, const std::string& name) : root_(root), name_(name) {}

  CascadeModel Build() {
    model_.width = int{root_["width"]};
    model_.height = int{root_["height"]};
    for (const cv::FileNode feature : root_["features"]) model_.features.push_back(Feature(feature));
    for (const cv::FileNode stage : root_["stages"]) model_.stages.push_back(Stage(stage));
    return std::move(model_);
  }

 private:
  void Require(bool holds, const std::string& what) const {
    if (!holds) throw ModelFileError(name_ + ": " + what);
  }

  [[nodiscard]] CascadeFeature Feature(const cv::FileNode& node) const {
    Require(node["tilted"].empty() || int{node["tilted"]} == 0,
            "it has tilted features, which are not evaluated");
    CascadeFeature feature;
    double weights = 0;
    for (const cv::FileNode rect : node["rects"]) {
      const double weight = double{rect[4]};
      Require(weight == std::floor(weight) && weight != 0, "a rectangle's weight is not a whole number");
      weights += std::abs(weight);
      Require(weights * 255 * model_.width * model_.height < kExactInFloat,
              "its window is too large, or a weight is");
      feature.push_back({int{rect[0]}, int{rect[1]}, int{rect[2]}, int{rect[3]}, static_cast<int>(weight)});
    }
    return feature;
  }

  [[nodiscard]] CascadeStage Stage(const cv::FileNode& node) const {
    // OpenCV's reader lowers the threshold by this much.
    constexpr float kTolerance = 1e-5F;
    CascadeStage stage{.threshold = static_cast<float>(node["stageThreshold"]) - kTolerance, .stumps = {}};
    for (const cv::FileNode tree : node["weakClassifiers"]) {
      const cv::FileNode nodes = tree["internalNodes"];
      const cv::FileNode leaves = tree["leafValues"];
      Require(nodes.size() == 4, "it has trees of several nodes, and only stumps are evaluated");
      const float threshold = static_cast<float>(nodes[3]);
      Require(threshold == 0 || std::abs(threshold) >= kLeastThreshold, "a threshold is too near to zero");
      stage.stumps.push_back(
          {int{nodes[2]}, threshold, static_cast<float>(leaves[0]), static_cast<float>(leaves[1])});
    }
    return stage;
  }

  const cv::FileNode& root_;
  const std::string& name_;
  CascadeModel model_{};
};

}  // namespace

cv::FileNode CheckedCascade(const cv::FileStorage& storage, const std::string& name) {
  if (!storage.isOpened()) throw ModelFileError(name + ": not an OpenCV XML file");
  cv::FileNode root = storage.getFirstTopLevelNode();
  CascadeCheck(root, name).Run();
  return root;
}

CascadeModel ReadCascade(const std::string& xml, const std::string& name) {
  try {
    const cv::FileStorage storage(xml, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    return CascadeBuilder(CheckedCascade(storage, name), name).Build();
  } catch (const cv::Exception& error) {
    throw ModelFileError(name + ": " + error.err);
  }
}

}  // namespace emochat
