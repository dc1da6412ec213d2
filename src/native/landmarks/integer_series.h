#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"

namespace emochat {

/// Reads series of whole numbers as scripts/lib/integer-series.mjs writes them: the low bits of each number
/// as they are, the rest by asymmetric numeral systems (Duda, "Asymmetric numeral systems: entropy coding
/// combining speed of Huffman coding with compression rate of arithmetic coding", 2013) with a table of
/// frequencies a series, on four states in turn.
class IntegerSeriesReader {
 public:
  IntegerSeriesReader();

  /// The next `numbers.size()` numbers of the file. Throws ModelFileError if its table is none, a number does
  /// not fit into 16 bits, or the states do not end as they must.
  void Read(ByteReader& file, std::vector<std::int16_t>& numbers);

 private:
  struct Slot {
    std::uint16_t frequency;
    /// How far this slot lies behind the first one of its symbol.
    std::uint16_t place;
    std::int16_t value;
  };

  void ReadTable(ByteReader& file, unsigned shift);

  std::vector<Slot> slots_;
};

}  // namespace emochat
