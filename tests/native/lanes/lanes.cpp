// Drives the engine without Node, for what its tests have to see from within; see usage below. Every line it
// prints is "name value".

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iterator>
#include <latch>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "frame/engine.h"

namespace {

constexpr const char* kUsage =
    "usage: lanes MODE ROUNDS CASCADE FACEMARK PICTURE...\n"
    "same         pictures of many sizes on 1, 2 and 4 lanes: how many answers differ from those on one, and "
    "how\n"
    "             many parts lanes did for other lanes\n"
    "alone        parts done for other lanes while one frame after the other is alone\n"
    "load         parts done for other lanes while frames wait\n"
    "memory       the same as alone, while memory runs out now and then: how many frames were refused and "
    "how\n"
    "             many answers differ\n"
    "close        engines that are closed at any moment: how many frames were neither answered nor given "
    "back\n"
    "allocations  allocations a frame, by size of picture\n";

/// What operator new counts and refuses.
std::atomic<std::int64_t> allocations{0};
/// The allocation that fails, counted down from here; none if it is not above zero.
std::atomic<std::int64_t> failing_allocation{0};

void* Allocate(std::size_t size) {
  ++allocations;
  if (failing_allocation > 0 && --failing_allocation == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size);
}
void* operator new[](std::size_t size) {
  return Allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using emochat::Engine;
using emochat::EngineOptions;
using emochat::FrameJob;
using emochat::FramePipeline;
using emochat::FrameResult;

struct Answer {
  std::vector<std::int32_t> boxes;
  std::vector<float> landmarks;
  /// Not analysed for want of memory.
  bool refused = false;
  bool operator==(const Answer&) const = default;
};

/// A grey picture on its way through the engine.
class GreyFrame : public FrameJob {
 public:
  explicit GreyFrame(const cv::Mat& picture) : picture_(picture) {}

  void Run(FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept override {
    Answer answer;
    try {
      const auto size = picture_.total();
      FrameResult result = pipeline.AnalyzePixels({picture_.data, size}, picture_.cols, picture_.rows, 1);
      answer.boxes = std::move(result.boxes);
      answer.landmarks = std::move(result.landmarks);
    } catch (const std::bad_alloc&) {
      answer.refused = true;
    }
    const std::unique_ptr<FrameJob> ended = std::move(self);
    answer_.set_value(std::move(answer));
  }

  std::future<Answer> answer() { return answer_.get_future(); }

 private:
  const cv::Mat& picture_;
  std::promise<Answer> answer_;
};

/// Holds a lane until it is let go.
class Plug : public FrameJob {
 public:
  Plug(std::latch& held, std::latch& let_go) : held_(held), let_go_(let_go) {}

  void Run(FramePipeline&, std::unique_ptr<FrameJob> self) noexcept override {
    held_.count_down();
    let_go_.wait();
    self.reset();
  }

 private:
  std::latch& held_;
  std::latch& let_go_;
};

/// Notes how many parts were done for other lanes when its turn comes.
class Note : public FrameJob {
 public:
  explicit Note(const Engine& engine) : engine_(engine) {}

  void Run(FramePipeline&, std::unique_ptr<FrameJob> self) noexcept override {
    parts_.set_value(engine_.parts_helped());
    self.reset();
  }

  std::future<std::uint64_t> parts() { return parts_.get_future(); }

 private:
  const Engine& engine_;
  std::promise<std::uint64_t> parts_;
};

std::future<Answer> Submit(Engine& engine, const cv::Mat& picture) {
  auto frame = std::make_unique<GreyFrame>(picture);
  std::future<Answer> answer = frame->answer();
  std::unique_ptr<FrameJob> job = std::move(frame);
  if (engine.Submit(job) != Engine::Submission::kAccepted) std::abort();
  return answer;
}

class Program {
 public:
  Program(int rounds, std::string cascade, std::string facemark, const std::vector<std::string>& files)
      : rounds_(rounds), cascade_(std::move(cascade)), facemark_(std::move(facemark)) {
    for (const std::string& file : files) photos_.push_back(cv::imread(file, cv::IMREAD_GRAYSCALE));
  }

  int Run(const std::string& mode) {
    if (mode == "same") return Same();
    if (mode == "alone") return Alone();
    if (mode == "load") return Load();
    if (mode == "memory") return Memory();
    if (mode == "close") return Close();
    if (mode == "allocations") return Allocations();
    std::fputs(kUsage, stderr);
    return 2;
  }

 private:
  [[nodiscard]] EngineOptions Options(std::size_t lanes) const {
    return {.cascade_file = cascade_,
            .facemark_file = facemark_,
            .lanes = lanes,
            .queue_limit = 10'000,
            .max_pixels = 1 << 26};
  }

  /// The photos at many sizes, the ones next to each other very different, and two that are no photos.
  [[nodiscard]] std::vector<cv::Mat> Pictures() const {
    std::vector<cv::Mat> pictures;
    std::mt19937 random(3);
    constexpr int kSides[] = {640, 20, 1280, 1, 97, 320, 25, 1920, 480, 200};
    for (const cv::Mat& photo : photos_) {
      for (const int side : kSides) {
        const int height = std::max(1, side * (3 + static_cast<int>(random() % 10)) / 8);
        cv::resize(photo, pictures.emplace_back(), {side, height}, 0, 0, cv::INTER_AREA);
      }
    }
    cv::Mat& noise = pictures.emplace_back(300, 500, CV_8U);
    for (auto& pixel : cv::Mat_<std::uint8_t>(noise)) pixel = static_cast<std::uint8_t>(random());
    pictures.emplace_back(400, 300, CV_8U, cv::Scalar(128));
    return pictures;
  }

  static std::vector<Answer> OneByOne(Engine& engine, const std::vector<cv::Mat>& pictures) {
    std::vector<Answer> answers;
    for (const cv::Mat& picture : pictures) answers.push_back(Submit(engine, picture).get());
    return answers;
  }

  static std::vector<Answer> AllAtOnce(Engine& engine, const std::vector<cv::Mat>& pictures) {
    std::vector<std::future<Answer>> coming;
    for (const cv::Mat& picture : pictures) coming.push_back(Submit(engine, picture));
    std::vector<Answer> answers;
    for (auto& answer : coming) answers.push_back(answer.get());
    return answers;
  }

  int Same() {
    const std::vector<cv::Mat> pictures = Pictures();
    Engine single(Options(1));
    const std::vector<Answer> right = OneByOne(single, pictures);
    int different = AllAtOnce(single, pictures) == right ? 0 : 1;
    for (const std::size_t lanes : {2, 4}) {
      Engine engine(Options(lanes));
      different += OneByOne(engine, pictures) == right ? 0 : 1;
      std::printf("helped%zu %llu\n", lanes, static_cast<unsigned long long>(engine.parts_helped()));
      different += AllAtOnce(engine, pictures) == right ? 0 : 1;
    }
    std::printf("helped1 %llu\n", static_cast<unsigned long long>(single.parts_helped()));
    const auto faces =
        std::count_if(right.begin(), right.end(), [](const Answer& answer) { return !answer.boxes.empty(); });
    std::printf("with_faces %td\ndifferent %d\n", faces, different);
    return 0;
  }

  int Alone() {
    Engine engine(Options(2));
    for (int round = 0; round < rounds_; ++round) {
      for (const cv::Mat& photo : photos_) Submit(engine, photo).get();
    }
    std::printf("helped %llu\n", static_cast<unsigned long long>(engine.parts_helped()));
    return 0;
  }

  int Load() {
    constexpr std::size_t kLanes = 3;
    Engine engine(Options(kLanes));
    std::latch held(kLanes);
    std::latch let_go(1);
    for (std::size_t i = 0; i < kLanes; ++i) {
      std::unique_ptr<FrameJob> plug = std::make_unique<Plug>(held, let_go);
      engine.Submit(plug);
    }
    held.wait();
    std::vector<std::future<Answer>> answers;
    for (int round = 0; round < rounds_; ++round) {
      for (const cv::Mat& photo : photos_) answers.push_back(Submit(engine, photo));
    }
    auto note = std::make_unique<Note>(engine);
    std::future<std::uint64_t> parts = note->parts();
    std::unique_ptr<FrameJob> job = std::move(note);
    engine.Submit(job);
    let_go.count_down();
    std::printf("helped %llu\n", static_cast<unsigned long long>(parts.get()));
    for (auto& answer : answers) answer.get();
    return 0;
  }

  int Memory() {
    int refused = 0;
    int different = 0;
    std::uint64_t helped = 0;
    for (int round = 0; round < rounds_; ++round) {
      Engine engine(Options(3));
      const cv::Mat& photo = photos_[round % photos_.size()];
      std::future<Answer> coming;
      {
        auto frame = std::make_unique<GreyFrame>(photo);
        coming = frame->answer();
        std::unique_ptr<FrameJob> job = std::move(frame);
        failing_allocation = 1 + 200 * round / rounds_;
        engine.Submit(job);
      }
      Answer answer;
      try {
        answer = coming.get();
      } catch (const std::exception&) {
        answer.refused = true;
      }
      failing_allocation = 0;
      refused += answer.refused ? 1 : 0;
      const Answer again = Submit(engine, photo).get();
      const Answer right = Submit(engine, photo).get();
      if (again != right || again.refused || (!answer.refused && answer != right)) ++different;
      helped += engine.parts_helped();
    }
    std::printf("refused %d\nhelped %llu\ndifferent %d\n", refused, static_cast<unsigned long long>(helped),
                different);
    return 0;
  }

  int Close() {
    std::mt19937 random(5);
    int lost = 0;
    for (int round = 0; round < rounds_; ++round) {
      std::vector<std::future<Answer>> coming;
      std::size_t unrun = 0;
      std::promise<void> idle;
      {
        Engine engine(Options(1 + round % 4));
        const int frames = 1 + static_cast<int>(random() % 4);
        for (int i = 0; i < frames; ++i) coming.push_back(Submit(engine, photos_[i % photos_.size()]));
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
        if (round % 2 == 0) {
          unrun = engine.Close([&] { idle.set_value(); }).size();
          idle.get_future().wait();
        }
      }
      std::size_t answered = 0;
      for (auto& answer : coming) {
        try {
          answered += answer.get().refused ? 0 : 1;
        } catch (const std::future_error&) {
          // Its job was dropped unrun.
          if (round % 2 == 1) ++unrun;
        }
      }
      if (answered + unrun != coming.size()) ++lost;
    }
    std::printf("lost %d\n", lost);
    return 0;
  }

  int Allocations() {
    for (const std::size_t lanes : {1, 2}) {
      Engine engine(Options(lanes));
      for (const cv::Size& size : {cv::Size(320, 240), cv::Size(640, 480), cv::Size(1280, 720)}) {
        std::vector<cv::Mat> pictures;
        for (const cv::Mat& photo : photos_) cv::resize(photo, pictures.emplace_back(), size);
        OneByOne(engine, pictures);
        OneByOne(engine, pictures);
        const std::int64_t before = allocations;
        for (int round = 0; round < rounds_; ++round) {
          for (const cv::Mat& picture : pictures) Submit(engine, picture).get();
        }
        std::printf(
            "lanes%zu_%dx%d %.1f\n", lanes, size.width, size.height,
            static_cast<double>(allocations - before) / static_cast<double>(rounds_ * pictures.size()));
      }
    }
    return 0;
  }

  int rounds_;
  std::string cascade_;
  std::string facemark_;
  std::vector<cv::Mat> photos_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return Program(std::atoi(argv[2]), argv[3], argv[4], {argv + 5, argv + argc}).Run(argv[1]);
}
