// Brings photos and frames of clips to the sizes that are measured at, as JPEG files.
//
// usage: prepare_pictures CASCADE FOLDER SIZES SOURCE...
//
// SOURCE is a picture, or CLIP#FRAME. It is cut to the shape of each size around its middle, never distorted,
// and written to FOLDER/<width>x<height>-<number>.jpg at quality 90. One JSON line for each, with the boxes
// of the faces that the cascade finds in it: x, y, width, height of the first, of the second, … The first
// line says what they are looked for with: OpenCV's version and the widest instruction set.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/core/version.hpp>
#include <opencv2/videoio.hpp>

#include "../../tests/support/native/files.h"
#include "../../tests/support/native/json_line.h"
#include "cascade/cascade_simd.h"
#include "faces/face_detector.h"

namespace {

cv::Mat ReadSource(const std::string& source) {
  const std::size_t mark = source.rfind('#');
  if (mark == std::string::npos) return support::ReadColour(source);
  cv::VideoCapture clip(source.substr(0, mark));
  const int wanted = std::atoi(source.c_str() + mark + 1);
  cv::Mat frame;
  for (int i = 0; i <= wanted; ++i) {
    if (!clip.read(frame)) throw std::runtime_error(source + ": the clip has no such frame");
  }
  return frame;
}

/// The largest part of that shape around the middle, enlarged or reduced to the size.
cv::Mat Covering(const cv::Mat& picture, const cv::Size& size) {
  const double scale = std::max(static_cast<double>(size.width) / picture.cols,
                                static_cast<double>(size.height) / picture.rows);
  const cv::Size part(std::min(picture.cols, cvRound(size.width / scale)),
                      std::min(picture.rows, cvRound(size.height / scale)));
  const cv::Rect middle({(picture.cols - part.width) / 2, (picture.rows - part.height) / 2}, part);
  cv::Mat covering;
  cv::resize(picture(middle), covering, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return covering;
}

int Run(const std::vector<std::string>& arguments) {
  constexpr int kQuality = 90;
  emochat::FaceDetector detector(emochat::FaceCascade(support::ReadText(arguments[0]), arguments[0],
                                                      emochat::CascadeEvaluator::kVectorised));
  emochat::SingleThread thread;
  const std::vector<cv::Size> sizes = support::ReadSizes(arguments[2]);
  support::JsonLine()
      .Text("opencv", CV_VERSION)
      .Text("simd", hwy::TargetName(emochat::SearchTargets().front()));
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const cv::Mat source = ReadSource(arguments[i]);
    for (const cv::Size& size : sizes) {
      const std::string file = arguments[1] + "/" + std::to_string(size.width) + "x" +
                               std::to_string(size.height) + "-" + std::to_string(i - 3) + ".jpg";
      if (!cv::imwrite(file, Covering(source, size), {cv::IMWRITE_JPEG_QUALITY, kQuality})) {
        throw std::runtime_error(file + ": cannot be written");
      }
      std::vector<double> boxes;
      for (const cv::Rect& face : detector.Detect(support::ReadGrey(file), thread)) {
        for (const int number : {face.x, face.y, face.width, face.height}) boxes.push_back(number);
      }
      support::JsonLine line;
      line.Text("source", arguments[i]).Text("file", file).Number("width", size.width);
      line.Number("height", size.height).Numbers("boxes", boxes);
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
