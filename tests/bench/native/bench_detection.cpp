// Measures the project's face detector against OpenCV's, and checks that both find the same.
//
// usage: bench_detection CASCADE ROUNDS THREADS PICTURE...
//        bench_detection CASCADE ROUNDS targets PICTURE...
//
// What a detector does once for pictures of another size is done before the clock starts.
// In each round every contestant searches the picture once, one after the other. One JSON line a picture,
// with the time of every round in milliseconds: "ours" and "opencv" the thread's own processor time on one
// thread; "ours_all" and "opencv_all", unless THREADS is 1, the time that passes on that many threads.
// "targets": ours alone, on every instruction set that it was built for and this processor has.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <tuple>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/objdetect.hpp>

#include "../../support/native/clocks.h"
#include "../../support/native/files.h"
#include "../../support/native/json_line.h"
#include "cascade_detector.h"
#include "face_detector.h"

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

class DetectionBench {
 public:
  DetectionBench(const std::string& cascade, int rounds, int threads)
      : ours_(support::ReadText(cascade), cascade, emochat::CascadeEvaluator::kVectorised),
        windows_(emochat::ReadCascade(support::ReadText(cascade), cascade)),
        theirs_(cascade),
        rounds_(rounds),
        threads_(threads) {}

  void Compare(const std::string& file) {
    const cv::Mat grey = support::ReadGrey(file);
    std::vector<double> ours;
    std::vector<double> opencv;
    std::vector<double> opencv_all;
    Rects our_faces;
    Rects their_faces;
    bool identical = SameWindows(grey);
    ours_.Detect(grey);
    for (int round = 0; round < rounds_; ++round) {
      ours.push_back(support::ThreadTimeOf([&] { our_faces = ours_.Detect(grey); }));
      opencv.push_back(support::ThreadTimeOf([&] { OpencvDetect(grey, their_faces); }));
      identical = identical && Sorted(our_faces) == Sorted(their_faces);
      if (threads_ == 1) continue;
      cv::setNumThreads(threads_);
      opencv_all.push_back(support::WallTimeOf([&] { OpencvDetect(grey, their_faces); }));
      cv::setNumThreads(1);
      identical = identical && Sorted(our_faces) == Sorted(their_faces);
    }
    support::JsonLine line;
    line.Text("file", file).Number("width", grey.cols).Number("height", grey.rows);
    line.Number("faces", static_cast<double>(our_faces.size())).Flag("identical", identical);
    line.Numbers("ours", ours).Numbers("opencv", opencv).Numbers("opencv_all", opencv_all);
  }

  void TimeTargets(const std::string& file) {
    const cv::Mat grey = support::ReadGrey(file);
    ours_.Detect(grey);
    const std::vector<std::int64_t> targets = emochat::SearchTargets();
    std::vector<std::vector<double>> times(targets.size());
    for (int round = 0; round < rounds_; ++round) {
      for (std::size_t i = 0; i < targets.size(); ++i) {
        hwy::SetSupportedTargetsForTest(targets[i]);
        times[i].push_back(support::ThreadTimeOf([&] { ours_.Detect(grey); }));
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

  emochat::FaceDetector ours_;
  emochat::CascadeDetector windows_;
  cv::CascadeClassifier theirs_;
  int rounds_;
  int threads_;
};

int Run(const std::vector<std::string>& arguments) {
  const bool targets = arguments[2] == "targets";
  const int threads = targets ? 1 : std::atoi(arguments[2].c_str());
  DetectionBench bench(arguments[0], std::atoi(arguments[1].c_str()), threads);
  for (std::size_t i = 3; i < arguments.size(); ++i) {
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
  if (argc < 5) return 2;
  cv::setNumThreads(1);
  try {
    return Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
