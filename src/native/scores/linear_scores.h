#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace emochat {

/// Rows that linear scores are learnt from.
struct ScoreRows {
  /// `rows * columns` numbers, row by row.
  std::span<const std::uint8_t> numbers;
  std::size_t rows = 0;
  std::size_t columns = 0;
  /// The class of each row, below `class_count`.
  std::span<const std::uint8_t> classes;
  std::size_t class_count = 0;
  /// In which fold each row is, below `fold_count`.
  std::span<const std::uint8_t> folds;
  std::size_t fold_count = 0;
  /// Which data set each row is from: below the number of `set_weights`.
  std::span<const std::uint8_t> sets;
  /// What each data set weighs; the first one with rows in a fit gives its scores their offsets.
  std::span<const double> set_weights;
};

/// A score a class: `offset + Σ weight · number`, near 1 for rows of the class and near -1/(classes - 1) for
/// others.
struct LinearScores {
  /// `columns` a class.
  std::vector<double> weights;
  /// One a class.
  std::vector<double> offsets;
  /// The scores of each row, `class_count` a row, by weights that were learnt without the row's fold.
  std::vector<double> held_out;
};

struct ScoreProgress {
  std::atomic<bool> cancelled = false;
};

class ScoresInputError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

class ScoresCancelledError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Learns scores by ridge regression (Hoerl and Kennard, Technometrics 1970): on all rows, and for each fold
/// on the rows of the others. In every data set the classes weigh alike, and the set as much as `set_weights`
/// says; numbers and targets are centred set by set, so that what differs between sets and not between
/// classes is not learnt.
///
/// `ridge`: what is added to the numbers' variances, above 0.
/// Deterministic: neither the number of threads nor the instruction set changes a bit of it. Takes
/// `fold_count + 3` matrices of `columns` by `columns` numbers of 8 bytes; of fewer rows than half the
/// columns, two of `rows` by `rows`.
///
/// Throws ScoresInputError, ScoresCancelledError or std::bad_alloc.
LinearScores LearnScores(const ScoreRows& rows, double ridge, std::size_t threads, ScoreProgress& progress);

}  // namespace emochat
