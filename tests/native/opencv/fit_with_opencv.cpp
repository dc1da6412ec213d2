// Prints what OpenCV's own detector and FacemarkLBF::fit give for pictures: a yardstick for the tests, not
// part of the addon.
//
// usage: fit_with_opencv CASCADE FACEMARK PICTURE...
// One line a picture, "faces " and then for every face x y width height and 68 pairs of coordinates, faces
// separated by ';'.

#include <cstdio>
#include <vector>

#include <opencv2/face.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  cv::setNumThreads(1);
  cv::CascadeClassifier detector(argv[1]);
  const cv::Ptr<cv::face::Facemark> facemark = cv::face::FacemarkLBF::create();
  facemark->loadModel(argv[2]);
  for (int i = 3; i < argc; ++i) {
    cv::Mat grey;
    cv::cvtColor(cv::imread(argv[i]), grey, cv::COLOR_BGR2GRAY);
    std::vector<cv::Rect> faces;
    detector.detectMultiScale(grey, faces, 1.1, 5);
    std::vector<std::vector<cv::Point2f>> landmarks;
    if (!faces.empty()) facemark->fit(grey, faces, landmarks);
    std::printf("faces ");
    for (std::size_t k = 0; k < faces.size(); ++k) {
      std::printf("%s%d %d %d %d", k == 0 ? "" : ";", faces[k].x, faces[k].y, faces[k].width,
                  faces[k].height);
      for (const cv::Point2f& point : landmarks[k]) std::printf(" %.6f %.6f", point.x, point.y);
    }
    std::printf("\n");
  }
  return 0;
}
