#include "forest/tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "forest/order.h"
#include "forest/random.h"
#include "forest/tally.h"

namespace emochat {
namespace {

/// The best cut of a node found so far.
struct Cut {
  double score = -std::numeric_limits<double>::infinity();
  std::size_t column = 0;
  /// Neighbours among the ranks that the node has: the cut lies between them.
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  /// Where it was drawn, with `extra_trees`.
  double drawn = 0;
};

/// A node that is still to be made.
struct Pending {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t depth;
  /// The node whose right child it is; -1 for the root and for left children.
  std::int32_t right_of;
  /// The feature that its parent is split by; -1 for the root.
  std::int32_t parent_column;
  /// How many features, at the front of the list, are known to be the same in all of its rows.
  std::uint32_t constants;
};

/// Shares of `kShareParts` in proportion to the weights, by the largest remainder; of equals the first.
void Apportion(std::span<const double> weights, std::uint16_t* out) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  int missing = kShareParts;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out[i] = static_cast<std::uint16_t>(kShareParts * (weights[i] / total));
    missing -= out[i];
  }
  const auto remainder = [&](std::size_t i) { return kShareParts * (weights[i] / total) - out[i]; };
  for (; missing > 0; --missing) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < weights.size(); ++i) most = remainder(i) > remainder(most) ? i : most;
    ++out[most];
  }
}

/// Weight times impurity.
double WeightedImpurity(Impurity impurity, std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double sum = 0;
  for (const double weight : weights) {
    sum += impurity == Impurity::kGini ? weight * weight / total : XLogX(weight);
  }
  return impurity == Impurity::kGini ? total - sum : XLogX(total) - sum;
}

/// Which rows a tree learns from, and how often each counts.
class RowSampler {
 public:
  RowSampler(const ForestRows& rows, const ForestOptions& options)
      : bootstrap_(options.bootstrap), balance_(options.balance), by_class_(balance_ ? rows.class_count : 0) {
    for (std::size_t row = 0; balance_ && row < rows.rows; ++row) {
      by_class_[rows.classes[row]].push_back(static_cast<std::uint32_t>(row));
    }
    std::erase_if(by_class_, [](const auto& members) { return members.empty(); });
    for (const auto& members : by_class_) smallest_ = std::min(smallest_, members.size());
  }

  void Draw(RandomStream& random, std::vector<std::uint32_t>& draws) {
    if (!balance_) {
      const auto rows = static_cast<std::uint32_t>(draws.size());
      std::fill(draws.begin(), draws.end(), bootstrap_ ? 0 : 1);
      for (std::uint32_t i = 0; bootstrap_ && i < rows; ++i) ++draws[random.Below(rows)];
      return;
    }
    std::fill(draws.begin(), draws.end(), 0);
    for (const auto& members : by_class_) {
      if (bootstrap_) {
        for (std::size_t i = 0; i < smallest_; ++i) ++draws[members[random.Below(Size(members))]];
      } else {
        DrawOnce(members, random, draws);
      }
    }
  }

 private:
  static std::uint32_t Size(const std::vector<std::uint32_t>& members) {
    return static_cast<std::uint32_t>(members.size());
  }

  /// `smallest_` different members: the front of a shuffled copy.
  void DrawOnce(const std::vector<std::uint32_t>& members, RandomStream& random,
                std::vector<std::uint32_t>& draws) {
    shuffled_ = members;
    for (std::uint32_t i = 0; i < smallest_; ++i) {
      std::swap(shuffled_[i], shuffled_[i + random.Below(Size(members) - i)]);
      draws[shuffled_[i]] = 1;
    }
  }

  bool bootstrap_;
  bool balance_;
  std::vector<std::vector<std::uint32_t>> by_class_;
  std::size_t smallest_ = std::numeric_limits<std::size_t>::max();
  std::vector<std::uint32_t> shuffled_;
};

/// What one draw of each class weighs if the classes are to weigh the same in all.
/// counts: rows, or draws, of each class.
std::vector<double> BalancedWeights(std::span<const std::size_t> counts) {
  const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
  const auto classes =
      static_cast<double>(std::count_if(counts.begin(), counts.end(), [](std::size_t n) { return n > 0; }));
  std::vector<double> weights(counts.size(), 1.0);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) weights[i] = all / (classes * static_cast<double>(counts[i]));
  }
  return weights;
}

template <typename Tally>
class TreeGrowerOf final : public TreeGrower {
 public:
  TreeGrowerOf(const ForestRows& rows, const FeatureRanks& ranks, const ForestOptions& options,
               const ForestProgress& progress)
      : rows_(rows),
        ranks_(ranks),
        options_(options),
        progress_(progress),
        sampler_(rows, options),
        tally_(options.impurity, rows.class_count),
        order_(ranks.most_values(), rows.rows),
        sums_(Tally::kAdds ? ranks.most_values() : 0),
        cut_ranks_(Tally::kAdds ? ranks.most_values() : 0),
        left_loads_(cut_ranks_.size()),
        left0_(cut_ranks_.size() + kGiniCutsPadding),
        left1_(left0_.size()),
        draws_(rows.rows),
        decreases_(rows.columns),
        columns_(rows.columns),
        node_rows_(rows.rows),
        loads_(rows.rows),
        right_rows_(rows.rows),
        right_loads_(rows.rows),
        node_ranks_(rows.rows),
        weights_(rows.class_count) {
    if (options.class_weighting == ClassWeighting::kBalanced) {
      std::vector<std::size_t> counts(rows.class_count);
      for (const std::uint8_t label : rows.classes) ++counts[label];
      tally_.SetClassWeights(BalancedWeights(counts));
    } else if (options.class_weighting == ClassWeighting::kGiven) {
      tally_.SetClassWeights(options.class_weights);
    } else {
      tally_.SetClassWeights(std::vector<double>(rows.class_count, 1.0));
    }
  }

  GrownTree Grow(std::size_t tree) override {
    random_ = RandomStream(DerivedSeed(options_.seed, tree));
    GrownTree grown;
    std::fill(decreases_.begin(), decreases_.end(), 0);
    std::iota(columns_.begin(), columns_.end(), 0U);
    std::vector<Pending> pending = {{0, TakeRows(), 0, -1, -1, 0}};
    while (!pending.empty()) {
      progress_.ThrowIfCancelled();
      const Pending next = pending.back();
      pending.pop_back();
      AddNode(next, grown, pending);
    }
    for (double& decrease : decreases_) decrease = std::max(decrease, 0.0);
    return grown;
  }

  [[nodiscard]] std::span<const std::uint32_t> draws() const override { return draws_; }
  [[nodiscard]] std::span<const double> decreases() const override { return decreases_; }

 private:
  using Load = typename Tally::Load;

  /// Draws the tree's rows; gives how many different ones.
  std::uint32_t TakeRows() {
    sampler_.Draw(random_, draws_);
    if (options_.class_weighting == ClassWeighting::kBalancedSubsample) {
      std::vector<std::size_t> counts(rows_.class_count);
      for (std::size_t row = 0; row < rows_.rows; ++row) counts[rows_.classes[row]] += draws_[row];
      tally_.SetClassWeights(BalancedWeights(counts));
    }
    std::uint32_t taken = 0;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      if (draws_[row] == 0) continue;
      const double weight = rows_.weights.empty() ? 1.0 : rows_.weights[row];
      node_rows_[taken] = static_cast<std::uint32_t>(row);
      loads_[taken++] = tally_.LoadOf(rows_.classes[row], draws_[row], weight);
    }
    return taken;
  }

  void AddNode(const Pending& node, GrownTree& grown, std::vector<Pending>& pending) {
    const auto index = static_cast<std::uint32_t>(grown.nodes.size());
    if (node.right_of >= 0) grown.nodes[static_cast<std::size_t>(node.right_of)].right = index;
    tally_.Begin(std::span(loads_).subspan(node.begin, node.end - node.begin));
    tally_.Weights(weights_);
    const double impurity = WeightedImpurity(options_.impurity, weights_);
    if (node.parent_column >= 0) decreases_[static_cast<std::size_t>(node.parent_column)] -= impurity;
    std::uint32_t constants = node.constants;
    Cut cut;
    if (!IsLeaf(node)) cut = Search(node, constants);
    if (cut.high == 0) {
      AddLeaf(grown);
      return;
    }
    const auto values = ranks_.values(cut.column);
    const RankThreshold threshold = options_.extra_trees ? ShortenThreshold(values, cut.drawn)
                                                         : MidwayThreshold(values, cut.low, cut.high);
    const auto column = static_cast<std::int32_t>(cut.column);
    decreases_[cut.column] += impurity;
    grown.nodes.push_back({column, threshold.rank, threshold.value, 0});
    const std::uint32_t middle = Partition(node, cut.column, threshold.rank);
    const std::uint32_t below = node.depth + 1;
    // The left child is taken off last-in first-out, right behind its parent.
    pending.push_back({middle, node.end, below, static_cast<std::int32_t>(index), column, constants});
    pending.push_back({node.begin, middle, below, -1, column, constants});
  }

  [[nodiscard]] bool IsLeaf(const Pending& node) const {
    const std::size_t count = node.end - node.begin;
    return node.depth >= std::min(options_.max_depth, kMostDepth) || count < options_.min_samples_split ||
           count < 2 * options_.min_samples_leaf || tally_.IsPure();
  }

  void AddLeaf(GrownTree& grown) {
    const std::size_t at = grown.shares.size();
    grown.shares.resize(at + weights_.size());
    Apportion(weights_, grown.shares.data() + at);
    const auto begin = grown.shares.begin() + static_cast<std::ptrdiff_t>(at);
    const auto whole = std::find(begin, grown.shares.end(), kShareParts);
    std::size_t leaf = weights_.size() + at / weights_.size();
    if (whole != grown.shares.end()) {
      leaf = static_cast<std::size_t>(whole - begin);
      grown.shares.resize(at);
    }
    grown.nodes.push_back({-1, 0, 0, static_cast<std::uint32_t>(leaf)});
  }

  /// The best cut over features drawn one by one, each at most once. As scikit-learn does it: features that
  /// are the same in all rows count as drawn, but drawing goes on until one was met that is not. constants:
  /// how many such features are known, at the front of `columns_`; more may be found.
  Cut Search(const Pending& node, std::uint32_t& constants) {
    Cut best;
    std::size_t known = constants;
    std::size_t end = columns_.size();
    bool found = false;
    const std::span rows = std::span(std::as_const(node_rows_)).subspan(node.begin, node.end - node.begin);
    const Load* const loads = loads_.data() + node.begin;
    for (std::size_t drawn = 0; drawn < options_.max_features || !found; ++drawn) {
      const std::size_t open = end - constants;
      if (open == 0) break;
      const std::size_t pick = random_.Below(static_cast<std::uint32_t>(known + open));
      if (pick < known) {
        --known;
        continue;
      }
      std::uint32_t& column = columns_[constants + (pick - known)];
      if (!ranks_.Gather(column, rows, node_ranks_.data())) {
        std::swap(column, columns_[constants++]);
        continue;
      }
      found = true;
      if (options_.extra_trees) {
        TryDrawnCut(column, loads, rows.size(), best);
      } else {
        TryCuts(column, loads, rows.size(), best);
      }
      std::swap(column, columns_[--end]);
    }
    return best;
  }

  /// All cuts of a feature whose ranks are in `node_ranks_`.
  void TryCuts(std::size_t column, const Load* loads, std::size_t count, Cut& best) {
    tally_.Rewind();
    if constexpr (Tally::kAdds) {
      if (count > RankOrder::kFew) return TryCutsBetweenSums(column, loads, count, best);
    }
    order_.Sort(node_ranks_.data(), count);
    const std::size_t first = options_.min_samples_leaf;
    std::size_t at = 0;
    for (; at + 1 < first; ++at) tally_.Move(loads[order_.row(at)]);
    for (; at + first < count; ++at) {
      tally_.Move(loads[order_.row(at)]);
      if (order_.rank(at) == order_.rank(at + 1)) continue;
      if (tally_.Beats(best.score)) best = {best.score, column, order_.rank(at), order_.rank(at + 1), 0};
    }
  }

  void TryCutsBetweenSums(std::size_t column, const Load* loads, std::size_t count, Cut& best) {
    Load left = 0;
    std::size_t cuts = 0;
    sums_.ForEach(node_ranks_.data(), loads, count, [&](std::uint32_t rank, Load sum) {
      cut_ranks_[cuts] = rank;
      left_loads_[cuts] = left;
      left0_[cuts] = Tally::DrawsOf(left, 0);
      left1_[cuts] = Tally::DrawsOf(left, 1);
      ++cuts;
      left += sum;
    });
    const auto enough = [&](Load load) { return Tally::RowsOf(load) >= options_.min_samples_leaf; };
    std::size_t first = 1;
    while (first < cuts && !enough(left_loads_[first])) ++first;
    while (cuts > first && !enough(left - left_loads_[cuts - 1])) --cuts;
    if (tally_.UsesGini()) {
      const ScoredCut found = BestGiniCut(tally_.CutsOf(&left0_[first], &left1_[first], cuts - first));
      if (!Raise(best.score, found.score)) return;
      const std::size_t at = first + found.at;
      best = {best.score, column, cut_ranks_[at - 1], cut_ranks_[at], 0};
      return;
    }
    for (std::size_t at = first; at < cuts; ++at) {
      tally_.Rewind();
      tally_.Move(left_loads_[at]);
      if (tally_.Beats(best.score)) best = {best.score, column, cut_ranks_[at - 1], cut_ranks_[at], 0};
    }
  }

  /// One cut of a feature, drawn between its least and greatest value in the node.
  void TryDrawnCut(std::size_t column, const Load* loads, std::size_t count, Cut& best) {
    const auto [low, high] = std::minmax_element(node_ranks_.data(), node_ranks_.data() + count);
    const auto values = ranks_.values(column);
    const double least = values[*low];
    const double greatest = values[*high];
    const double share = random_.Share();
    const double mixed = least * (1 - share) + greatest * share;
    const double threshold = least < mixed && mixed <= greatest ? mixed : greatest;
    const auto rank = static_cast<std::uint32_t>(std::lower_bound(values.begin(), values.end(), threshold) -
                                                 values.begin());
    tally_.Rewind();
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (node_ranks_[i] >= rank) continue;
      tally_.Move(loads[i]);
      ++left;
    }
    if (left < options_.min_samples_leaf || count - left < options_.min_samples_leaf) return;
    if (tally_.Beats(best.score)) best = {best.score, column, rank - 1, rank, threshold};
  }

  /// Brings the rows below `rank` to the front, both sides in the order they had; gives where the others
  /// begin.
  std::uint32_t Partition(const Pending& node, std::size_t column, std::uint32_t rank) {
    const std::uint32_t count = node.end - node.begin;
    ranks_.Gather(column, std::span(node_rows_).subspan(node.begin, count), node_ranks_.data());
    std::uint32_t left = node.begin;
    std::uint32_t right = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t row = node_rows_[node.begin + i];
      const Load load = loads_[node.begin + i];
      const bool goes_left = node_ranks_[i] < rank;
      node_rows_[left] = row;
      loads_[left] = load;
      right_rows_[right] = row;
      right_loads_[right] = load;
      left += goes_left ? 1 : 0;
      right += goes_left ? 0 : 1;
    }
    std::copy_n(right_rows_.begin(), right, node_rows_.begin() + left);
    std::copy_n(right_loads_.begin(), right, loads_.begin() + left);
    return left;
  }

  const ForestRows& rows_;
  const FeatureRanks& ranks_;
  const ForestOptions& options_;
  const ForestProgress& progress_;
  RowSampler sampler_;
  RandomStream random_{0};
  Tally tally_;
  RankOrder order_;
  RankSums sums_;
  /// Ranks of the node that have a cut before them, and what lies left of that: rows and draws of the
  /// classes.
  std::vector<std::uint32_t> cut_ranks_;
  std::vector<std::uint64_t> left_loads_;
  std::vector<std::int32_t> left0_;
  std::vector<std::int32_t> left1_;
  std::vector<std::uint32_t> draws_;
  std::vector<double> decreases_;
  /// All features; those known to be the same in all rows of the node come first.
  std::vector<std::uint32_t> columns_;
  /// The tree's rows and what they weigh, those of a node side by side.
  std::vector<std::uint32_t> node_rows_;
  std::vector<Load> loads_;
  std::vector<std::uint32_t> right_rows_;
  std::vector<Load> right_loads_;
  /// Ranks of the node's rows by the feature at hand.
  std::vector<std::uint32_t> node_ranks_;
  /// Class weights of the node at hand.
  std::vector<double> weights_;
};

}  // namespace

std::unique_ptr<TreeGrower> MakeTreeGrower(const ForestRows& rows, const FeatureRanks& ranks,
                                           const ForestOptions& options, const ForestProgress& progress) {
  if (rows.class_count == 2 && rows.weights.empty() && rows.rows <= TwoClassTally::kMostRows) {
    return std::make_unique<TreeGrowerOf<TwoClassTally>>(rows, ranks, options, progress);
  }
  return std::make_unique<TreeGrowerOf<AnyClassTally>>(rows, ranks, options, progress);
}

}  // namespace emochat
