#include "engine.h"

#include <system_error>
#include <utility>

#include <opencv2/core/utility.hpp>

#include "errors.h"
#include "mapped_file.h"

namespace emochat {
namespace {

std::string ReadText(const std::string& path) {
  const MappedFile file(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

}  // namespace

Engine::Engine(const EngineOptions& options) : Engine(options, FacemarkModel::Load(options.facemark_file)) {
  // Made by the other constructor, so that what has been started is ended if another lane cannot be.
  try {
    for (const auto& pipeline : pipelines_) threads_.emplace_back([this, &pipeline] { RunLane(*pipeline); });
  } catch (const std::system_error& error) {
    throw LaneError(std::to_string(threads_.size()) + " of " + std::to_string(pipelines_.size()) +
                    " lanes: " + error.code().message());
  }
}

Engine::Engine(const EngineOptions& options, std::shared_ptr<const FacemarkModel> facemark)
    : facemark_(std::move(facemark)), queue_limit_(options.queue_limit) {
  // A lane is a core's worth of work already; threads of OpenCV's own would only get in each other's way.
  // Once, before the first lane: OpenCV's setting is for the process, and not to be changed under a lane's
  // feet.
  static std::once_flag own_threads_off;
  std::call_once(own_threads_off, [] { cv::setNumThreads(1); });
  const std::string cascade = ReadText(options.cascade_file);
  for (std::size_t i = 0; i < options.lanes; ++i) {
    pipelines_.push_back(std::make_unique<FramePipeline>(cascade, options.cascade_file, options.evaluator,
                                                         facemark_, options.max_pixels));
  }
  open_lanes_ = pipelines_.size();
}

Engine::~Engine() {
  Close({});
  for (std::thread& thread : threads_) thread.join();
}

Engine::Submission Engine::Submit(std::unique_ptr<FrameJob>& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Submission::kClosed;
    if (waiting_.size() + running_ >= pipelines_.size() + queue_limit_) return Submission::kQueueFull;
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

void Engine::RunLane(FramePipeline& pipeline) {
  while (std::unique_ptr<FrameJob> job = NextJob()) {
    FrameJob& work = *job;
    work.Run(pipeline, std::move(job));
    const std::lock_guard lock(mutex_);
    --running_;
  }
  LeaveLane();
}

std::unique_ptr<FrameJob> Engine::NextJob() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  if (closed_) return nullptr;
  std::unique_ptr<FrameJob> job = std::move(waiting_.front());
  waiting_.pop_front();
  ++running_;
  return job;
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
