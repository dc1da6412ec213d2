#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emochat {

/// Sorts a node's rows by the rank of one feature, in a time that grows with their number alone: every rank
/// has a bit in a map and heads a list of the rows that have it, so that walking the map meets them in order.
/// A few rows are sorted by insertion instead.
class RankOrder {
 public:
  /// most_ranks: ranks are below it. most_rows: rows of a node at most.
  RankOrder(std::size_t most_ranks, std::size_t most_rows);

  /// Sorts rows 0 to `count - 1` of the node, at least one, by their ranks.
  void Sort(const std::uint32_t* ranks, std::size_t count);

  /// Which row comes `at` its place, after `Sort`; rows of the same rank in any order, though always the
  /// same.
  [[nodiscard]] std::uint32_t row(std::size_t at) const { return static_cast<std::uint32_t>(sorted_[at]); }
  /// The rank of that row.
  [[nodiscard]] std::uint32_t rank(std::size_t at) const {
    return static_cast<std::uint32_t>(sorted_[at] >> 32U);
  }

 private:
  void SortFew(const std::uint32_t* ranks, std::size_t count);
  void SortMany(const std::uint32_t* ranks, std::size_t count);
  /// Takes the rows of a word's ranks off their lists, to `out`; gives where they end.
  std::uint64_t* TakeWord(std::size_t word, std::uint64_t* out);

  /// Rank in the upper half, row in the lower.
  std::vector<std::uint64_t> sorted_;
  /// A bit a rank; all zero between calls.
  std::vector<std::uint64_t> map_;
  /// A bit a word of the map that is not zero; only used where rows are few and words many.
  std::vector<std::uint64_t> summary_;
  /// One more than the first row of each rank; 0 for none, as all are between calls.
  std::vector<std::uint32_t> head_;
  /// The row after a row in its list, counted likewise.
  std::vector<std::uint32_t> next_;
};

}  // namespace emochat
