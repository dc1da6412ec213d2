#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace emochat {

/// Memory that a lane keeps from one frame to the next, but not for ever because of one large picture.
class ByteBuffer {
 public:
  /// Room for `size` bytes of any value; what was there before is lost. Throws std::bad_alloc.
  std::uint8_t* Reserve(std::size_t size) {
    const bool wasteful = capacity_ > kKept && size <= capacity_ / 2;
    if (size > capacity_ || wasteful) {
      Release();
      bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(size);
      capacity_ = size;
    }
    return bytes_.get();
  }

  /// Lets go of the memory if it is more than a frame of a camera needs.
  void Shrink() {
    if (capacity_ > kKept) Release();
  }

 private:
  /// A grey frame of 2560 × 1600.
  static constexpr std::size_t kKept = std::size_t{4} << 20U;

  void Release() {
    bytes_.reset();
    capacity_ = 0;
  }

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace emochat
