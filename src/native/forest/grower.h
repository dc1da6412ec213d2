#pragma once

#include <cstdint>
#include <vector>

#include "forest/options.h"

namespace emochat {

/// Nodes that all trees have together at most, and class shares that their leaves hold: what a model file may
/// hold.
constexpr std::size_t kMostNodes = 5'000'000;
constexpr std::size_t kMostShares = 20'000'000;

/// A random forest in flat arrays, and what was measured while it grew. A leaf is its own right child and
/// sends every row there.
struct GrownForest {
  /// First node of each tree. Nodes of a tree lie in preorder: a left child follows its parent.
  std::vector<std::int32_t> roots;
  /// The feature that a node asks for; 0 for a leaf.
  std::vector<std::int32_t> feature;
  /// Rows whose feature is smaller go left; minus infinity for a leaf.
  std::vector<double> threshold;
  /// The right child; for a leaf, itself.
  std::vector<std::int32_t> right;
  /// Where a leaf's class shares start in `distributions`; -1 for any other node.
  std::vector<std::int32_t> leaf;
  /// `class_count` shares a leaf, which sum to 1; first those of the leaves with a single class, which many
  /// share.
  std::vector<double> distributions;
  /// How much of all decrease of impurity is each feature's, mean over the trees; they sum to 1, or are all
  /// 0.
  std::vector<double> importances;
  /// How much accuracy each tree loses on the rows it did not learn from when one feature is shuffled among
  /// them, mean over the trees (Breiman 2001); empty unless asked for.
  std::vector<double> permutation_importances;
  /// Mean class shares over the trees that did not learn from a row, row by row; NaN where there is no such
  /// tree. Empty unless asked for.
  std::vector<double> out_of_bag;
};

/// Grows a random forest (Breiman 2001), as scikit-learn's `RandomForestClassifier` does it.
///
/// Deterministic: rows, options and seed alone decide, not the number of threads. What the threads add up is
/// whole numbers, which come out the same in any order.
///
/// Throws ForestInputError, ForestTooLargeError, ForestCancelledError or std::bad_alloc.
GrownForest GrowForest(const ForestRows& rows, const ForestOptions& options, ForestProgress& progress);

}  // namespace emochat
