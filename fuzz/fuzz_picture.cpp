// libFuzzer target: the bytes of a request, as far as faces and landmarks. Whatever they are, they give a
// result or a FrameError.
//
// EMOCHAT_FUZZ_CASCADE and EMOCHAT_FUZZ_FACEMARK name the model files.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <opencv2/core/utility.hpp>

#include "../tests/support/native/files.h"
#include "base/errors.h"
#include "frame/frame_pipeline.h"

namespace {

/// So small that a frame takes a few milliseconds; what is larger is refused as it is in use.
constexpr std::uint64_t kMaxPixels = 64 * 64;

std::string Setting(const char* name) {
  const char* const value = std::getenv(name);
  if (value != nullptr) return value;
  std::fprintf(stderr, "%s is not set\n", name);
  std::exit(2);
}

emochat::FramePipeline& Pipeline() {
  static emochat::SingleThread thread;
  static emochat::FramePipeline pipeline = [] {
    cv::setNumThreads(1);
    const std::string file = Setting("EMOCHAT_FUZZ_CASCADE");
    const emochat::FaceCascade cascade(support::ReadText(file), file, emochat::CascadeEvaluator::kVectorised);
    return emochat::FramePipeline(cascade, emochat::FacemarkModel::Load(Setting("EMOCHAT_FUZZ_FACEMARK")),
                                  kMaxPixels, thread);
  }();
  return pipeline;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emochat::FramePipeline& pipeline = Pipeline();
  try {
    pipeline.AnalyzeEncoded({data, size});
  } catch (const emochat::FrameError&) {
    return 0;
  }
  return 0;
}
