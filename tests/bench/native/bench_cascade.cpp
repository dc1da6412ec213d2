// Measures the project's cascade evaluator against OpenCV's classifier, each on one thread.
//
// usage: bench_cascade CASCADE ROUNDS [--ours] [--sizes WIDTHxHEIGHT,...] PICTURE...
//
// Every picture is brought to every size. In each round both search it, one after the other; times are the
// thread's own processor time, so that other programs disturb them little. One line a size: medians over the
// pictures of the pictures' median times in milliseconds, and the median, least and greatest of the pictures'
// ratios.
// --ours leaves OpenCV out, and prints the time on every instruction set that this processor has.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "cascade_detector.h"

namespace {

using emochat::CascadeDetector;

struct Options {
  std::string cascade;
  int rounds = 0;
  bool only_ours = false;
  std::vector<cv::Size> sizes = {{320, 240}, {640, 480}, {1280, 720}, {1920, 1080}};
  std::vector<std::string> pictures;
};

std::vector<cv::Size> ReadSizes(const std::string& text) {
  std::vector<cv::Size> sizes;
  std::istringstream stream(text);
  for (std::string size; std::getline(stream, size, ',');) {
    sizes.emplace_back(std::atoi(size.c_str()), std::atoi(size.c_str() + size.find('x') + 1));
  }
  return sizes;
}

Options ReadOptions(int argc, char** argv) {
  Options options{.cascade = argv[1], .rounds = std::atoi(argv[2]), .pictures = {}};
  for (int i = 3; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--ours") {
      options.only_ours = true;
    } else if (argument == "--sizes") {
      options.sizes = ReadSizes(argv[++i]);
    } else {
      options.pictures.push_back(argument);
    }
  }
  return options;
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ProcessorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

double Milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

template <class Work>
double TimeOf(const Work& work) {
  const double start = Milliseconds();
  work();
  return Milliseconds() - start;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<cv::Mat> PicturesOf(const Options& options, const cv::Size& size) {
  std::vector<cv::Mat> pictures;
  for (const std::string& file : options.pictures) {
    cv::resize(cv::imread(file, cv::IMREAD_GRAYSCALE), pictures.emplace_back(), size, 0, 0, cv::INTER_AREA);
  }
  return pictures;
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        ours_(emochat::ReadCascade(ReadText(options.cascade), options.cascade)),
        theirs_(options.cascade) {}

  void Compare(const cv::Size& size) {
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> ratios;
    for (const cv::Mat& picture : PicturesOf(options_, size)) {
      std::vector<double> our_rounds;
      std::vector<double> their_rounds;
      std::vector<cv::Rect> found;
      for (int round = 0; round < options_.rounds; ++round) {
        our_rounds.push_back(TimeOf([&] { found = ours_.FindWindows(picture, {}); }));
        their_rounds.push_back(TimeOf([&] { theirs_.detectMultiScale(picture, found, 1.1, 0); }));
      }
      ours.push_back(Median(our_rounds));
      theirs.push_back(Median(their_rounds));
      ratios.push_back(theirs.back() / ours.back());
    }
    const auto [least, greatest] = std::minmax_element(ratios.begin(), ratios.end());
    std::printf("%4dx%-4d  ours %8.2f ms  OpenCV %8.2f ms  ratio %5.2f (%.2f to %.2f)\n", size.width,
                size.height, Median(ours), Median(theirs), Median(ratios), *least, *greatest);
  }

  void TimeTargets(const cv::Size& size) {
    const std::vector<cv::Mat> pictures = PicturesOf(options_, size);
    std::printf("%4dx%-4d", size.width, size.height);
    for (const std::int64_t target : emochat::SearchTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      std::vector<double> times;
      for (const cv::Mat& picture : pictures) {
        std::vector<double> rounds;
        for (int round = 0; round < options_.rounds; ++round) {
          rounds.push_back(TimeOf([&] { ours_.FindWindows(picture, {}); }));
        }
        times.push_back(Median(rounds));
      }
      std::printf("  %s %.2f ms", hwy::TargetName(target), Median(times));
    }
    std::printf("\n");
  }

 private:
  const Options& options_;
  CascadeDetector ours_;
  cv::CascadeClassifier theirs_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  cv::setNumThreads(1);
  const Options options = ReadOptions(argc, argv);
  std::printf("%s, OpenCV %s, %zu pictures, medians of %d rounds\n", ProcessorName().c_str(), CV_VERSION,
              options.pictures.size(), options.rounds);
  Bench bench(options);
  for (const cv::Size& size : options.sizes) {
    if (options.only_ours) {
      bench.TimeTargets(size);
    } else {
      bench.Compare(size);
    }
  }
  return 0;
}
