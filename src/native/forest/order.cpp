#include "forest/order.h"

namespace emochat {

RankOrder::RankOrder(std::size_t most_ranks, std::size_t most_rows)
    : sorted_(most_rows), map_(most_ranks), head_(most_ranks), next_(most_rows) {}

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
    map_.Mark(ranks[i]);
    next_[i] = std::exchange(head_[ranks[i]], static_cast<std::uint32_t>(i + 1));
  }
  std::uint64_t* out = sorted_.data();
  map_.Drain(ranks, count, [&](std::uint32_t rank) {
    for (std::uint32_t row = std::exchange(head_[rank], 0); row != 0; row = next_[row - 1]) {
      *out++ = std::uint64_t{rank} << 32U | (row - 1);
    }
  });
}

}  // namespace emochat
