#pragma once

#include <cstdint>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "faces/face_detector.h"
#include "faces/search_region.h"

namespace emochat {

/// A face that is followed.
struct TrackedFace {
  /// The same as long as it is followed; from 1 up.
  std::int32_t id = 0;
  /// Bounding box in pixels.
  cv::Rect box;
};

/// Follows the faces of one stream of pictures. Between two looks at the whole picture it searches only where
/// the faces just were and about as large (SearchRegion): a near look gives the faces that the full search's
/// windows of that region make up.
///
/// It looks at the whole picture at least once a second and every fifteenth time; when nobody is followed;
/// and at once when a face is not found where it was, or its landmarks begin to look wrong.
class FaceTracker {
 public:
  /// Looks for the faces in the stream's next picture. `at`: when it was taken, in milliseconds of the
  /// stream's own clock. At most kMostFaces, in the detector's order; valid until the next look.
  const std::vector<TrackedFace>& Look(const cv::Mat& grey, double at, FaceDetector& detector,
                                       PartRunner& runner);

  /// The same for the whole picture, whatever was known.
  const std::vector<TrackedFace>& LookEverywhere(const cv::Mat& grey, double at, FaceDetector& detector,
                                                 PartRunner& runner);

  /// Whether the last look was at the whole picture.
  [[nodiscard]] bool looked_everywhere() const { return near_looks_ == 0; }

  /// Tells it whether landmarks of the last look are wrong. Returns whether they have just begun to be, so
  /// that a look at the whole picture is called for.
  bool BeginsToDoubt(bool landmarks_wrong);

  static constexpr std::size_t kMostFaces = 64;

 private:
  /// A face and for how many looks it has not been found.
  struct Known {
    TrackedFace face;
    int missing = 0;
  };

  [[nodiscard]] bool MustLookEverywhere(const cv::Size& picture, double at) const;
  bool LookNear(const cv::Mat& grey, FaceDetector& detector, PartRunner& runner);
  /// Names the boxes after the faces that they overlap most.
  void Name(const std::vector<cv::Rect>& boxes);
  [[nodiscard]] bool AllFollowed() const;
  void Remember();

  std::vector<Known> known_;
  std::vector<TrackedFace> faces_;
  SearchRegion region_;
  std::vector<cv::Rect> boxes_;
  cv::Size picture_;
  double everywhere_at_ = 0;
  int near_looks_ = 0;
  std::int32_t last_id_ = 0;
  bool landmarks_wrong_ = false;
};

}  // namespace emochat
