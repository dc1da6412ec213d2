#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "base/errors.h"

namespace emochat {

/// Takes numbers from the bytes of a model file, little-endian, one after the other, and none from beyond its
/// end.
class ByteReader {
 public:
  /// `name` stands for the file in errors.
  ByteReader(std::span<const std::byte> bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  /// Throws ModelFileError if the file ends before.
  template <typename T>
  T Take() {
    static_assert(std::is_arithmetic_v<T> && std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, TakeBytes(sizeof(T)).data(), sizeof(T));
    return value;
  }

  /// Throws ModelFileError if the file ends before.
  std::span<const std::byte> TakeBytes(std::size_t count) {
    if (count > bytes_.size()) Fail("is cut short");
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  [[nodiscard]] bool AtEnd() const { return bytes_.empty(); }

  [[noreturn]] void Fail(const std::string& what) const { throw ModelFileError(name_ + ": " + what); }

 private:
  std::span<const std::byte> bytes_;
  std::string name_;
};

}  // namespace emochat
