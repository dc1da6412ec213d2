#include "frame/engine.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include <opencv2/core/utility.hpp>
#include <pthread.h>

#include "base/errors.h"
#include "base/mapped_file.h"

namespace emochat {
namespace {

std::string ReadText(const std::string& path) {
  const MappedFile file(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

}  // namespace

/// The parts of one frame, offered to all lanes; lives on the stack of the lane whose frame it is. Guarded by
/// the engine's mutex.
struct Engine::SharedFrame {
  PartedWork& work;
  std::size_t count;
  /// The first part that no lane has begun.
  std::size_t next = 0;
  /// Parts that lanes have begun and not ended.
  std::size_t under_way = 0;
  /// What the first part that failed has thrown.
  std::exception_ptr error;
  std::condition_variable done;
};

/// What a lane's thread works with.
class Engine::Lane final : public PartRunner {
 public:
  Lane(Engine& engine, const FaceCascade& cascade, std::uint64_t max_pixels)
      : engine_(engine), pipeline_(cascade, engine.models_, max_pixels, *this) {}

  [[nodiscard]] FramePipeline& pipeline() { return pipeline_; }

  [[nodiscard]] std::size_t Threads() override {
    const std::lock_guard lock(engine_.mutex_);
    return 1 + engine_.idle_lanes_;
  }

  void Run(PartedWork& work, std::size_t count, std::size_t threads) override {
    SharedFrame frame{.work = work, .count = count, .error = {}, .done = {}};
    engine_.RunShared(frame, threads);
  }

 private:
  Engine& engine_;
  FramePipeline pipeline_;
};

Engine::Engine(const EngineOptions& options)
    : Engine(options, LandmarkModels::Load(options.facemark_file, options.refiner_file)) {
  // Made by the other constructor, so that what has been started is ended if another lane cannot be.
  try {
    for (const auto& lane : lanes_) threads_.emplace_back([this, &lane] { RunLane(*lane); });
  } catch (const std::system_error& error) {
    throw LaneError(std::to_string(threads_.size()) + " of " + std::to_string(lanes_.size()) +
                    " lanes: " + error.code().message());
  }
}

Engine::Engine(const EngineOptions& options, LandmarkModels models)
    : models_(std::move(models)), queue_limit_(options.queue_limit) {
  // A lane is a core's worth of work already; threads of OpenCV's own would only get in each other's way.
  // Once, before the first lane: OpenCV's setting is for the process, and not to be changed under a lane's
  // feet.
  static std::once_flag own_threads_off;
  std::call_once(own_threads_off, [] { cv::setNumThreads(1); });
  const FaceCascade cascade(ReadText(options.cascade_file), options.cascade_file, options.evaluator);
  for (std::size_t i = 0; i < options.lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(*this, cascade, options.max_pixels));
  }
  shared_.reserve(lanes_.size());
  open_lanes_ = lanes_.size();
}

Engine::~Engine() {
  Close({});
  for (std::thread& thread : threads_) thread.join();
}

Engine::Submission Engine::Submit(std::unique_ptr<FrameJob>& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Submission::kClosed;
    if (waiting_.size() + running_ >= lanes_.size() + queue_limit_) return Submission::kQueueFull;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
  return Submission::kAccepted;
}

std::deque<std::unique_ptr<FrameJob>> Engine::Close(std::function<void()> when_idle) {
  std::deque<std::unique_ptr<FrameJob>> unrun;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return unrun;
    closed_ = true;
    when_idle_ = std::move(when_idle);
    unrun.swap(waiting_);
  }
  changed_.notify_all();
  return unrun;
}

std::uint64_t Engine::parts_helped() const {
  const std::lock_guard lock(mutex_);
  return parts_helped_;
}

void Engine::RunLane(Lane& lane) {
  pthread_setname_np(pthread_self(), "emochat lane");
  {
    std::unique_lock lock(mutex_);
    while (!closed_) {
      if (!waiting_.empty()) {
        RunFrame(lane, lock);
      } else if (!shared_.empty()) {
        HelpWithPart(lock);
      } else {
        ++idle_lanes_;
        changed_.wait(lock);
        --idle_lanes_;
      }
    }
  }
  LeaveLane();
}

void Engine::RunFrame(Lane& lane, std::unique_lock<std::mutex>& lock) {
  std::unique_ptr<FrameJob> job = std::move(waiting_.front());
  waiting_.pop_front();
  ++running_;
  lock.unlock();
  FrameJob& work = *job;
  work.Run(lane.pipeline(), std::move(job));
  lock.lock();
  --running_;
}

void Engine::HelpWithPart(std::unique_lock<std::mutex>& lock) {
  SharedFrame& frame = *shared_.front();
  ++parts_helped_;
  RunPart(frame, lock);
  // Under the lock: as soon as it is let go, the frame may be gone.
  if (frame.under_way == 0) frame.done.notify_one();
}

void Engine::RunShared(SharedFrame& frame, std::size_t threads) {
  threads = std::min(threads, frame.count);
  if (threads > 1) Offer(frame, threads - 1);
  std::unique_lock lock(mutex_);
  while (frame.next < frame.count) RunPart(frame, lock);
  frame.done.wait(lock, [&] { return frame.under_way == 0; });
  if (frame.error) std::rethrow_exception(frame.error);
}

/// Lets other lanes help with a frame, and wakes some.
void Engine::Offer(SharedFrame& frame, std::size_t helpers) {
  {
    const std::lock_guard lock(mutex_);
    shared_.push_back(&frame);
    helpers = std::min(helpers, idle_lanes_);
  }
  for (; helpers > 0; --helpers) changed_.notify_one();
}

/// Does the frame's next part.
void Engine::RunPart(SharedFrame& frame, std::unique_lock<std::mutex>& lock) {
  const std::size_t part = frame.next++;
  ++frame.under_way;
  if (frame.next == frame.count) std::erase(shared_, &frame);
  lock.unlock();
  std::exception_ptr error;
  try {
    frame.work.RunPart(part);
  } catch (...) {
    error = std::current_exception();
  }
  lock.lock();
  --frame.under_way;
  if (error && !frame.error) {
    frame.error = error;
    // No lane is to begin another part.
    frame.next = frame.count;
    std::erase(shared_, &frame);
  }
}

void Engine::LeaveLane() {
  std::function<void()> when_idle;
  {
    const std::lock_guard lock(mutex_);
    if (--open_lanes_ == 0) when_idle = std::move(when_idle_);
  }
  if (when_idle) when_idle();
}

}  // namespace emochat
