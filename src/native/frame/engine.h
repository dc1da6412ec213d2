#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "frame/frame_pipeline.h"

namespace emochat {

/// A frame to be analysed. It is run once, on some lane, or given back unrun when the engine closes.
class FrameJob {
 public:
  FrameJob() = default;
  virtual ~FrameJob() = default;
  FrameJob(const FrameJob&) = delete;
  FrameJob& operator=(const FrameJob&) = delete;

  /// Hands itself on when done; the engine has let go of it by then. Must not throw.
  virtual void Run(FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept = 0;
};

struct EngineOptions {
  std::string cascade_file;
  CascadeEvaluator evaluator = CascadeEvaluator::kVectorised;
  /// Compact or YAML; empty for none.
  std::string facemark_file;
  /// Empty for none; one of the two there must be.
  std::string refiner_file;
  /// Frames worked on at once, one thread each; at least one.
  std::size_t lanes = 1;
  /// Frames that may wait while all lanes work.
  std::size_t queue_limit = 0;
  std::uint64_t max_pixels = 0;
};

/// Lanes that work on frames side by side: a thread and buffers each; one model, one bounded queue for all. A
/// lane that finds no frame waiting helps with a frame of another one, part by part, until one waits. Its
/// methods may be called from any thread.
class Engine {
 public:
  enum class Submission { kAccepted, kQueueFull, kClosed };

  /// Reads the model files and starts the lanes. Throws ModelFileError or LaneError.
  explicit Engine(const EngineOptions& options);
  /// Closes, waits for the frames under way and ends the lanes.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Takes the job only if it is accepted.
  Submission Submit(std::unique_ptr<FrameJob>& job);

  /// Takes no more jobs and gives back those that no lane has begun. `when_idle` is called once, on a lane's
  /// thread, when the last frame under way is done. Only the first call does anything.
  std::deque<std::unique_ptr<FrameJob>> Close(std::function<void()> when_idle);

  [[nodiscard]] std::size_t landmarks() const { return models_.landmarks(); }
  /// Whether a facemark makes the first fit, and whether a refiner goes on from there.
  [[nodiscard]] bool has_facemark() const { return models_.facemark != nullptr; }
  [[nodiscard]] bool has_refiner() const { return models_.refiner != nullptr; }
  [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }

  /// Parts of frames that lanes have done for other lanes until now.
  [[nodiscard]] std::uint64_t parts_helped() const;

 private:
  class Lane;
  struct SharedFrame;

  /// Reads the model files only.
  Engine(const EngineOptions& options, LandmarkModels models);

  void RunLane(Lane& lane);
  /// Both are called and return with `lock` held, and let go of it while they work.
  void RunFrame(Lane& lane, std::unique_lock<std::mutex>& lock);
  void HelpWithPart(std::unique_lock<std::mutex>& lock);
  void RunShared(SharedFrame& frame, std::size_t threads);
  void Offer(SharedFrame& frame, std::size_t helpers);
  void RunPart(SharedFrame& frame, std::unique_lock<std::mutex>& lock);
  void LeaveLane();

  LandmarkModels models_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::size_t queue_limit_;

  mutable std::mutex mutex_;
  /// A frame waits, a part waits, or the engine is closed.
  std::condition_variable changed_;
  std::deque<std::unique_ptr<FrameJob>> waiting_;
  /// Frames with parts that no lane has begun, the oldest first.
  std::vector<SharedFrame*> shared_;
  std::size_t running_ = 0;
  std::size_t idle_lanes_ = 0;
  std::size_t open_lanes_ = 0;
  std::uint64_t parts_helped_ = 0;
  bool closed_ = false;
  std::function<void()> when_idle_;

  std::vector<std::thread> threads_;
};

}  // namespace emochat
