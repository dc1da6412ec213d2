#include "landmarks/integer_series.h"

#include <array>
#include <cstring>
#include <limits>
#include <span>

namespace emochat {
namespace {

constexpr unsigned kSlotBits = 12;
constexpr std::uint32_t kSlots = 1U << kSlotBits;
constexpr unsigned kMostShift = 8;
constexpr unsigned kMostSymbols = 1U << 9U;
constexpr unsigned kWordBits = 16;
/// A state below it takes another word in; each begins and ends with it.
constexpr std::uint32_t kLeastState = 1U << kWordBits;
constexpr std::size_t kStates = 4;

/// Seven bits a byte, the lowest first; the highest bit says that another byte follows.
std::uint32_t TakeShortNumber(ByteReader& file) {
  constexpr std::uint32_t kMore = 0x80;
  const std::uint32_t low = file.Take<std::uint8_t>();
  if (low < kMore) return low;
  return (low - kMore) + kMore * file.Take<std::uint8_t>();
}

/// Numbers of a few bits each, the lowest first.
class Bits {
 public:
  Bits(std::span<const std::byte> bytes, unsigned width) : bytes_(bytes), width_(width) {}

  std::uint32_t Next() {
    while (held_ < width_) {
      bits_ |= std::to_integer<std::uint32_t>(bytes_.front()) << held_;
      bytes_ = bytes_.subspan(1);
      held_ += 8;
    }
    const std::uint32_t next = bits_ & ((1U << width_) - 1);
    bits_ >>= width_;
    held_ -= width_;
    return next;
  }

 private:
  std::span<const std::byte> bytes_;
  unsigned width_;
  std::uint32_t bits_ = 0;
  unsigned held_ = 0;
};

}  // namespace

IntegerSeriesReader::IntegerSeriesReader() : slots_(kSlots) {}

void IntegerSeriesReader::ReadTable(ByteReader& file, unsigned shift) {
  const int lowest = file.Take<std::int16_t>();
  const unsigned symbols = file.Take<std::uint16_t>();
  const int largest = (lowest + static_cast<int>(symbols)) * (1 << shift) - 1;
  const bool fits = symbols >= 1 && symbols <= kMostSymbols &&
                    lowest * (1 << shift) >= std::numeric_limits<std::int16_t>::min() &&
                    largest <= std::numeric_limits<std::int16_t>::max();
  if (!fits) file.Fail("a series of numbers is out of range");
  std::uint32_t first = 0;
  for (unsigned symbol = 0; symbol < symbols; ++symbol) {
    const std::uint32_t frequency = TakeShortNumber(file);
    if (frequency > kSlots - first) file.Fail("frequencies of a series do not add up");
    const auto value = static_cast<std::int16_t>((lowest + static_cast<int>(symbol)) * (1 << shift));
    for (std::uint32_t i = 0; i < frequency; ++i) {
      slots_[first + i] = {static_cast<std::uint16_t>(frequency), static_cast<std::uint16_t>(i), value};
    }
    first += frequency;
  }
  if (first != kSlots) file.Fail("frequencies of a series do not add up");
}

void IntegerSeriesReader::Read(ByteReader& file, std::vector<std::int16_t>& numbers) {
  const unsigned shift = file.Take<std::uint8_t>();
  if (shift > kMostShift) file.Fail("a series of numbers is out of range");
  ReadTable(file, shift);
  Bits low(file.TakeBytes((numbers.size() * shift + 7) / 8), shift);
  std::array<std::uint32_t, kStates> states{};
  for (std::uint32_t& state : states) state = file.Take<std::uint32_t>();
  const std::size_t word_count = file.Take<std::uint32_t>();
  std::span<const std::byte> words = file.TakeBytes(word_count * sizeof(std::uint16_t));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::uint32_t& state = states[i % kStates];
    const Slot slot = slots_[state % kSlots];
    state = slot.frequency * (state >> kSlotBits) + slot.place;
    if (state < kLeastState) {
      if (words.empty()) file.Fail("a series of numbers is cut short");
      std::uint16_t word = 0;
      std::memcpy(&word, words.data(), sizeof(word));
      words = words.subspan(sizeof(word));
      state = (state << kWordBits) + word;
    }
    numbers[i] = slot.value;
    if (shift > 0) numbers[i] = static_cast<std::int16_t>(numbers[i] + static_cast<int>(low.Next()));
  }
  for (const std::uint32_t state : states) {
    if (state != kLeastState || !words.empty()) file.Fail("a series of numbers is damaged");
  }
}

}  // namespace emochat
