#include "face_detector.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/core/persistence.hpp>

#include "errors.h"
#include "window_groups.h"

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
    const bool finite = (node.isReal() || node.isInt()) && std::isfinite(double{node});
    Require(finite, std::string(what) + " is missing or not a number");
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

constexpr double kScaleFactor = 1.1;

/// Puts the windows that passed into the order in which two threads in step would find them. OpenCV hands its
/// threads horizontal stripes, cut at every scale; within a stripe the windows come scale by scale, row by
/// row.
class StripeOrder {
 public:
  StripeOrder(const cv::Size& picture, const cv::Size& window) : picture_(picture), window_(window) {
    double factor = 1;
    while (Fits(static_cast<float>(factor))) {
      scales_.push_back(static_cast<float>(factor));
      factor *= kScaleFactor;
    }
    stripes_ = scales_.empty() ? 1 : std::max(1, cvCeil(SearchArea(1).width / 32.0));
  }

  /// Sorts the windows, and gives those at the right and lower edge back what OpenCV has clipped off them.
  void Apply(std::vector<cv::Rect>& windows) const {
    std::vector<std::pair<int, cv::Rect>> ordered;
    ordered.reserve(windows.size());
    for (const cv::Rect& window : windows) {
      const float scale = ScaleOf(window);
      ordered.emplace_back(Turn(StripeOf(window, scale)), cv::Rect(window.tl(), SizeAt(scale)));
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::transform(ordered.begin(), ordered.end(), windows.begin(),
                   [](const auto& entry) { return entry.second; });
  }

 private:
  [[nodiscard]] cv::Size SizeAt(float scale) const {
    return {cvRound(static_cast<float>(window_.width) * scale),
            cvRound(static_cast<float>(window_.height) * scale)};
  }

  [[nodiscard]] bool Fits(float scale) const {
    const cv::Size size = SizeAt(scale);
    return size.width <= picture_.width && size.height <= picture_.height;
  }

  /// The scale of a window: the smallest whose windows are no smaller. What is clipped off at an edge is less
  /// than the step from one scale to the next.
  [[nodiscard]] float ScaleOf(const cv::Rect& window) const {
    for (const float scale : scales_) {
      const cv::Size size = SizeAt(scale);
      if (size.width >= window.width && size.height >= window.height) return scale;
    }
    return scales_.back();
  }

  /// How many positions a window has in the picture reduced to a scale.
  [[nodiscard]] cv::Size SearchArea(float scale) const {
    return {std::max(cvRound(static_cast<float>(picture_.width) / scale) + 1 - window_.width, 0),
            std::max(cvRound(static_cast<float>(picture_.height) / scale) + 1 - window_.height, 0)};
  }

  [[nodiscard]] int StripeOf(const cv::Rect& window, float scale) const {
    const int step = scale >= 2 ? 1 : 2;
    const int rows = std::max((SearchArea(scale).height / step + stripes_ - 1) / stripes_, 1) * step;
    return cvRound(static_cast<float>(window.y) / scale) / rows;
  }

  [[nodiscard]] int Turn(int stripe) const {
    const int half = stripes_ / 2;
    return stripe < half ? 2 * stripe : 2 * (stripe - half) + 1;
  }

  cv::Size picture_;
  cv::Size window_;
  std::vector<float> scales_;
  int stripes_ = 1;
};

}  // namespace

FaceDetector::FaceDetector(const std::string& xml, const std::string& name) {
  try {
    const cv::FileStorage storage(xml, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    if (!storage.isOpened()) throw ModelFileError(name + ": not an OpenCV XML file");
    const cv::FileNode root = storage.getFirstTopLevelNode();
    CascadeCheck(root, name).Run();
    if (!classifier_.read(root)) throw ModelFileError(name + ": OpenCV does not take it for a cascade");
  } catch (const cv::Exception& error) {
    throw ModelFileError(name + ": " + error.err);
  }
}

std::vector<cv::Rect> FaceDetector::Detect(const cv::Mat& grey) {
  constexpr int kMinNeighbours = 5;
  constexpr double kGroupEpsilon = 0.2;
  std::vector<cv::Rect> faces;
  // With no neighbours asked for, OpenCV gives the single windows that passed.
  classifier_.detectMultiScale(grey, faces, kScaleFactor, 0);
  StripeOrder(grey.size(), classifier_.getOriginalWindowSize()).Apply(faces);
  GroupWindows(faces, kMinNeighbours, kGroupEpsilon);
  const cv::Rect picture({0, 0}, grey.size());
  for (cv::Rect& face : faces) face &= picture;
  return faces;
}

}  // namespace emochat
