#include "forest/ranks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/parallel_for.h"

namespace emochat {
namespace {

struct Entry {
  std::uint64_t key;
  std::uint32_t row;
};

constexpr std::uint64_t kSign = 1ULL << 63U;

/// A whole number with the order of the finite numbers; both zeros are one.
std::uint64_t KeyOf(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double ValueOf(std::uint64_t key) {
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

/// Sorts entries by key: radix sort, lowest digit first, digits that all keys share left out.
void SortEntries(std::vector<Entry>& entries, std::vector<Entry>& buffer) {
  constexpr unsigned kBits = 11;
  constexpr std::size_t kDigits = 1U << kBits;
  constexpr unsigned kPasses = 6;
  std::array<std::array<std::uint32_t, kDigits>, kPasses> counts{};
  for (const Entry& entry : entries) {
    for (unsigned pass = 0; pass < kPasses; ++pass) {
      ++counts[pass][(entry.key >> (pass * kBits)) % kDigits];
    }
  }
  buffer.resize(entries.size());
  for (unsigned pass = 0; pass < kPasses; ++pass) {
    auto& count = counts[pass];
    if (count[(entries[0].key >> (pass * kBits)) % kDigits] == entries.size()) continue;
    std::uint32_t begin = 0;
    for (std::uint32_t& digit : count) begin += std::exchange(digit, begin);
    for (const Entry& entry : entries) {
      buffer[count[(entry.key >> (pass * kBits)) % kDigits]++] = entry;
    }
    entries.swap(buffer);
  }
}

void CheckFinite(const ForestRows& rows) {
  const auto found =
      std::find_if(rows.features.begin(), rows.features.end(), [](double x) { return !std::isfinite(x); });
  if (found == rows.features.end()) return;
  const auto at = static_cast<std::size_t>(found - rows.features.begin());
  throw ForestInputError("row " + std::to_string(at / rows.columns + 1) + ", column " +
                         std::to_string(at % rows.columns + 1) + ": not a finite number");
}

template <typename Rank>
bool GatherRanks(const Rank* ranks, std::span<const std::uint32_t> rows, std::uint32_t* out) {
  const std::uint32_t first = ranks[rows[0]];
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t rank = ranks[rows[i]];
    out[i] = rank;
    difference |= rank ^ first;
  }
  return difference != 0;
}

}  // namespace

FeatureRanks::FeatureRanks(const ForestRows& rows, std::size_t threads, const ForestProgress& progress)
    : rows_(rows.rows), values_(rows.columns) {
  CheckFinite(rows);
  const bool narrow = rows_ <= std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1;
  if (narrow) {
    narrow_.resize(rows_ * rows.columns);
  } else {
    wide_.resize(rows_ * rows.columns);
  }
  ParallelFor(threads, rows.columns, [&] {
    return [&, entries = std::vector<Entry>(), buffer = std::vector<Entry>()](std::size_t column) mutable {
      progress.ThrowIfCancelled();
      entries.resize(rows_);
      for (std::size_t row = 0; row < rows_; ++row) {
        entries[row] = {KeyOf(rows.features[row * rows.columns + column]), static_cast<std::uint32_t>(row)};
      }
      SortEntries(entries, buffer);
      std::vector<double> values;
      for (std::size_t i = 0; i < rows_; ++i) {
        if (i == 0 || entries[i].key != entries[i - 1].key) values.push_back(ValueOf(entries[i].key));
        const std::size_t at = column * rows_ + entries[i].row;
        const std::size_t rank = values.size() - 1;
        if (narrow) {
          narrow_[at] = static_cast<std::uint16_t>(rank);
        } else {
          wide_[at] = static_cast<std::uint32_t>(rank);
        }
      }
      values.shrink_to_fit();
      values_[column] = std::move(values);
    };
  });
  for (const auto& values : values_) most_values_ = std::max(most_values_, values.size());
}

bool FeatureRanks::Gather(std::size_t column, std::span<const std::uint32_t> rows, std::uint32_t* out) const {
  return narrow_.empty() ? GatherRanks(wide_.data() + column * rows_, rows, out)
                         : GatherRanks(narrow_.data() + column * rows_, rows, out);
}

RankThreshold ShortenThreshold(std::span<const double> values, double threshold) {
  const auto found = std::lower_bound(values.begin(), values.end(), threshold);
  const auto rank = static_cast<std::uint32_t>(found - values.begin());
  const double below = values[rank - 1];
  const double above = values[rank];
  // A whole number below 2^53 divided by a power of ten up to 10^22 is the double nearest to that decimal,
  // which is what reading the decimal gives again.
  constexpr double kWhole = 0x1.0p53;
  double scale = 1;
  for (int decimals = 0; decimals <= 22; ++decimals) {
    const double scaled = std::nearbyint(threshold * scale);
    if (!(std::fabs(scaled) < kWhole)) break;
    const double shorter = scaled / scale;
    if (below < shorter && shorter <= above) return {shorter, rank};
    scale *= 10;
  }
  return {threshold, rank};
}

RankThreshold MidwayThreshold(std::span<const double> values, std::uint32_t low, std::uint32_t high) {
  const double midway = values[low] / 2 + values[high] / 2;
  const bool between = values[low] < midway && midway <= values[high];
  return ShortenThreshold(values, between ? midway : values[high]);
}

}  // namespace emochat
