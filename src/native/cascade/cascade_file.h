#pragma once

#include <string>
#include <vector>

namespace emochat {

/// What an OpenCV cascade file in its new format holds, if it is a boosted cascade of Haar-like features: of
/// any that OpenCV evaluates.
struct CascadeFile {
  struct Rect {
    int x;
    int y;
    int width;
    int height;
    double weight;
  };
  struct Feature {
    std::vector<Rect> rects;
    bool tilted;
  };
  /// A child greater than zero is another node of the tree, any other a leaf: leaf -child.
  struct Node {
    int left;
    int right;
    int feature;
    double threshold;
  };
  struct Tree {
    std::vector<Node> nodes;
    std::vector<double> leaves;
  };
  struct Stage {
    double threshold;
    std::vector<Tree> trees;
  };

  int width;
  int height;
  std::vector<Feature> features;
  std::vector<Stage> stages;
};

/// Reads the text of a cascade file and checks all that OpenCV's classifier trusts in it: every number is one
/// in single precision, every index points inside, no tree leads back. `name` stands for the file.
///
/// Throws ModelFileError that says what is wrong.
CascadeFile ParseCascadeFile(const std::string& xml, const std::string& name);

/// The same cascade as text for OpenCV's own reader, which crashes on what is not as it expects. It gets no
/// byte of the file itself.
std::string CascadeFileText(const CascadeFile& file);

}  // namespace emochat
