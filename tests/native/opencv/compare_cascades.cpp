// Compares the project's cascade evaluator with OpenCV's classifier on one thread, window for window and box
// for box, on every instruction set that this processor has: a proof for the tests, not part of the addon.
//
// usage: compare_cascades CASCADE [--every N] [PICTURE...] [--made N --seed SEED --from PHOTO...]
//
// PICTURE   searched at its own size, without limits and with a smallest and a largest window
// --made N  N pictures made here: crops and enlargements of the PHOTOs (or of noise), 20x20 to 1920x1080,
// some
//           with rows further apart than they are long, some flat, some noise; others for every SEED
// --every N the slower instruction sets see every Nth picture only
//
// The last line is "pictures P searches S candidates C boxes B different D"; a line before it for every
// difference.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "../../support/native/files.h"
#include "base/errors.h"
#include "faces/cascade_detector.h"

namespace {

using emochat::CascadeDetector;
using emochat::SearchLimits;

constexpr double kGroupEpsilon = 0.2;

struct Options {
  std::string cascade;
  int made = 0;
  unsigned seed = 0;
  int every = 1;
  std::vector<std::string> pictures;
  std::vector<std::string> photos;
};

Options ReadOptions(int argc, char** argv) {
  Options options{.cascade = argv[1], .pictures = {}, .photos = {}};
  bool from = false;
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--made") {
      options.made = std::atoi(argv[++i]);
    } else if (argument == "--seed") {
      options.seed = static_cast<unsigned>(std::atoi(argv[++i]));
    } else if (argument == "--every") {
      options.every = std::atoi(argv[++i]);
    } else if (argument == "--from") {
      from = true;
    } else {
      (from ? options.photos : options.pictures).push_back(argument);
    }
  }
  return options;
}

class Comparison {
 public:
  Comparison(const std::string& cascade, int every)
      : ours_(emochat::ReadCascade(support::ReadText(cascade), cascade)),
        theirs_(cascade),
        targets_(emochat::SearchTargets()),
        every_(every) {}

  void Picture(const cv::Mat& grey, const std::string& name) {
    Search(grey, {}, name);
    const int side = std::min(grey.cols, grey.rows);
    Search(grey, {.scale_factor = 1.1, .min_size = {side / 6, side / 6}, .max_size = {}}, name + " min");
    Search(grey, {.scale_factor = 1.3, .min_size = {}, .max_size = {side / 3, side / 3}}, name + " max");
    Search(grey, {.scale_factor = 1.2, .min_size = {41, 41}, .max_size = {41, 41}}, name + " one size");
    ++pictures_;
  }

  int Report() const {
    std::printf("pictures %d searches %d candidates %zu boxes %zu different %d\n", pictures_, searches_,
                candidates_, boxes_, different_);
    return different_ == 0 ? 0 : 1;
  }

 private:
  void Search(const cv::Mat& grey, const SearchLimits& limits, const std::string& name) {
    std::vector<cv::Rect> windows;
    theirs_.detectMultiScale(grey, windows, limits.scale_factor, 0, 0, limits.min_size, limits.max_size);
    std::vector<cv::Rect> boxes;
    theirs_.detectMultiScale(grey, boxes, limits.scale_factor, 5, 0, limits.min_size, limits.max_size);
    candidates_ += windows.size();
    boxes_ += boxes.size();
    ++searches_;
    for (const std::int64_t target : targets_) {
      if (target != targets_.front() && pictures_ % every_ != 0) continue;
      hwy::SetSupportedTargetsForTest(target);
      std::vector<cv::Rect> grouped = ours_.FindWindows(grey, limits);
      hwy::SetSupportedTargetsForTest(0);
      std::vector<cv::Rect> clipped = grouped;
      Clip(clipped, grey.size());
      cv::groupRectangles(grouped, 5, kGroupEpsilon);
      Clip(grouped, grey.size());
      if (clipped == windows && grouped == boxes) continue;
      std::printf("different: %s, %dx%d, %s: %zu windows against %zu, %zu boxes against %zu\n", name.c_str(),
                  grey.cols, grey.rows, hwy::TargetName(target), clipped.size(), windows.size(),
                  grouped.size(), boxes.size());
      ++different_;
    }
  }

  static void Clip(std::vector<cv::Rect>& rects, const cv::Size& picture) {
    for (cv::Rect& rect : rects) rect &= cv::Rect({0, 0}, picture);
  }

  CascadeDetector ours_;
  cv::CascadeClassifier theirs_;
  std::vector<std::int64_t> targets_;
  int every_;
  int pictures_ = 0;
  int searches_ = 0;
  int different_ = 0;
  std::size_t candidates_ = 0;
  std::size_t boxes_ = 0;
};

/// Pictures of all sizes and kinds, the same ones whenever the seed is the same.
class PictureMaker {
 public:
  PictureMaker(std::vector<std::string> photos, unsigned seed) : photos_(std::move(photos)), random_(seed) {}

  cv::Mat Next() {
    const int kind = Between(0, 9);
    const cv::Size size = Size();
    cv::Mat picture = kind < 7 && !photos_.empty() ? Crop(size)
                      : kind < 9                   ? Noise(size, kind == 7)
                                                   : Flat(size);
    return Between(0, 1) == 0 ? picture : WithOddStride(picture);
  }

 private:
  int Between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  /// Mostly small, so that many pictures take little time; now and then up to full HD.
  cv::Size Size() {
    const int roll = Between(0, 19);
    if (roll == 0) return {Between(20, 1920), Between(20, 1080)};
    if (roll < 5) return {Between(20, 640), Between(20, 480)};
    return {Between(20, 160), Between(20, 160)};
  }

  cv::Mat Crop(const cv::Size& size) {
    const cv::Mat photo = support::ReadGrey(photos_[Between(0, static_cast<int>(photos_.size()) - 1)]);
    const int width = Between(std::min(20, photo.cols), photo.cols);
    const int height = Between(std::min(20, photo.rows), photo.rows);
    const cv::Rect part(Between(0, photo.cols - width), Between(0, photo.rows - height), width, height);
    cv::Mat crop;
    cv::resize(photo(part), crop, size, 0, 0, Between(0, 1) == 0 ? cv::INTER_LINEAR : cv::INTER_NEAREST);
    return crop;
  }

  cv::Mat Noise(const cv::Size& size, bool black_and_white) {
    cv::Mat noise(size, CV_8U);
    for (int y = 0; y < noise.rows; ++y) {
      for (int x = 0; x < noise.cols; ++x) {
        noise.at<std::uint8_t>(y, x) =
            static_cast<std::uint8_t>(black_and_white ? 255 * Between(0, 1) : Between(0, 255));
      }
    }
    return noise;
  }

  cv::Mat Flat(const cv::Size& size) { return {size, CV_8U, cv::Scalar(Between(0, 255))}; }

  /// The same picture inside a larger one, at an odd address and with an odd distance between rows.
  cv::Mat WithOddStride(const cv::Mat& picture) {
    cv::Mat larger(picture.rows + 2, picture.cols + 2 * Between(1, 9) + 1 - picture.cols % 2, CV_8U,
                   cv::Scalar(77));
    cv::Mat inside = larger(cv::Rect({1, 1}, picture.size()));
    picture.copyTo(inside);
    return inside;
  }

  std::vector<std::string> photos_;
  std::mt19937 random_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  cv::setNumThreads(1);
  const Options options = ReadOptions(argc, argv);
  try {
    Comparison comparison(options.cascade, options.every);
    for (const std::string& file : options.pictures) comparison.Picture(support::ReadGrey(file), file);
    PictureMaker maker(options.photos, options.seed);
    const std::string name = "made of seed " + std::to_string(options.seed) + ", number ";
    for (int i = 0; i < options.made; ++i) comparison.Picture(maker.Next(), name + std::to_string(i));
    return comparison.Report();
  } catch (const emochat::ModelFileError& error) {
    std::printf("refused: %s\n", error.what());
    return 3;
  }
}
