#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace emochat {

/// Rows that a forest cannot be grown on, or options that are out of range; the text says which.
class ForestInputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A forest that grew beyond what a model file may hold.
class ForestTooLargeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The training was ended before it was done.
class ForestCancelledError : public std::runtime_error {
 public:
  ForestCancelledError() : std::runtime_error("the training was cancelled") {}
};

/// What a split makes smaller.
enum class Impurity { kGini, kEntropy };

/// What the classes weigh: all the same; inversely to how often they occur, in the training rows or in those
/// a tree drew; or as given.
enum class ClassWeighting { kNone, kBalanced, kBalancedSubsample, kGiven };

/// How a forest is grown; names and meaning as in scikit-learn's `RandomForestClassifier`. As there, rows
/// that a bootstrap draws several times count once where rows are counted (`min_samples_split`,
/// `min_samples_leaf`), and as often as drawn where they are weighed.
struct ForestOptions {
  std::size_t trees = 1;
  Impurity impurity = Impurity::kGini;
  /// Features drawn at each split, from 1 to all.
  std::size_t max_features = 1;
  std::size_t max_depth = 1;
  std::size_t min_samples_split = 2;
  std::size_t min_samples_leaf = 1;
  bool bootstrap = true;
  /// Each tree learns from as many rows of every class as the smallest has.
  bool balance = false;
  ClassWeighting class_weighting = ClassWeighting::kNone;
  /// With `kGiven`: positive, a class each.
  std::vector<double> class_weights;
  /// Thresholds are drawn, one a feature, instead of searched.
  bool extra_trees = false;
  bool out_of_bag = false;
  bool permutation_importance = false;
  std::uint64_t seed = 0;
  std::size_t threads = 1;
};

/// Labelled rows, owned by the caller.
struct ForestRows {
  /// Row by row; `rows * columns` numbers.
  std::span<const double> features;
  std::span<const std::uint8_t> classes;
  /// What each row weighs, from 1e-30 to 1e30; empty for 1 each.
  std::span<const double> weights;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t class_count = 0;
};

/// What another thread may ask of a training, or tell it.
struct ForestProgress {
  std::atomic<bool> cancelled = false;
  std::atomic<std::size_t> trees_done = 0;

  /// Throws ForestCancelledError once the training was cancelled.
  void ThrowIfCancelled() const {
    if (cancelled.load(std::memory_order_relaxed)) throw ForestCancelledError();
  }
};

}  // namespace emochat
