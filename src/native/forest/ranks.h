#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/options.h"

namespace emochat {

/// The rows' features as ranks: the number of different smaller values of the same feature. Ranks are all
/// that growing a tree needs, and are quicker to sort by than numbers; values come in only where a threshold
/// is named.
class FeatureRanks {
 public:
  /// Ranks every feature; throws ForestInputError naming row and column of a number that is not finite, or
  /// ForestCancelledError.
  FeatureRanks(const ForestRows& rows, std::size_t threads, const ForestProgress& progress);

  /// The different values of a feature, ascending.
  [[nodiscard]] std::span<const double> values(std::size_t column) const { return values_[column]; }
  /// The most different values that a feature has.
  [[nodiscard]] std::size_t most_values() const { return most_values_; }

  /// The rank of one row's feature.
  [[nodiscard]] std::uint32_t rank(std::size_t column, std::size_t row) const {
    const std::size_t at = column * rows_ + row;
    return narrow_.empty() ? wide_[at] : narrow_[at];
  }

  /// Writes the ranks of some rows' feature one after the other to `out`.
  /// Returns whether they differ.
  bool Gather(std::size_t column, std::span<const std::uint32_t> rows, std::uint32_t* out) const;

 private:
  std::size_t rows_;
  std::size_t most_values_ = 0;
  std::vector<std::vector<double>> values_;
  /// Column by column; the narrow ones if all ranks fit, because they stay longer in the cache.
  std::vector<std::uint16_t> narrow_;
  std::vector<std::uint32_t> wide_;
};

/// A threshold and the ranks it parts: values below it have ranks below `rank`.
struct RankThreshold {
  double value = 0;
  std::uint32_t rank = 0;
};

/// Spells a threshold with as few decimals as can be without moving any row to the other side.
///
/// values: all different values of the feature, ascending.
/// threshold: above the smallest value, at most the largest; values below it go left.
RankThreshold ShortenThreshold(std::span<const double> values, double threshold);

/// Half-way between two values of a feature, the greater of the two if no number lies between them;
/// shortened. low, high: ranks, low < high.
RankThreshold MidwayThreshold(std::span<const double> values, std::uint32_t low, std::uint32_t high);

}  // namespace emochat
