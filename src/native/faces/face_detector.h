#pragma once

#include <memory>
#include <string>
#include <vector>

#include <opencv2/objdetect.hpp>

#include "faces/cascade_detector.h"
#include "faces/window_groups.h"

namespace emochat {

/// What looks for faces in a picture. Both give the same answer.
enum class CascadeEvaluator {
  /// Many windows at a time (CascadeDetector): the fast one.
  kVectorised,
  /// OpenCV's classifier: the yardstick, and what evaluates cascades of any kind.
  kOpencv,
};

/// A cascade file, read for one of the evaluators; any number of detectors may use it at once.
struct FaceCascade {
  /// Reads `xml`, the text of an OpenCV cascade file in its new format. `name` stands for it in errors.
  ///
  /// Throws ModelFileError if it is none, points outside itself, or holds what the evaluator does not
  /// evaluate.
  FaceCascade(std::string xml, std::string name, CascadeEvaluator evaluator);

  /// For the vectorised evaluator.
  std::shared_ptr<const PreparedCascade> prepared;
  /// For OpenCV's classifier, of which every detector needs one of its own.
  std::string xml;
  std::string name;
};

/// Finds faces with a cascade (Viola and Jones, CVPR 2001). One picture at a time: it keeps its buffers.
class FaceDetector {
 public:
  explicit FaceDetector(const FaceCascade& cascade);

  /// Bounding boxes of the faces in pixels, the same as OpenCV's detectMultiScale gives: scale factor 1.1, 5
  /// neighbours, no limit of size. Valid until the next call. `runner`: who does the work; OpenCV's
  /// classifier works on the calling thread alone.
  ///
  /// Which face is the first of several is left to chance by OpenCV: its threads race over horizontal stripes
  /// of the picture. Here the order is fixed, to the one that two threads in step would give: the topmost
  /// stripe, the stripe just below the middle, the second, and so on.
  const std::vector<cv::Rect>& Detect(const cv::Mat& grey, PartRunner& runner);

  /// The faces that the windows of a region make up: those windows that Detect finds, too, grouped as it
  /// groups them, but without the ones elsewhere. Valid until the next call.
  const std::vector<cv::Rect>& DetectNear(const cv::Mat& grey, const SearchRegion& region,
                                          PartRunner& runner);

 private:
  /// A window that passed, when its stripe has its turn, and its place among the others of that.
  struct Found {
    int turn;
    int place;
    cv::Rect window;
  };

  /// Fills windows_, with a region given perhaps with its windows alone; how they were searched for.
  const Pyramid& FindWindows(const cv::Mat& grey, const SearchRegion* region, PartRunner& runner);
  const std::vector<cv::Rect>& GroupWindows(const cv::Size& picture);
  void SortByStripes(const Pyramid& pyramid);

  /// One of the two.
  std::unique_ptr<CascadeDetector> detector_;
  std::unique_ptr<cv::CascadeClassifier> classifier_;
  cv::Size window_;
  Pyramid classifier_pyramid_;
  std::vector<cv::Rect> windows_;
  std::vector<Found> found_;
  WindowGrouper grouper_;
};

}  // namespace emochat
