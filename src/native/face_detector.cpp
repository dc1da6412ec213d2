#include "face_detector.h"

#include <algorithm>
#include <utility>

#include <opencv2/core/persistence.hpp>

#include "errors.h"
#include "window_groups.h"

namespace emochat {
namespace {

constexpr double kScaleFactor = 1.1;

/// Puts the windows that passed into the order in which two threads in step would find them. OpenCV hands its
/// threads horizontal stripes, cut at every scale; within a stripe the windows come scale by scale, row by
/// row.
class StripeOrder {
 public:
  StripeOrder(const cv::Size& picture, const cv::Size& window) : picture_(picture), window_(window) {
    double factor = 1;
    while (Fits(static_cast<float>(factor))) {
      scales_.push_back(static_cast<float>(factor));
      factor *= kScaleFactor;
    }
    stripes_ = scales_.empty() ? 1 : std::max(1, cvCeil(SearchArea(1).width / 32.0));
  }

  /// Sorts the windows, and gives those at the right and lower edge back what OpenCV has clipped off them.
  void Apply(std::vector<cv::Rect>& windows) const {
    std::vector<std::pair<int, cv::Rect>> ordered;
    ordered.reserve(windows.size());
    for (const cv::Rect& window : windows) {
      const float scale = ScaleOf(window);
      ordered.emplace_back(Turn(StripeOf(window, scale)), cv::Rect(window.tl(), SizeAt(scale)));
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::transform(ordered.begin(), ordered.end(), windows.begin(),
                   [](const auto& entry) { return entry.second; });
  }

 private:
  [[nodiscard]] cv::Size SizeAt(float scale) const {
    return {cvRound(static_cast<float>(window_.width) * scale),
            cvRound(static_cast<float>(window_.height) * scale)};
  }

  [[nodiscard]] bool Fits(float scale) const {
    const cv::Size size = SizeAt(scale);
    return size.width <= picture_.width && size.height <= picture_.height;
  }

  /// The scale of a window: the smallest whose windows are no smaller. What is clipped off at an edge is less
  /// than the step from one scale to the next.
  [[nodiscard]] float ScaleOf(const cv::Rect& window) const {
    for (const float scale : scales_) {
      const cv::Size size = SizeAt(scale);
      if (size.width >= window.width && size.height >= window.height) return scale;
    }
    return scales_.back();
  }

  /// How many positions a window has in the picture reduced to a scale.
  [[nodiscard]] cv::Size SearchArea(float scale) const {
    return {std::max(cvRound(static_cast<float>(picture_.width) / scale) + 1 - window_.width, 0),
            std::max(cvRound(static_cast<float>(picture_.height) / scale) + 1 - window_.height, 0)};
  }

  [[nodiscard]] int StripeOf(const cv::Rect& window, float scale) const {
    const int step = scale >= 2 ? 1 : 2;
    const int rows = std::max((SearchArea(scale).height / step + stripes_ - 1) / stripes_, 1) * step;
    return cvRound(static_cast<float>(window.y) / scale) / rows;
  }

  [[nodiscard]] int Turn(int stripe) const {
    const int half = stripes_ / 2;
    return stripe < half ? 2 * stripe : 2 * (stripe - half) + 1;
  }

  cv::Size picture_;
  cv::Size window_;
  std::vector<float> scales_;
  int stripes_ = 1;
};

std::unique_ptr<cv::CascadeClassifier> OpencvClassifier(const std::string& xml, const std::string& name) {
  try {
    const cv::FileStorage storage(xml, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    auto classifier = std::make_unique<cv::CascadeClassifier>();
    if (!classifier->read(CheckedCascade(storage, name))) {
      throw ModelFileError(name + ": OpenCV does not take it for a cascade");
    }
    return classifier;
  } catch (const cv::Exception& error) {
    throw ModelFileError(name + ": " + error.err);
  }
}

}  // namespace

FaceDetector::FaceDetector(const std::string& xml, const std::string& name, CascadeEvaluator evaluator) {
  if (evaluator == CascadeEvaluator::kVectorised) {
    detector_ = std::make_unique<CascadeDetector>(ReadCascade(xml, name));
    window_ = {detector_->model().width, detector_->model().height};
  } else {
    classifier_ = OpencvClassifier(xml, name);
    window_ = classifier_->getOriginalWindowSize();
  }
}

std::vector<cv::Rect> FaceDetector::Windows(const cv::Mat& grey) {
  if (detector_)
    return detector_->FindWindows(grey, {.scale_factor = kScaleFactor, .min_size = {}, .max_size = {}});
  std::vector<cv::Rect> windows;
  // With no neighbours asked for, OpenCV gives the single windows that passed.
  classifier_->detectMultiScale(grey, windows, kScaleFactor, 0);
  return windows;
}

std::vector<cv::Rect> FaceDetector::Detect(const cv::Mat& grey) {
  constexpr int kMinNeighbours = 5;
  constexpr double kGroupEpsilon = 0.2;
  std::vector<cv::Rect> faces = Windows(grey);
  StripeOrder(grey.size(), window_).Apply(faces);
  GroupWindows(faces, kMinNeighbours, kGroupEpsilon);
  const cv::Rect picture({0, 0}, grey.size());
  for (cv::Rect& face : faces) face &= picture;
  return faces;
}

}  // namespace emochat
