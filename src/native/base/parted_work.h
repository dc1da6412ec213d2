#pragma once

#include <cstddef>

namespace emochat {

/// Work that is cut into parts, to be done in any order, several at once on as many threads.
class PartedWork {
 public:
  PartedWork() = default;
  virtual ~PartedWork() = default;
  PartedWork(const PartedWork&) = delete;
  PartedWork& operator=(const PartedWork&) = delete;

  /// Does one part.
  virtual void RunPart(std::size_t part) = 0;
};

/// Does parted work, with what help there is.
class PartRunner {
 public:
  PartRunner() = default;
  virtual ~PartRunner() = default;
  PartRunner(const PartRunner&) = delete;
  PartRunner& operator=(const PartRunner&) = delete;

  /// How many threads would work on it now, the caller's included.
  [[nodiscard]] virtual std::size_t Threads() = 0;

  /// Does parts 0 to `count` - 1, each once, the first ones first, and returns when all are done. `threads`:
  /// how many are worth their waking for it. Throws what a part has thrown; parts that have not begun by then
  /// are left.
  virtual void Run(PartedWork& work, std::size_t count, std::size_t threads) = 0;
};

/// Does all parts on the calling thread.
class SingleThread final : public PartRunner {
 public:
  [[nodiscard]] std::size_t Threads() override { return 1; }
  void Run(PartedWork& work, std::size_t count, std::size_t /*threads*/) override {
    for (std::size_t part = 0; part < count; ++part) work.RunPart(part);
  }
};

}  // namespace emochat
