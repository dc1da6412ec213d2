#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/gini_simd.h"
#include "forest/options.h"

namespace emochat {

/// x ln x, and 0 for 0.
inline double XLogX(double x) {
  return x > 0 ? x * std::log(x) : 0;
}

/// Makes `score` the greater of both; tells whether that is the new one.
inline bool Raise(double& score, double other) {
  const bool greater = other > score;
  if (greater) score = other;
  return greater;
}

/// Weighs the rows of a node, and the two sides of a cut while it moves over them: two classes whose rows
/// weigh the same within a class. All counts lie in one word, and the score needs one division.
class TwoClassTally {
 public:
  /// Rows, and draws of class 1 and of class 0, from the highest bits down.
  using Load = std::uint64_t;
  /// Loads may be added up, and their sum moved as one.
  static constexpr bool kAdds = true;
  /// Rows, and draws, that fit.
  static constexpr std::size_t kMostRows = (std::size_t{1} << 21U) - 1;

  TwoClassTally(Impurity impurity, std::size_t /*class_count*/) : impurity_(impurity) {}

  /// class_weights: what one draw weighs, a class each.
  void SetClassWeights(std::span<const double> class_weights) {
    weight0_ = class_weights[0];
    weight1_ = class_weights[1];
  }
  [[nodiscard]] Load LoadOf(std::uint8_t label, std::uint32_t draws, double /*row_weight*/) const {
    return Load{1} << (2 * kBits) | Load{draws} << (kBits * label);
  }

  /// Weighs a node; its rows are all on the right side of the cut then.
  void Begin(std::span<const Load> loads) {
    all_ = 0;
    for (const Load load : loads) all_ += load;
    node0_ = weight0_ * Class0(all_);
    node1_ = weight1_ * Class1(all_);
    Rewind();
  }
  /// Brings all rows back to the right side.
  void Rewind() { left_ = 0; }
  /// Brings a row, or several, to the left side.
  void Move(const Load& load) { left_ += load; }
  /// Rows in a sum of loads, and draws of a class.
  static std::size_t RowsOf(Load load) { return load >> (2 * kBits); }
  static std::int32_t DrawsOf(Load load, unsigned label) {
    return static_cast<std::int32_t>(load >> (kBits * label) & kMostRows);
  }
  /// Whether `BestGiniCut` gives what `Beats` finds, and its cuts, but for the draws left of them.
  [[nodiscard]] bool UsesGini() const { return impurity_ == Impurity::kGini; }
  [[nodiscard]] GiniCuts CutsOf(const std::int32_t* left0, const std::int32_t* left1,
                                std::size_t count) const {
    return {left0, left1, count, weight0_, weight1_, node0_, node1_};
  }

  /// Whether the cut is better than one of this score, which then becomes its own: the better the cut, the
  /// greater; to be compared within a node only.
  [[nodiscard]] bool Beats(double& score) const {
    const double left0 = weight0_ * Class0(left_);
    const double left1 = weight1_ * Class1(left_);
    const double left = left0 + left1;
    const double node = node0_ + node1_;
    if (impurity_ == Impurity::kEntropy) {
      return Raise(score, XLogX(left0) + XLogX(left1) - XLogX(left) + XLogX(node0_ - left0) +
                              XLogX(node1_ - left1) - XLogX(node - left));
    }
    // The decrease of Gini impurity is twice the quotient of these over the node's weight squared.
    const double difference = left0 * node - node0_ * left;
    const double above = difference * difference;
    const double below = left * (node - left);
    return Raise(score, above / below);
  }

  [[nodiscard]] bool IsPure() const { return Class0(all_) == 0 || Class1(all_) == 0; }
  /// The node's class weights, to `out`.
  void Weights(std::span<double> out) const {
    out[0] = node0_;
    out[1] = node1_;
  }

 private:
  static constexpr unsigned kBits = 21;
  static double Class0(Load load) { return static_cast<double>(load & kMostRows); }
  static double Class1(Load load) { return static_cast<double>(load >> kBits & kMostRows); }

  Impurity impurity_;
  double weight0_ = 1;
  double weight1_ = 1;
  Load all_ = 0;
  Load left_ = 0;
  double node0_ = 0;
  double node1_ = 0;
};

/// The same for any number of classes and a weight of its own for each row. Sums of squares (or of x ln x)
/// are kept up to date as rows move, so that a row costs the same whatever the number of classes.
class AnyClassTally {
 public:
  struct Load {
    double weight;
    std::uint8_t label;
  };
  static constexpr bool kAdds = false;

  AnyClassTally(Impurity impurity, std::size_t class_count)
      : impurity_(impurity), class_weights_(class_count), node_(class_count), sides_(class_count) {}

  void SetClassWeights(std::span<const double> class_weights) {
    class_weights_.assign(class_weights.begin(), class_weights.end());
  }
  [[nodiscard]] Load LoadOf(std::uint8_t label, std::uint32_t draws, double row_weight) const {
    return {draws * row_weight * class_weights_[label], label};
  }

  void Begin(std::span<const Load> loads) {
    node_.assign(node_.size(), 0);
    total_ = 0;
    for (const Load& load : loads) {
      node_[load.label] += load.weight;
      total_ += load.weight;
    }
    sum_ = 0;
    for (const double weight : node_) sum_ += Part(weight);
    Rewind();
  }
  void Rewind() {
    for (std::size_t i = 0; i < node_.size(); ++i) sides_[i] = {0, node_[i]};
    left_ = {0, 0};
    right_ = {total_, sum_};
  }
  void Move(const Load& load) {
    Side& side = sides_[load.label];
    left_.weight += load.weight;
    right_.weight -= load.weight;
    if (impurity_ == Impurity::kGini) {
      left_.sum += load.weight * (2 * side.left + load.weight);
      right_.sum -= load.weight * (2 * side.right - load.weight);
    } else {
      left_.sum += XLogX(side.left + load.weight) - XLogX(side.left);
      right_.sum += XLogX(side.right - load.weight) - XLogX(side.right);
    }
    side.left += load.weight;
    side.right -= load.weight;
  }
  [[nodiscard]] bool Beats(double& score) const {
    return Raise(score, impurity_ == Impurity::kGini
                            ? left_.sum / left_.weight + right_.sum / right_.weight
                            : left_.sum - XLogX(left_.weight) + right_.sum - XLogX(right_.weight));
  }
  [[nodiscard]] bool IsPure() const {
    std::size_t classes = 0;
    for (const double weight : node_) classes += weight > 0 ? 1 : 0;
    return classes <= 1;
  }
  void Weights(std::span<double> out) const {
    for (std::size_t i = 0; i < node_.size(); ++i) out[i] = node_[i];
  }

 private:
  /// What a class adds to the sum.
  [[nodiscard]] double Part(double weight) const {
    return impurity_ == Impurity::kGini ? weight * weight : XLogX(weight);
  }

  /// What a class weighs on both sides.
  struct Side {
    double left;
    double right;
  };
  /// What a side weighs, and the sum over its classes.
  struct Sum {
    double weight;
    double sum;
  };

  Impurity impurity_;
  std::vector<double> class_weights_;
  std::vector<double> node_;
  double total_ = 0;
  double sum_ = 0;
  std::vector<Side> sides_;
  Sum left_{};
  Sum right_{};
};

}  // namespace emochat
