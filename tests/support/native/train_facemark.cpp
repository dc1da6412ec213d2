// Trains a small LBF facemark with OpenCV's own trainer and writes it as OpenCV's YAML.
//
// usage: train_facemark CASCADE OUTPUT STAGES TREES DEPTH < samples
// A sample is a line: path of a picture of one face, then x and y of each landmark, separated by blanks.

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <opencv2/face.hpp>
#include <opencv2/imgcodecs.hpp>

namespace cv {

/// In place of OpenCV's own: its trainer seeds each random tree with the clock, whatever `Params::seed` says.
/// A counter gives every tree another seed, and every run the same ones.
int64 getTickCount() {
  static int64 count = 0;
  return ++count;
}

}  // namespace cv

namespace {

struct Sample {
  std::string picture;
  std::vector<cv::Point2f> landmarks;
};

std::vector<Sample> ReadSamples(std::istream& in) {
  std::vector<Sample> samples;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Sample sample;
    words >> sample.picture;
    for (cv::Point2f point; words >> point.x >> point.y;) sample.landmarks.push_back(point);
    samples.push_back(sample);
  }
  return samples;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  // In one thread, so that the trees are grown in the same order every time.
  cv::setNumThreads(1);
  const std::vector<Sample> samples = ReadSamples(std::cin);
  if (samples.empty()) return 2;

  cv::face::FacemarkLBF::Params params;
  params.cascade_face = argv[1];
  params.model_filename = argv[2];
  params.n_landmarks = static_cast<int>(samples.front().landmarks.size());
  params.initShape_n = 8;
  params.stages_n = std::stoi(argv[3]);
  params.tree_n = std::stoi(argv[4]);
  params.tree_depth = std::stoi(argv[5]);
  params.seed = 1;
  params.verbose = false;
  params.feats_m.assign(params.stages_n, 30);
  params.radius_m.clear();
  for (int stage = 0; stage < params.stages_n; ++stage) params.radius_m.push_back(0.3 / (stage + 1));
  const cv::Ptr<cv::face::FacemarkLBF> facemark = cv::face::FacemarkLBF::create(params);
  for (const auto& [picture, landmarks] : samples) {
    if (!facemark->addTrainingSample(cv::imread(picture), landmarks)) return 1;
  }
  facemark->training();
  return 0;
}
