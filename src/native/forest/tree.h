#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "forest/options.h"
#include "forest/ranks.h"

namespace emochat {

/// Levels below the root that a tree has at most, whatever the options say: what a model file may hold.
constexpr std::size_t kMostDepth = 4096;
/// Leaves hold their class shares in these parts of 1, so that they add up to 1 and take few digits to write.
constexpr std::uint16_t kShareParts = 10'000;

/// A grown tree; nodes in preorder, so that a left child follows its parent.
struct GrownTree {
  struct Node {
    /// Rows with a rank below `rank` of the feature, which is a value below `threshold`, go left; -1 for a
    /// leaf.
    std::int32_t column;
    std::uint32_t rank;
    double threshold;
    /// The right child. For a leaf: the class, if it has but one; else `class_count` and the place of its
    /// shares in `shares`, counted in leaves.
    std::uint32_t right;
  };
  std::vector<Node> nodes;
  /// Class shares of the leaves with several classes, in `kShareParts`.
  std::vector<std::uint16_t> shares;
};

/// Grows trees one after the other. Not for several threads at once; one each.
class TreeGrower {
 public:
  TreeGrower() = default;
  virtual ~TreeGrower() = default;
  TreeGrower(const TreeGrower&) = delete;
  TreeGrower& operator=(const TreeGrower&) = delete;

  /// Grows tree number `tree`, which depends on the seed and that number alone.
  /// Throws ForestCancelledError.
  virtual GrownTree Grow(std::size_t tree) = 0;

  /// How often the tree grown last drew each row.
  [[nodiscard]] virtual std::span<const std::uint32_t> draws() const = 0;
  /// By how much each feature lowered the weighted impurity of the tree grown last; not negative.
  [[nodiscard]] virtual std::span<const double> decreases() const = 0;
};

/// The fastest grower that fits rows and options, all of which must outlive it.
std::unique_ptr<TreeGrower> MakeTreeGrower(const ForestRows& rows, const FeatureRanks& ranks,
                                           const ForestOptions& options, const ForestProgress& progress);

/// The leaf of `tree` that a row falls into, which `rank(column)` gives the ranks of.
template <typename RankOf>
const GrownTree::Node& LeafOf(const GrownTree& tree, const RankOf& rank) {
  const GrownTree::Node* const nodes = tree.nodes.data();
  std::size_t at = 0;
  while (nodes[at].column >= 0) {
    at = rank(static_cast<std::size_t>(nodes[at].column)) < nodes[at].rank ? at + 1 : nodes[at].right;
  }
  return nodes[at];
}

}  // namespace emochat
