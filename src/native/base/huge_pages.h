#pragma once

#include <cstddef>
#include <new>

#include <sys/mman.h>

namespace emochat {

/// Allocates on huge pages where the system has them: what is read in one go and then walked at random is
/// touched page by page, which costs more than reading it on machines whose small pages are slow to come.
template <typename T>
struct HugePageAllocator {
  using value_type = T;

  static constexpr std::size_t kPage = std::size_t{2} << 20U;

  HugePageAllocator() = default;
  template <typename Other>
  explicit HugePageAllocator(const HugePageAllocator<Other>& /*other*/) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    const std::size_t unit = UnitFor(bytes);
    const std::size_t whole = (bytes + unit - 1) / unit * unit;
    void* const memory = ::operator new (whole, std::align_val_t{unit});
    // A wish: where it is not granted, small pages serve.
    if (unit == kPage) madvise(memory, whole, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }

  void deallocate(T* memory, std::size_t count) {
    ::operator delete (memory, std::align_val_t{UnitFor(count * sizeof(T))});
  }

  bool operator==(const HugePageAllocator&) const { return true; }

 private:
  static constexpr std::size_t UnitFor(std::size_t bytes) { return bytes < kPage ? alignof(T) : kPage; }
};

}  // namespace emochat
