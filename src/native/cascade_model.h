#pragma once

#include <string>
#include <vector>

namespace emochat {

/// A rectangle of a Haar-like feature: in pixels from the window's corner, with the weight of its sum.
struct CascadeRect {
  int x;
  int y;
  int width;
  int height;
  int weight;
};

/// A Haar-like feature: the weighted sum of two or three upright rectangles (Viola and Jones, CVPR 2001;
/// Lienhart and Maydt, ICIP 2002).
using CascadeFeature = std::vector<CascadeRect>;

/// A weak classifier of one question: `left` if the feature, divided by the window's deviation, is less than
/// `threshold`, else `right`.
struct CascadeStump {
  int feature;
  float threshold;
  float left;
  float right;
};

/// A strong classifier: a window passes if its stumps add up to no less than `threshold`.
struct CascadeStage {
  float threshold;
  std::vector<CascadeStump> stumps;
};

/// A boosted cascade of stumps over upright Haar-like features.
struct CascadeModel {
  int width;
  int height;
  std::vector<CascadeFeature> features;
  std::vector<CascadeStage> stages;
};

/// Reads the text of an OpenCV cascade file in its new format, e.g. haarcascade_frontalface_default.xml.
/// `name` stands for it in errors.
///
/// Throws ModelFileError if it is none, points outside itself, or holds what CascadeDetector does not
/// evaluate: trees of more than one node, tilted features, weights that are no whole numbers.
CascadeModel ReadCascade(const std::string& xml, const std::string& name);

}  // namespace emochat
