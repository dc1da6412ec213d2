#pragma once

#include <memory>
#include <string>
#include <vector>

#include <opencv2/objdetect.hpp>

#include "cascade_detector.h"

namespace emochat {

/// What looks for faces in a picture. Both give the same answer.
enum class CascadeEvaluator {
  /// Many windows at a time (CascadeDetector): the fast one.
  kVectorised,
  /// OpenCV's classifier: the yardstick, and what evaluates cascades of any kind.
  kOpencv,
};

/// Finds faces with a cascade (Viola and Jones, CVPR 2001). One thread at a time: the evaluator keeps its
/// buffers.
class FaceDetector {
 public:
  /// `xml`: the text of an OpenCV cascade file in its new format. `name` stands for it in errors.
  ///
  /// Throws ModelFileError if it is none, points outside itself, or holds what the evaluator does not
  /// evaluate.
  FaceDetector(const std::string& xml, const std::string& name, CascadeEvaluator evaluator);

  /// Bounding boxes of the faces in pixels, the same as OpenCV's detectMultiScale gives: scale factor 1.1, 5
  /// neighbours, no limit of size.
  ///
  /// Which face is the first of several is left to chance by OpenCV: its threads race over horizontal stripes
  /// of the picture. Here the order is fixed, to the one that two threads in step would give: the topmost
  /// stripe, the stripe just below the middle, the second, and so on.
  std::vector<cv::Rect> Detect(const cv::Mat& grey);

 private:
  /// The windows that pass the cascade, scale by scale.
  std::vector<cv::Rect> Windows(const cv::Mat& grey);

  /// One of the two.
  std::unique_ptr<CascadeDetector> detector_;
  std::unique_ptr<cv::CascadeClassifier> classifier_;
  cv::Size window_;
};

}  // namespace emochat
