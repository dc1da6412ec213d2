#pragma once

#include <stdexcept>
#include <string>

namespace emochat {

/// Why the bytes of a frame could not be analysed. The names are what JavaScript sees as `error.code`.
enum class FrameFault { kEmpty, kUnknown, kTruncated, kTooLarge, kCorrupt };

/// The stable code of a fault, e.g. "IMAGE_TOO_LARGE".
inline const char* FrameFaultCode(FrameFault fault) {
  switch (fault) {
    case FrameFault::kEmpty:
      return "IMAGE_EMPTY";
    case FrameFault::kUnknown:
      return "IMAGE_UNKNOWN";
    case FrameFault::kTruncated:
      return "IMAGE_TRUNCATED";
    case FrameFault::kTooLarge:
      return "IMAGE_TOO_LARGE";
    case FrameFault::kCorrupt:
      return "IMAGE_CORRUPT";
  }
  return "IMAGE_CORRUPT";
}

/// A frame that cannot be analysed, through the fault of its bytes.
class FrameError : public std::runtime_error {
 public:
  FrameError(FrameFault fault, const std::string& what) : std::runtime_error(what), fault_(fault) {}
  [[nodiscard]] FrameFault fault() const { return fault_; }

 private:
  FrameFault fault_;
};

/// A model file that is not what it should be; the text names the file, the place in it and what is wrong
/// there.
class ModelFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A lane that cannot be started, because the system gives no more threads.
class LaneError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace emochat
