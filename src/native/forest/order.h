#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace emochat {

/// A set of ranks that is walked in ascending order, in a time that grows with their number alone: a bit a
/// rank.
class RankMap {
 public:
  /// most_ranks: ranks are below it.
  explicit RankMap(std::size_t most_ranks) : map_(WordsFor(most_ranks)), summary_(WordsFor(map_.size())) {}

  void Mark(std::uint32_t rank) { map_[rank / kWordBits] |= std::uint64_t{1} << (rank % kWordBits); }

  /// Calls `use` with every rank that was marked, once, and forgets them.
  /// ranks: at least those that were marked.
  template <typename Use>
  void Drain(const std::uint32_t* ranks, std::size_t count, const Use& use) {
    constexpr std::size_t kWordsARank = 4;
    if (map_.size() <= kWordsARank * count) {
      for (std::size_t word = 0; word < map_.size(); ++word) DrainWord(word, use);
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t word = ranks[i] / kWordBits;
      summary_[word / kWordBits] |= std::uint64_t{1} << (word % kWordBits);
    }
    for (std::size_t part = 0; part < summary_.size(); ++part) {
      for (std::uint64_t words = std::exchange(summary_[part], 0); words != 0; words &= words - 1) {
        DrainWord(part * kWordBits + static_cast<std::size_t>(std::countr_zero(words)), use);
      }
    }
  }

 private:
  static constexpr unsigned kWordBits = 64;
  static std::size_t WordsFor(std::size_t bits) { return (bits + kWordBits - 1) / kWordBits; }

  template <typename Use>
  void DrainWord(std::size_t word, const Use& use) {
    for (std::uint64_t bits = std::exchange(map_[word], 0); bits != 0; bits &= bits - 1) {
      use(static_cast<std::uint32_t>(word * kWordBits) + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }

  /// All zero between calls.
  std::vector<std::uint64_t> map_;
  /// A bit a word of the map that is not zero; only used where ranks are few and words many.
  std::vector<std::uint64_t> summary_;
};

/// Sorts a node's rows by the rank of one feature without comparing them: every rank heads a list of the rows
/// that have it. A few rows are sorted by insertion instead.
class RankOrder {
 public:
  /// Up to so many rows insertion is the fastest.
  static constexpr std::size_t kFew = 24;

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

  /// Rank in the upper half, row in the lower.
  std::vector<std::uint64_t> sorted_;
  RankMap map_;
  /// One more than the first row of each rank; 0 for none, as all are between calls.
  std::vector<std::uint32_t> head_;
  /// The row after a row in its list, counted likewise.
  std::vector<std::uint32_t> next_;
};

/// Adds up what rows of the same rank weigh, where that fits into one word; walked in ascending order of
/// rank. One access out of order a row, where `RankOrder` needs three.
class RankSums {
 public:
  explicit RankSums(std::size_t most_ranks) : map_(most_ranks), sums_(most_ranks) {}

  /// Calls `use` with every rank that occurs, ascending, and the sum of its rows' loads.
  template <typename Use>
  void ForEach(const std::uint32_t* ranks, const std::uint64_t* loads, std::size_t count, const Use& use) {
    for (std::size_t i = 0; i < count; ++i) {
      map_.Mark(ranks[i]);
      sums_[ranks[i]] += loads[i];
    }
    map_.Drain(ranks, count, [&](std::uint32_t rank) { use(rank, std::exchange(sums_[rank], 0)); });
  }

 private:
  RankMap map_;
  /// All zero between calls.
  std::vector<std::uint64_t> sums_;
};

}  // namespace emochat
