// Loads both model files with OpenCV's own classes, in a process of its own.
//
// usage: load_opencv CASCADE FACEMARK
// One JSON line: the milliseconds that pass, and by how many bytes resident memory grows.

#include <cstdio>
#include <fstream>
#include <string>

#include <opencv2/face.hpp>
#include <opencv2/objdetect.hpp>
#include <unistd.h>

#include "../../tests/support/native/clocks.h"
#include "../../tests/support/native/json_line.h"

namespace {

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  cv::setNumThreads(1);
  const double before = ResidentBytes();
  cv::CascadeClassifier cascade;
  const cv::Ptr<cv::face::Facemark> facemark = cv::face::FacemarkLBF::create();
  const double milliseconds = support::WallTimeOf([&] {
    cascade.load(argv[1]);
    facemark->loadModel(argv[2]);
  });
  // OpenCV has printed a line of its own that does not end.
  std::printf("\n");
  support::JsonLine().Number("ms", milliseconds).Number("resident", ResidentBytes() - before);
  return 0;
}
