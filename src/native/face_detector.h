#pragma once

#include <string>
#include <vector>

#include <opencv2/objdetect.hpp>

namespace emochat {

/// Finds faces with OpenCV's cascade classifier (Viola and Jones, CVPR 2001). One thread at a time: the
/// classifier keeps the pyramid of the last picture.
class FaceDetector {
 public:
  /// `xml`: the text of an OpenCV cascade file in its new format. `name` stands for it in errors.
  ///
  /// Throws ModelFileError if it is none, or points outside itself.
  FaceDetector(const std::string& xml, const std::string& name);

  /// Bounding boxes of the faces in pixels, the same as OpenCV's detectMultiScale gives: scale factor 1.1, 5
  /// neighbours, no limit of size.
  ///
  /// Which face is the first of several is left to chance by OpenCV: its threads race over horizontal stripes
  /// of the picture. Here the order is fixed, to the one that two threads in step would give: the topmost
  /// stripe, the stripe just below the middle, the second, and so on.
  std::vector<cv::Rect> Detect(const cv::Mat& grey);

 private:
  cv::CascadeClassifier classifier_;
};

}  // namespace emochat
