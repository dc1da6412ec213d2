#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace emochat {

/// A rectangle of a Haar-like feature: in pixels from the window's corner, with the weight of its sum. A
/// tilted one stands on its corner: (x, y) is the uppermost, `width` goes down to the right, `height` down to
/// the left.
struct CascadeRect {
  int x;
  int y;
  int width;
  int height;
  int weight;
};

/// A Haar-like feature: the weighted sum of two or three rectangles (Viola and Jones, CVPR 2001; Lienhart and
/// Maydt, ICIP 2002), all upright or all tilted by 45 degrees.
struct CascadeFeature {
  std::vector<CascadeRect> rects;
  bool tilted;
};

/// A question: on to `left` if the feature, divided by the window's deviation, is less than `threshold`, else
/// to `right`. A child above 0 is a later node of the tree, any other, negated, a leaf.
struct CascadeNode {
  int feature;
  float threshold;
  int left;
  int right;
};

/// A weak classifier, from its first node on; its value is the leaf that is come to. A stump has one node.
struct CascadeTree {
  std::vector<CascadeNode> nodes;
  std::vector<float> leaves;
};

/// Nodes of a tree that are evaluated at most.
inline constexpr std::size_t kMostTreeNodes = 8;

/// A strong classifier: a window passes if its trees add up to no less than `threshold`.
struct CascadeStage {
  float threshold;
  std::vector<CascadeTree> trees;
};

/// A boosted cascade of small trees, mostly stumps, over Haar-like features.
struct CascadeModel {
  int width;
  int height;
  std::vector<CascadeFeature> features;
  std::vector<CascadeStage> stages;
  /// Whether some feature is tilted.
  bool tilted;
};

/// Reads the text of an OpenCV cascade file in its new format, e.g. haarcascade_frontalface_default.xml.
/// `name` stands for it in errors.
///
/// Throws ModelFileError if it is none, points outside itself, or holds what CascadeDetector does not
/// evaluate: trees of more than kMostTreeNodes nodes, weights that are no whole numbers.
CascadeModel ReadCascade(const std::string& xml, const std::string& name);

}  // namespace emochat
