#pragma once

#include <ctime>

namespace support {

inline double Milliseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

/// Processor time of this thread that some work takes, in milliseconds: what other programs do meanwhile
/// disturbs it little. For work on one thread.
template <class Work>
double ThreadTimeOf(const Work& work) {
  const double start = Milliseconds(CLOCK_THREAD_CPUTIME_ID);
  work();
  return Milliseconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

/// Time that passes while some work is done, in milliseconds. For work on several threads.
template <class Work>
double WallTimeOf(const Work& work) {
  const double start = Milliseconds(CLOCK_MONOTONIC);
  work();
  return Milliseconds(CLOCK_MONOTONIC) - start;
}

}  // namespace support
