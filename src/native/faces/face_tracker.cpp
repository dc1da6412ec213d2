#include "faces/face_tracker.h"

#include <algorithm>

namespace emochat {
namespace {

constexpr int kMostNearLooks = 14;
constexpr double kLongestNear = 1000;
/// So long a face that is not found keeps its id, in looks.
constexpr int kLongestMissing = 15;
/// Boxes that have less in common belong to two faces.
constexpr double kLeastOverlap = 0.3;

/// Intersection over union.
double Overlap(const cv::Rect& a, const cv::Rect& b) {
  const double both = (a & b).area();
  return both / (static_cast<double>(a.area()) + b.area() - both);
}

}  // namespace

const std::vector<TrackedFace>& FaceTracker::Look(const cv::Mat& grey, double at, FaceDetector& detector,
                                                  PartRunner& runner) {
  if (!MustLookEverywhere(grey.size(), at) && LookNear(grey, detector, runner)) return faces_;
  return LookEverywhere(grey, at, detector, runner);
}

const std::vector<TrackedFace>& FaceTracker::LookEverywhere(const cv::Mat& grey, double at,
                                                            FaceDetector& detector, PartRunner& runner) {
  if (grey.size() != picture_) known_.clear();
  picture_ = grey.size();
  everywhere_at_ = at;
  near_looks_ = 0;
  Name(detector.Detect(grey, runner));
  Remember();
  return faces_;
}

bool FaceTracker::BeginsToDoubt(bool landmarks_wrong) {
  const bool begins = landmarks_wrong && !landmarks_wrong_;
  landmarks_wrong_ = landmarks_wrong;
  return begins;
}

bool FaceTracker::MustLookEverywhere(const cv::Size& picture, double at) const {
  const bool recent = at >= everywhere_at_ && at < everywhere_at_ + kLongestNear;
  return faces_.empty() || picture != picture_ || !recent || near_looks_ >= kMostNearLooks;
}

/// Returns false if a face was not found again; nothing is changed then.
bool FaceTracker::LookNear(const cv::Mat& grey, FaceDetector& detector, PartRunner& runner) {
  boxes_.clear();
  for (const TrackedFace& face : faces_) boxes_.push_back(face.box);
  region_.Surround(boxes_);
  Name(detector.DetectNear(grey, region_, runner));
  if (!AllFollowed()) return false;
  ++near_looks_;
  Remember();
  return true;
}

void FaceTracker::Name(const std::vector<cv::Rect>& boxes) {
  struct Pair {
    double overlap;
    std::size_t known;
    std::size_t box;
  };
  const std::size_t count = std::min(boxes.size(), kMostFaces);
  std::vector<Pair> pairs;
  for (std::size_t known = 0; known < known_.size(); ++known) {
    for (std::size_t box = 0; box < count; ++box) {
      const double overlap = Overlap(known_[known].face.box, boxes[box]);
      if (overlap >= kLeastOverlap) pairs.push_back({overlap, known, box});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
  faces_.assign(count, {});
  std::vector<bool> taken(known_.size());
  for (const Pair& pair : pairs) {
    if (taken[pair.known] || faces_[pair.box].id != 0) continue;
    taken[pair.known] = true;
    faces_[pair.box].id = known_[pair.known].face.id;
  }
  for (std::size_t box = 0; box < count; ++box) faces_[box].box = boxes[box];
}

bool FaceTracker::AllFollowed() const {
  return std::all_of(known_.begin(), known_.end(), [this](const Known& known) {
    return known.missing > 0 || std::any_of(faces_.begin(), faces_.end(), [&](const TrackedFace& face) {
             return face.id == known.face.id;
           });
  });
}

/// Gives new faces their ids and forgets those that have long been missing.
void FaceTracker::Remember() {
  for (TrackedFace& face : faces_) {
    if (face.id == 0) face.id = ++last_id_;
  }
  std::erase_if(known_, [this](Known& known) {
    ++known.missing;
    return known.missing > kLongestMissing ||
           std::any_of(faces_.begin(), faces_.end(),
                       [&](const TrackedFace& face) { return face.id == known.face.id; });
  });
  for (const TrackedFace& face : faces_) known_.push_back({face, 0});
  // The longest missing come first.
  constexpr std::size_t kMostKnown = 2 * kMostFaces;
  if (known_.size() > kMostKnown) known_.erase(known_.begin(), known_.end() - kMostKnown);
}

}  // namespace emochat
