#include "forest_order.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace emochat {
namespace {

constexpr std::size_t kFew = 24;
constexpr unsigned kWordBits = 64;

std::size_t WordsFor(std::size_t bits) {
  return (bits + kWordBits - 1) / kWordBits;
}

}  // namespace

RankOrder::RankOrder(std::size_t most_ranks, std::size_t most_rows)
    : sorted_(most_rows),
      map_(WordsFor(most_ranks)),
      summary_(WordsFor(map_.size())),
      head_(most_ranks),
      next_(most_rows) {}

void RankOrder::Sort(const std::uint32_t* ranks, std::size_t count) {
  if (count <= kFew) {
    SortFew(ranks, count);
  } else {
    SortMany(ranks, count);
  }
}

void RankOrder::SortFew(const std::uint32_t* ranks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t entry = std::uint64_t{ranks[i]} << 32U | i;
    std::size_t place = i;
    for (; place > 0 && sorted_[place - 1] > entry; --place) sorted_[place] = sorted_[place - 1];
    sorted_[place] = entry;
  }
}

void RankOrder::SortMany(const std::uint32_t* ranks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t rank = ranks[i];
    map_[rank / kWordBits] |= std::uint64_t{1} << (rank % kWordBits);
    next_[i] = std::exchange(head_[rank], static_cast<std::uint32_t>(i + 1));
  }
  std::uint64_t* out = sorted_.data();
  constexpr std::size_t kWordsARow = 4;
  if (map_.size() <= kWordsARow * count) {
    for (std::size_t word = 0; word < map_.size(); ++word) out = TakeWord(word, out);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t word = ranks[i] / kWordBits;
    summary_[word / kWordBits] |= std::uint64_t{1} << (word % kWordBits);
  }
  for (std::size_t part = 0; part < summary_.size(); ++part) {
    for (std::uint64_t words = std::exchange(summary_[part], 0); words != 0; words &= words - 1) {
      out = TakeWord(part * kWordBits + static_cast<std::size_t>(std::countr_zero(words)), out);
    }
  }
}

std::uint64_t* RankOrder::TakeWord(std::size_t word, std::uint64_t* out) {
  for (std::uint64_t bits = std::exchange(map_[word], 0); bits != 0; bits &= bits - 1) {
    const std::size_t rank = word * kWordBits + static_cast<std::size_t>(std::countr_zero(bits));
    for (std::uint32_t row = std::exchange(head_[rank], 0); row != 0; row = next_[row - 1]) {
      *out++ = std::uint64_t{rank} << 32U | (row - 1);
    }
  }
  return out;
}

}  // namespace emochat
