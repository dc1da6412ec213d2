#include "forest/grower.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "base/parallel_for.h"
#include "forest/random.h"
#include "forest/ranks.h"
#include "forest/tree.h"

namespace emochat {
namespace {

/// Weights beyond these would overflow when they are squared.
constexpr double kLeastWeight = 1e-30;
constexpr double kMostWeight = 1e30;
/// Importances are added up in these parts of 1, so that the order of the trees does not matter.
constexpr double kImportanceParts = 0x1.0p40;
/// Set apart from the trees' own streams.
constexpr std::uint64_t kShuffleStream = 1ULL << 32U;

void Require(bool condition, const std::string& complaint) {
  if (!condition) throw ForestInputError(complaint);
}

void CheckWeights(std::span<const double> weights, const char* what) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    Require(kLeastWeight <= weights[i] && weights[i] <= kMostWeight,
            std::string(what) + " " + std::to_string(i) + " is not between 1e-30 and 1e30");
  }
}

void CheckInput(const ForestRows& rows, const ForestOptions& options) {
  constexpr std::size_t kMostRows = std::numeric_limits<std::int32_t>::max();
  Require(1 <= rows.rows && rows.rows <= kMostRows, "there must be between 1 and 2147483647 rows");
  Require(1 <= rows.columns && rows.columns <= 65'536, "there must be between 1 and 65536 features");
  Require(2 <= rows.class_count && rows.class_count <= 255, "there must be between 2 and 255 classes");
  Require(rows.features.size() == rows.rows * rows.columns, "features is not rows x columns long");
  Require(rows.classes.size() == rows.rows, "classes is not rows long");
  Require(rows.weights.empty() || rows.weights.size() == rows.rows, "weights is not rows long");
  const auto wrong = std::find_if(rows.classes.begin(), rows.classes.end(),
                                  [&](std::uint8_t label) { return label >= rows.class_count; });
  Require(wrong == rows.classes.end(),
          "row " + std::to_string(wrong - rows.classes.begin() + 1) + ": there is no such class");
  CheckWeights(rows.weights, "the weight of row");
  Require(1 <= options.trees && options.trees <= 10'000, "there must be between 1 and 10000 trees");
  Require(1 <= options.max_features && options.max_features <= rows.columns, "max_features is out of range");
  Require(1 <= options.max_depth, "max_depth is out of range");
  Require(2 <= options.min_samples_split, "min_samples_split is out of range");
  Require(1 <= options.min_samples_leaf && options.min_samples_leaf <= kMostRows,
          "min_samples_leaf is out of range");
  Require(1 <= options.threads && options.threads <= 1024, "there must be between 1 and 1024 threads");
  if (options.class_weighting == ClassWeighting::kGiven) {
    Require(options.class_weights.size() == rows.class_count, "there must be one weight a class");
    CheckWeights(options.class_weights, "the weight of class");
  }
}

/// Predicts, by each tree, the rows that it did not learn from.
class OutOfBagVotes {
 public:
  OutOfBagVotes(const ForestRows& rows, const FeatureRanks& ranks)
      : rows_(rows), ranks_(ranks), parts_(rows.rows * rows.class_count), trees_(rows.rows) {}

  /// Adds a tree's votes. From any thread.
  void Add(const GrownTree& tree, std::span<const std::uint32_t> draws) {
    const std::size_t classes = rows_.class_count;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      if (draws[row] > 0) continue;
      const auto& leaf = LeafOf(tree, [&](std::size_t column) { return ranks_.rank(column, row); });
      AddTo(trees_[row], 1);
      if (leaf.right < classes) {
        AddTo(parts_[row * classes + leaf.right], kShareParts);
        continue;
      }
      const std::uint16_t* const shares = tree.shares.data() + (leaf.right - classes) * classes;
      for (std::size_t i = 0; i < classes; ++i) AddTo(parts_[row * classes + i], shares[i]);
    }
  }

  /// Mean shares, row by row.
  [[nodiscard]] std::vector<double> Means() const {
    std::vector<double> means(parts_.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
      const std::uint32_t trees = trees_[i / rows_.class_count];
      means[i] = trees == 0 ? std::numeric_limits<double>::quiet_NaN()
                            : parts_[i] / (static_cast<double>(trees) * kShareParts);
    }
    return means;
  }

 private:
  static void AddTo(std::uint32_t& sum, std::uint32_t value) {
    std::atomic_ref(sum).fetch_add(value, std::memory_order_relaxed);
  }

  const ForestRows& rows_;
  const FeatureRanks& ranks_;
  /// 10,000 trees of 10,000 parts fit.
  std::vector<std::uint32_t> parts_;
  std::vector<std::uint32_t> trees_;
};

/// Adds up numbers, a feature each, from any thread.
class FeatureSums {
 public:
  explicit FeatureSums(std::size_t columns) : sums_(columns) {}

  void Add(std::size_t column, double value) {
    std::atomic_ref(sums_[column])
        .fetch_add(std::llround(value * kImportanceParts), std::memory_order_relaxed);
  }
  [[nodiscard]] std::vector<double> Over(double divisor) const {
    std::vector<double> values(sums_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<double>(sums_[i]) / (kImportanceParts * divisor);
    }
    return values;
  }

 private:
  std::vector<std::int64_t> sums_;
};

/// Measures what a tree loses when a feature is shuffled among the rows that it did not learn from. For one
/// thread.
class ShuffleTest {
 public:
  ShuffleTest(const ForestRows& rows, const FeatureRanks& ranks) : rows_(rows), ranks_(ranks) {}

  void Add(const GrownTree& tree, std::span<const std::uint32_t> draws, RandomStream random,
           FeatureSums& losses) {
    held_.clear();
    for (std::uint32_t row = 0; row < rows_.rows; ++row) {
      if (draws[row] == 0) held_.push_back(row);
    }
    if (held_.empty()) return;
    used_.clear();
    for (const auto& node : tree.nodes) {
      if (node.column >= 0) used_.push_back(static_cast<std::uint32_t>(node.column));
    }
    std::sort(used_.begin(), used_.end());
    used_.erase(std::unique(used_.begin(), used_.end()), used_.end());
    shuffled_ = held_;
    const double right = RightWith(tree, rows_.columns);
    for (const std::uint32_t column : used_) {
      for (auto i = static_cast<std::uint32_t>(shuffled_.size()); i > 1; --i) {
        std::swap(shuffled_[i - 1], shuffled_[random.Below(i)]);
      }
      losses.Add(column, (right - RightWith(tree, column)) / static_cast<double>(held_.size()));
    }
  }

 private:
  /// How many rows the tree predicts right when `column` is taken from the shuffled rows.
  [[nodiscard]] double RightWith(const GrownTree& tree, std::size_t column) const {
    std::size_t right = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const auto& leaf = LeafOf(tree, [&](std::size_t asked) {
        return ranks_.rank(asked, asked == column ? shuffled_[i] : held_[i]);
      });
      right += ClassOf(tree, leaf) == rows_.classes[held_[i]] ? 1 : 0;
    }
    return static_cast<double>(right);
  }

  [[nodiscard]] std::size_t ClassOf(const GrownTree& tree, const GrownTree::Node& leaf) const {
    const std::size_t classes = rows_.class_count;
    if (leaf.right < classes) return leaf.right;
    const auto begin = tree.shares.begin() + static_cast<std::ptrdiff_t>((leaf.right - classes) * classes);
    const auto most = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(classes));
    return static_cast<std::size_t>(most - begin);
  }

  const ForestRows& rows_;
  const FeatureRanks& ranks_;
  std::vector<std::uint32_t> held_;
  std::vector<std::uint32_t> shuffled_;
  std::vector<std::uint32_t> used_;
};

/// Adds a tree's part of the importances: they sum to 1, unless it has no split.
void AddImportances(std::span<const double> decreases, FeatureSums& sums) {
  const double all = std::accumulate(decreases.begin(), decreases.end(), 0.0);
  if (!(all > 0)) return;
  for (std::size_t column = 0; column < decreases.size(); ++column) {
    if (decreases[column] > 0) sums.Add(column, decreases[column] / all);
  }
}

/// Refuses what no model file may hold, before it fills the memory.
class SizeLimit {
 public:
  void Add(const GrownTree& tree) {
    if ((nodes_ += tree.nodes.size()) > kMostNodes || (shares_ += tree.shares.size()) > kMostShares) {
      throw ForestTooLargeError("the trees have more than " + std::to_string(kMostNodes) + " nodes or " +
                                std::to_string(kMostShares) + " class shares together");
    }
  }

 private:
  std::atomic<std::size_t> nodes_ = 0;
  std::atomic<std::size_t> shares_ = 0;
};

/// Lays the trees one behind the other.
GrownForest Flatten(std::vector<GrownTree>& trees, std::size_t classes) {
  GrownForest forest;
  std::size_t nodes = 0;
  for (const GrownTree& tree : trees) nodes += tree.nodes.size();
  forest.feature.reserve(nodes);
  forest.threshold.reserve(nodes);
  forest.right.reserve(nodes);
  forest.leaf.reserve(nodes);
  forest.distributions.assign(classes * classes, 0);
  for (std::size_t i = 0; i < classes; ++i) forest.distributions[i * classes + i] = 1;
  for (GrownTree& tree : trees) {
    const auto root = static_cast<std::int32_t>(forest.feature.size());
    const auto shares = static_cast<std::int32_t>(forest.distributions.size());
    const auto width = static_cast<std::int32_t>(classes);
    forest.roots.push_back(root);
    for (const GrownTree::Node& node : tree.nodes) {
      const bool is_leaf = node.column < 0;
      const auto at = static_cast<std::int32_t>(forest.feature.size());
      const auto right = static_cast<std::int32_t>(node.right);
      const std::int32_t start = right < width ? right * width : shares + (right - width) * width;
      forest.feature.push_back(is_leaf ? 0 : node.column);
      forest.threshold.push_back(is_leaf ? -std::numeric_limits<double>::infinity() : node.threshold);
      forest.right.push_back(is_leaf ? at : root + right);
      forest.leaf.push_back(is_leaf ? start : -1);
    }
    for (const std::uint16_t share : tree.shares) {
      forest.distributions.push_back(share / static_cast<double>(kShareParts));
    }
    tree = {};
  }
  return forest;
}

void Normalise(std::vector<double>& values) {
  const double all = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value = all > 0 ? value / all : 0;
}

}  // namespace

GrownForest GrowForest(const ForestRows& rows, const ForestOptions& options, ForestProgress& progress) {
  CheckInput(rows, options);
  const FeatureRanks ranks(rows, options.threads, progress);
  std::vector<GrownTree> trees(options.trees);
  FeatureSums importances(rows.columns);
  FeatureSums losses(options.permutation_importance ? rows.columns : 0);
  std::unique_ptr<OutOfBagVotes> votes;
  if (options.out_of_bag) votes = std::make_unique<OutOfBagVotes>(rows, ranks);
  SizeLimit size;
  ParallelFor(options.threads, options.trees, [&] {
    const std::shared_ptr<TreeGrower> grower = MakeTreeGrower(rows, ranks, options, progress);
    return [&, grower, shuffle = ShuffleTest(rows, ranks)](std::size_t tree) mutable {
      GrownTree grown = grower->Grow(tree);
      size.Add(grown);
      AddImportances(grower->decreases(), importances);
      if (votes != nullptr) votes->Add(grown, grower->draws());
      if (options.permutation_importance) {
        shuffle.Add(grown, grower->draws(), RandomStream(DerivedSeed(options.seed, kShuffleStream + tree)),
                    losses);
      }
      trees[tree] = std::move(grown);
      ++progress.trees_done;
    };
  });
  GrownForest forest = Flatten(trees, rows.class_count);
  forest.importances = importances.Over(1);
  Normalise(forest.importances);
  if (options.permutation_importance) {
    forest.permutation_importances = losses.Over(static_cast<double>(options.trees));
  }
  if (votes != nullptr) forest.out_of_bag = votes->Means();
  return forest;
}

}  // namespace emochat
