// Measures the project's face detector against OpenCV's, and checks that both find the same.
//
// usage: bench_detection CASCADE FACEMARK ROUNDS THREADS PICTURE...
//        bench_detection CASCADE FACEMARK ROUNDS targets PICTURE...
//
// What a detector does once for pictures of another size is done before the clock starts.
// In each round every contestant searches the picture once, one after the other. One JSON line a picture,
// with the time of every round in milliseconds: "ours" and "opencv" the thread's own processor time on one
// thread; and, unless THREADS is 1, the time that passes: "opencv_all" on that many threads, "ours_lane" in
// an engine of one lane and "ours_all" in one of that many. What goes through an engine is grey already, and
// its faces get their landmarks, too. "targets": ours alone, on every instruction set that it was built for
// and this processor has.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/objdetect.hpp>

#include "../../tests/support/native/clocks.h"
#include "../../tests/support/native/files.h"
#include "../../tests/support/native/json_line.h"
#include "faces/cascade_detector.h"
#include "faces/face_detector.h"
#include "frame/engine.h"

namespace {

constexpr double kScaleFactor = 1.1;
constexpr int kMinNeighbours = 5;

using Rects = std::vector<cv::Rect>;

/// Rectangles in an order that does not depend on who found them: OpenCV's own changes with its threads.
Rects Sorted(Rects rects) {
  std::sort(rects.begin(), rects.end(), [](const cv::Rect& a, const cv::Rect& b) {
    return std::tie(a.x, a.y, a.width, a.height) < std::tie(b.x, b.y, b.width, b.height);
  });
  return rects;
}

/// A grey picture on its way through an engine.
class GreyFrame : public emochat::FrameJob {
 public:
  GreyFrame(const cv::Mat& grey, std::promise<Rects>& faces) : grey_(grey), faces_(faces) {}

  void Run(emochat::FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept override {
    const std::vector<std::int32_t> boxes =
        pipeline.AnalyzePixels({grey_.data, grey_.total()}, grey_.cols, grey_.rows, 1).boxes;
    Rects faces;
    for (std::size_t i = 0; i < boxes.size(); i += 4) {
      faces.emplace_back(boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]);
    }
    std::promise<Rects>& promise = faces_;
    self.reset();
    promise.set_value(std::move(faces));
  }

 private:
  const cv::Mat& grey_;
  std::promise<Rects>& faces_;
};

/// Lanes that search one picture together.
class Lanes {
 public:
  Lanes(const std::string& cascade, const std::string& facemark, int lanes)
      : engine_({.cascade_file = cascade,
                 .facemark_file = facemark,
                 .lanes = static_cast<std::size_t>(lanes),
                 .queue_limit = 1,
                 .max_pixels = std::uint64_t{1} << 30U}) {}

  Rects Detect(const cv::Mat& grey) {
    std::promise<Rects> faces;
    std::unique_ptr<emochat::FrameJob> frame = std::make_unique<GreyFrame>(grey, faces);
    if (engine_.Submit(frame) != emochat::Engine::Submission::kAccepted) std::abort();
    return faces.get_future().get();
  }

 private:
  emochat::Engine engine_;
};

class DetectionBench {
 public:
  DetectionBench(const std::string& cascade, const std::string& facemark, int rounds, int threads)
      : ours_(emochat::FaceCascade(support::ReadText(cascade), cascade,
                                   emochat::CascadeEvaluator::kVectorised)),
        windows_(emochat::ReadCascade(support::ReadText(cascade), cascade)),
        theirs_(cascade),
        rounds_(rounds),
        threads_(threads) {
    if (threads == 1) return;
    one_lane_.emplace(cascade, facemark, 1);
    all_lanes_.emplace(cascade, facemark, threads);
  }

  void Compare(const std::string& file) {
    const cv::Mat grey = support::ReadGrey(file);
    std::vector<double> ours;
    std::vector<double> opencv;
    std::vector<double> ours_lane;
    std::vector<double> ours_all;
    std::vector<double> opencv_all;
    Rects our_faces;
    Rects their_faces;
    bool identical = SameWindows(grey);
    ours_.Detect(grey, thread_);
    if (threads_ > 1) identical = identical && one_lane_->Detect(grey) == all_lanes_->Detect(grey);
    for (int round = 0; round < rounds_; ++round) {
      ours.push_back(support::ThreadTimeOf([&] { our_faces = ours_.Detect(grey, thread_); }));
      opencv.push_back(support::ThreadTimeOf([&] { OpencvDetect(grey, their_faces); }));
      identical = identical && Sorted(our_faces) == Sorted(their_faces);
      if (threads_ == 1) continue;
      ours_lane.push_back(support::WallTimeOf([&] { one_lane_->Detect(grey); }));
      ours_all.push_back(support::WallTimeOf([&] { our_faces = all_lanes_->Detect(grey); }));
      cv::setNumThreads(threads_);
      opencv_all.push_back(support::WallTimeOf([&] { OpencvDetect(grey, their_faces); }));
      cv::setNumThreads(1);
      identical = identical && Sorted(our_faces) == Sorted(their_faces);
    }
    support::JsonLine line;
    line.Text("file", file).Number("width", grey.cols).Number("height", grey.rows);
    line.Number("faces", static_cast<double>(our_faces.size())).Flag("identical", identical);
    line.Numbers("ours", ours).Numbers("opencv", opencv);
    line.Numbers("ours_lane", ours_lane).Numbers("ours_all", ours_all).Numbers("opencv_all", opencv_all);
  }

  void TimeTargets(const std::string& file) {
    const cv::Mat grey = support::ReadGrey(file);
    ours_.Detect(grey, thread_);
    const std::vector<std::int64_t> targets = emochat::SearchTargets();
    std::vector<std::vector<double>> times(targets.size());
    for (int round = 0; round < rounds_; ++round) {
      for (std::size_t i = 0; i < targets.size(); ++i) {
        hwy::SetSupportedTargetsForTest(targets[i]);
        times[i].push_back(support::ThreadTimeOf([&] { ours_.Detect(grey, thread_); }));
      }
    }
    hwy::SetSupportedTargetsForTest(0);
    support::JsonLine line;
    line.Text("file", file).Number("width", grey.cols).Number("height", grey.rows);
    for (std::size_t i = 0; i < targets.size(); ++i) line.Numbers(hwy::TargetName(targets[i]), times[i]);
  }

 private:
  void OpencvDetect(const cv::Mat& grey, Rects& faces) {
    theirs_.detectMultiScale(grey, faces, kScaleFactor, kMinNeighbours);
  }

  /// Whether the windows that pass are the same, too, and in the same order, before they are grouped to
  /// faces.
  bool SameWindows(const cv::Mat& grey) {
    Rects ours = windows_.FindWindows(grey, {.scale_factor = kScaleFactor, .min_size = {}, .max_size = {}});
    for (cv::Rect& window : ours) window &= cv::Rect({0, 0}, grey.size());
    Rects theirs;
    theirs_.detectMultiScale(grey, theirs, kScaleFactor, 0);
    return ours == theirs;
  }

  emochat::SingleThread thread_;
  emochat::FaceDetector ours_;
  emochat::CascadeDetector windows_;
  cv::CascadeClassifier theirs_;
  std::optional<Lanes> one_lane_;
  std::optional<Lanes> all_lanes_;
  int rounds_;
  int threads_;
};

int Run(const std::vector<std::string>& arguments) {
  const bool targets = arguments[3] == "targets";
  const int threads = targets ? 1 : std::atoi(arguments[3].c_str());
  DetectionBench bench(arguments[0], arguments[1], std::atoi(arguments[2].c_str()), threads);
  for (std::size_t i = 4; i < arguments.size(); ++i) {
    if (targets) {
      bench.TimeTargets(arguments[i]);
    } else {
      bench.Compare(arguments[i]);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  cv::setNumThreads(1);
  try {
    return Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
