#include "base/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace emochat {

void ParallelFor(std::size_t threads, std::size_t count,
                 const std::function<std::function<void(std::size_t)>()>& make) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  const auto run = [&]() noexcept {
    try {
      const std::function<void(std::size_t)> work = make();
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (first == nullptr) first = std::current_exception();
    }
  };
  std::vector<std::jthread> others;
  others.reserve(threads);
  try {
    for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(run);
  } catch (const std::system_error&) {
    // Those that did start, and this one, do the work.
  }
  run();
  others.clear();
  if (first != nullptr) std::rethrow_exception(first);
}

}  // namespace emochat
