// Measures the native way of a frame, JPEG bytes to landmarks, against OpenCV's functions for the same, each
// on one thread, as a whole and stage by stage.
//
// usage: bench_frame CASCADE FACEMARK ROUNDS PICTURE...
//
// FACEMARK is OpenCV's YAML file. In each round both analyse the picture once, one after the other, and then
// ours once more stage by stage. One JSON line a picture, with the thread's own processor time of every round
// in milliseconds, whether both found the same faces, and the largest distance of a landmark's coordinate in
// pixels.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <opencv2/face.hpp>
#include <opencv2/objdetect.hpp>

#include "../../tests/support/native/clocks.h"
#include "../../tests/support/native/files.h"
#include "../../tests/support/native/json_line.h"
#include "frame/frame_pipeline.h"

namespace {

constexpr double kScaleFactor = 1.1;
constexpr int kMinNeighbours = 5;
constexpr std::uint64_t kMaxPixels = 25'000'000;

using emochat::CascadeEvaluator;
using emochat::FrameResult;
using Landmarks = std::vector<std::vector<cv::Point2f>>;
using Times = std::map<std::string, std::vector<double>>;

std::span<const std::uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// OpenCV's functions, one after the other, as the original calls them.
class OpencvFrame {
 public:
  OpencvFrame(const std::string& cascade, const std::string& facemark)
      : cascade_(cascade), facemark_(cv::face::FacemarkLBF::create()) {
    facemark_->loadModel(facemark);
  }

  void Analyze(const std::string& bytes, Times& times) {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    double decode = support::ThreadTimeOf([&] {
      cv::imdecode(encoded, cv::IMREAD_COLOR, &colour_);
      cv::cvtColor(colour_, grey_, cv::COLOR_BGR2GRAY);
    });
    const double detect = support::ThreadTimeOf(
        [&] { cascade_.detectMultiScale(grey_, faces_, kScaleFactor, kMinNeighbours); });
    landmarks_.clear();
    const double fit = support::ThreadTimeOf([&] {
      if (!faces_.empty()) facemark_->fit(grey_, faces_, landmarks_);
    });
    times["opencv_decode"].push_back(decode);
    times["opencv_detect"].push_back(detect);
    times["opencv_landmarks"].push_back(fit);
    times["opencv"].push_back(decode + detect + fit);
  }

  [[nodiscard]] const std::vector<cv::Rect>& faces() const { return faces_; }
  [[nodiscard]] const Landmarks& landmarks() const { return landmarks_; }

 private:
  cv::CascadeClassifier cascade_;
  cv::Ptr<cv::face::Facemark> facemark_;
  cv::Mat colour_;
  cv::Mat grey_;
  std::vector<cv::Rect> faces_;
  Landmarks landmarks_;
};

/// Our stages, called one by one.
class OurStages {
 public:
  OurStages(const std::string& cascade, const std::shared_ptr<const emochat::FacemarkModel>& facemark)
      : decoder_(kMaxPixels),
        detector_(emochat::FaceCascade(support::ReadText(cascade), cascade, CascadeEvaluator::kVectorised)),
        fitter_(facemark),
        landmarks_(facemark->shape().coordinates()) {}

  void Analyze(const std::string& bytes, Times& times) {
    const cv::Mat* grey = nullptr;
    std::vector<cv::Rect> faces;
    times["decode"].push_back(support::ThreadTimeOf([&] { grey = &decoder_.DecodeGrey(BytesOf(bytes)); }));
    times["detect"].push_back(support::ThreadTimeOf([&] { faces = detector_.Detect(*grey, thread_); }));
    times["landmarks"].push_back(support::ThreadTimeOf([&] {
      for (const cv::Rect& face : faces) fitter_.Fit(*grey, face, landmarks_);
    }));
  }

 private:
  emochat::ImageDecoder decoder_;
  emochat::SingleThread thread_;
  emochat::FaceDetector detector_;
  emochat::FacemarkFitter fitter_;
  std::vector<float> landmarks_;
};

/// How many of OpenCV's faces are not among ours, or the other way round.
std::size_t FacesApart(const FrameResult& ours, const OpencvFrame& theirs, std::vector<std::size_t>& match) {
  const std::size_t count = ours.boxes.size() / 4;
  std::size_t found = 0;
  match.assign(theirs.faces().size(), count);
  for (std::size_t k = 0; k < theirs.faces().size(); ++k) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto* const box = &ours.boxes[4 * i];
      if (theirs.faces()[k] == cv::Rect(box[0], box[1], box[2], box[3])) match[k] = i;
    }
    if (match[k] < count) ++found;
  }
  return count + theirs.faces().size() - 2 * found;
}

/// The largest distance of a coordinate, over the faces that both found.
double FarthestLandmark(const FrameResult& ours, const OpencvFrame& theirs,
                        const std::vector<std::size_t>& match) {
  const std::size_t count = ours.boxes.size() / 4;
  double farthest = 0;
  for (std::size_t k = 0; k < match.size(); ++k) {
    if (match[k] == count) continue;
    const std::vector<cv::Point2f>& points = theirs.landmarks()[k];
    const float* const mine = &ours.landmarks[match[k] * 2 * points.size()];
    for (std::size_t p = 0; p < points.size(); ++p) {
      farthest = std::max({farthest, std::abs(static_cast<double>(points[p].x - mine[2 * p])),
                           std::abs(static_cast<double>(points[p].y - mine[2 * p + 1]))});
    }
  }
  return farthest;
}

class FrameBench {
 public:
  FrameBench(const std::string& cascade, const std::string& facemark, int rounds)
      : model_(emochat::FacemarkModel::Load(facemark)),
        pipeline_(emochat::FaceCascade(support::ReadText(cascade), cascade, CascadeEvaluator::kVectorised),
                  emochat::LandmarkModels{.facemark = model_, .refiner = nullptr}, kMaxPixels, thread_),
        stages_(cascade, model_),
        theirs_(cascade, facemark),
        rounds_(rounds) {}

  void Compare(const std::string& file) {
    const std::string bytes = support::ReadText(file);
    Times times;
    FrameResult result = Warm(bytes);
    for (int round = 0; round < rounds_; ++round) {
      times["ours"].push_back(
          support::ThreadTimeOf([&] { result = pipeline_.AnalyzeEncoded(BytesOf(bytes)); }));
      theirs_.Analyze(bytes, times);
      stages_.Analyze(bytes, times);
    }
    std::vector<std::size_t> match;
    const std::size_t apart = FacesApart(result, theirs_, match);
    support::JsonLine line;
    line.Text("file", file).Number("width", result.width).Number("height", result.height);
    line.Number("faces", static_cast<double>(result.boxes.size()) / 4).Flag("identical", apart == 0);
    line.Number("farthest_px", FarthestLandmark(result, theirs_, match));
    for (const auto& [name, values] : times) line.Numbers(name, values);
  }

 private:
  /// Everybody sees the picture once before the clock starts.
  FrameResult Warm(const std::string& bytes) {
    Times unused;
    theirs_.Analyze(bytes, unused);
    stages_.Analyze(bytes, unused);
    return pipeline_.AnalyzeEncoded(BytesOf(bytes));
  }

  std::shared_ptr<const emochat::FacemarkModel> model_;
  emochat::SingleThread thread_;
  emochat::FramePipeline pipeline_;
  OurStages stages_;
  OpencvFrame theirs_;
  int rounds_;
};

int Run(const std::vector<std::string>& arguments) {
  FrameBench bench(arguments[0], arguments[1], std::atoi(arguments[2].c_str()));
  for (std::size_t i = 3; i < arguments.size(); ++i) bench.Compare(arguments[i]);
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
