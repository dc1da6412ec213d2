#include "faces/face_detector.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <opencv2/core/persistence.hpp>

#include "base/errors.h"
#include "cascade/cascade_file.h"

namespace emochat {
namespace {

constexpr double kScaleFactor = 1.1;

constexpr int kMinNeighbours = 5;
constexpr double kGroupEpsilon = 0.2;

/// The level at which a window was found: the first whose windows are no smaller. What OpenCV clips off at an
/// edge is less than the step from one level to the next.
const PyramidLevel& LevelOf(const cv::Rect& window, const Pyramid& pyramid) {
  const auto level =
      std::find_if(pyramid.levels.begin(), pyramid.levels.end(), [&](const PyramidLevel& candidate) {
        return candidate.window.width >= window.width && candidate.window.height >= window.height;
      });
  return level == pyramid.levels.end() ? pyramid.levels.back() : *level;
}

std::unique_ptr<cv::CascadeClassifier> OpencvClassifier(const std::string& xml, const std::string& name) {
  const std::string text = CascadeFileText(ParseCascadeFile(xml, name));
  try {
    const cv::FileStorage storage(text, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    auto classifier = std::make_unique<cv::CascadeClassifier>();
    if (!classifier->read(storage.getFirstTopLevelNode())) {
      throw ModelFileError(name + ": OpenCV does not take it for a cascade");
    }
    return classifier;
  } catch (const cv::Exception& error) {
    throw ModelFileError(name + ": " + error.err);
  }
}

}  // namespace

FaceCascade::FaceCascade(std::string text, std::string file, CascadeEvaluator evaluator)
    : name(std::move(file)) {
  if (evaluator == CascadeEvaluator::kVectorised) {
    prepared = std::make_shared<const PreparedCascade>(ReadCascade(text, name));
  } else {
    xml = std::move(text);
  }
}

FaceDetector::FaceDetector(const FaceCascade& cascade) {
  if (cascade.prepared) {
    detector_ = std::make_unique<CascadeDetector>(cascade.prepared);
    window_ = {detector_->model().width, detector_->model().height};
  } else {
    classifier_ = OpencvClassifier(cascade.xml, cascade.name);
    window_ = classifier_->getOriginalWindowSize();
  }
}

const std::vector<cv::Rect>& FaceDetector::Detect(const cv::Mat& grey, PartRunner& runner) {
  SortByStripes(FindWindows(grey, nullptr, runner));
  return GroupWindows(grey.size());
}

const std::vector<cv::Rect>& FaceDetector::DetectNear(const cv::Mat& grey, const SearchRegion& region,
                                                      PartRunner& runner) {
  SortByStripes(FindWindows(grey, &region, runner));
  std::erase_if(windows_, [&](const cv::Rect& window) { return !region.Holds(window); });
  return GroupWindows(grey.size());
}

const std::vector<cv::Rect>& FaceDetector::GroupWindows(const cv::Size& picture) {
  grouper_.Group(windows_, kMinNeighbours, kGroupEpsilon);
  for (cv::Rect& face : windows_) face &= cv::Rect({0, 0}, picture);
  return windows_;
}

const Pyramid& FaceDetector::FindWindows(const cv::Mat& grey, const SearchRegion* region,
                                         PartRunner& runner) {
  const SearchLimits limits{.scale_factor = kScaleFactor, .min_size = {}, .max_size = {}};
  if (detector_) {
    windows_ = region == nullptr ? detector_->FindWindows(grey, limits, runner)
                                 : detector_->FindWindowsNear(grey, limits, *region, runner);
    return detector_->pyramid();
  }
  // With no neighbours asked for, OpenCV gives the single windows that passed.
  classifier_->detectMultiScale(grey, windows_, kScaleFactor, 0);
  classifier_pyramid_.Plan(grey.size(), window_, limits);
  return classifier_pyramid_;
}

/// Puts the windows that passed into the order in which two threads in step would find them, and gives those
/// at the right and lower edge back what OpenCV has clipped off them. Within a stripe the windows come level
/// by level, row by row.
void FaceDetector::SortByStripes(const Pyramid& pyramid) {
  const int half = pyramid.stripes / 2;
  found_.clear();
  for (const cv::Rect& window : windows_) {
    const PyramidLevel& level = LevelOf(window, pyramid);
    const int stripe = cvRound(static_cast<float>(window.y) / level.scale) / level.stripe_rows;
    const int turn = stripe < half ? 2 * stripe : 2 * (stripe - half) + 1;
    found_.push_back({turn, static_cast<int>(found_.size()), cv::Rect(window.tl(), level.window)});
  }
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.turn, a.place) < std::tie(b.turn, b.place);
  });
  for (std::size_t i = 0; i < found_.size(); ++i) windows_[i] = found_[i].window;
}

}  // namespace emochat
