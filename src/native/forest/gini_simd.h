#pragma once

#include <cstddef>
#include <cstdint>

namespace emochat {

/// Cuts of a node with two classes, one after the other: what lies left of each.
struct GiniCuts {
  /// Draws of class 0 and of class 1 left of each cut; below 2^31. So many numbers behind the last may be
  /// read as `kGiniCutsPadding` says.
  const std::int32_t* left0;
  const std::int32_t* left1;
  std::size_t count;
  /// What a draw of each class weighs.
  double weight0;
  double weight1;
  /// What the classes weigh in the node.
  double node0;
  double node1;
};

/// Numbers behind the last cut that are read, and do not matter.
inline constexpr std::size_t kGiniCutsPadding = 8;

/// One of some cuts.
struct ScoredCut {
  /// Decrease of Gini impurity times half the node's weight squared; -infinity if there is no cut.
  double score;
  std::size_t at;
};

/// The cut that takes away the most Gini impurity, the first of equals. Cuts with nothing on one side are
/// none. Uses the widest vectors that this processor has; all of them give the same.
ScoredCut BestGiniCut(const GiniCuts& cuts);

}  // namespace emochat
