// Measures the project's way from encoded bytes to grey against OpenCV's: imdecode to colour, then cvtColor.
//
// usage: bench_decode [--rounds N] PICTURE...
//
// Every picture is brought to every size (a larger one shrunk, a smaller one continued by its mirror image,
// so that detail stays detail) and encoded anew: JPEG (quality 90, chroma halved both ways) at all sizes, PNG
// and WebP at one. In each of the N rounds (31 by default) both decode the next picture in turn, now one
// first, now the other; times are the thread's own processor time, so that other programs disturb them
// little. A picture that the two do not decode alike ends the program.
//
// Prints one JSON object: {"processor", "opencv", "rounds", "pictures", "rows": [{"format", "width",
// "height", "bytes", "ours_ms", "opencv_ms", "ratio"}]}: medians over the rounds, ratio is the median of each
// round's OpenCV time by ours.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "../../tests/support/native/clocks.h"
#include "../../tests/support/native/files.h"
#include "image/image_decode.h"

namespace {

struct Format {
  const char* name;
  std::vector<int> settings;
};

const Format kJpeg{"jpeg", {cv::IMWRITE_JPEG_QUALITY, 90}};
const Format kPng{"png", {}};
const Format kWebp{"webp", {cv::IMWRITE_WEBP_QUALITY, 85}};

constexpr std::uint64_t kMaxPixels = 25'000'000;

std::string ProcessorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

cv::Mat AtSize(const cv::Mat& picture, const cv::Size& size) {
  const double scale = std::max(static_cast<double>(size.width) / picture.cols,
                                static_cast<double>(size.height) / picture.rows);
  cv::Mat shrunk = picture;
  if (scale < 1) cv::resize(picture, shrunk, {}, scale, scale, cv::INTER_AREA);
  cv::Mat whole;
  cv::copyMakeBorder(shrunk, whole, 0, std::max(0, size.height - shrunk.rows), 0,
                     std::max(0, size.width - shrunk.cols), cv::BORDER_REFLECT);
  return whole(cv::Rect({0, 0}, size)).clone();
}

std::vector<std::vector<std::uint8_t>> Encoded(const std::vector<std::string>& files, const cv::Size& size,
                                               const Format& format) {
  std::vector<std::vector<std::uint8_t>> pictures;
  for (const std::string& file : files) {
    cv::imencode(std::string(".") + format.name, AtSize(support::ReadColour(file), size),
                 pictures.emplace_back(), format.settings);
  }
  return pictures;
}

void Row(const std::vector<std::string>& files, int rounds, const cv::Size& size, const Format& format,
         bool last) {
  const auto pictures = Encoded(files, size, format);
  emochat::ImageDecoder decoder(kMaxPixels);
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> ratios;
  cv::Mat colour;
  cv::Mat grey;
  const auto decode_theirs = [&](const std::vector<std::uint8_t>& bytes) {
    cv::imdecode(bytes, cv::IMREAD_COLOR, &colour);
    cv::cvtColor(colour, grey, cv::COLOR_BGR2GRAY);
  };
  // The first round warms the buffers of both and is not counted.
  for (int round = -1; round < rounds; ++round) {
    const std::vector<std::uint8_t>& bytes = pictures[static_cast<std::size_t>(round + 1) % pictures.size()];
    double our_time = 0;
    double their_time = 0;
    if (round % 2 == 0) their_time = support::ThreadTimeOf([&] { decode_theirs(bytes); });
    our_time = support::ThreadTimeOf([&] { decoder.DecodeGrey(bytes); });
    if (round % 2 != 0) their_time = support::ThreadTimeOf([&] { decode_theirs(bytes); });
    if (round < 0) {
      if (cv::norm(decoder.DecodeGrey(bytes), grey, cv::NORM_INF) != 0) {
        std::fprintf(stderr, "%s %dx%d: decoded differently\n", format.name, size.width, size.height);
        std::exit(1);
      }
      continue;
    }
    ours.push_back(our_time);
    theirs.push_back(their_time);
    ratios.push_back(their_time / our_time);
  }
  std::size_t bytes = 0;
  for (const auto& picture : pictures) bytes += picture.size();
  std::printf(
      "    {\"format\": \"%s\", \"width\": %d, \"height\": %d, \"bytes\": %zu, \"ours_ms\": %.3f, "
      "\"opencv_ms\": %.3f, \"ratio\": %.2f}%s\n",
      format.name, size.width, size.height, bytes / pictures.size(), Median(ours), Median(theirs),
      Median(ratios), last ? "" : ",");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 31;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--rounds" && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: bench_decode [--rounds N] PICTURE...\n");
    return 2;
  }
  cv::setNumThreads(1);
  std::printf("{\n  \"processor\": \"%s\",\n  \"opencv\": \"%s\",\n  \"rounds\": %d,\n  \"pictures\": %zu,\n",
              ProcessorName().c_str(), CV_VERSION, rounds, files.size());
  std::printf("  \"rows\": [\n");
  for (const cv::Size& size : {cv::Size(320, 240), cv::Size(640, 480), cv::Size(1280, 720),
                               cv::Size(1920, 1080), cv::Size(4000, 3000)}) {
    Row(files, rounds, size, kJpeg, false);
  }
  Row(files, rounds, {640, 480}, kPng, false);
  Row(files, rounds, {640, 480}, kWebp, true);
  std::printf("  ]\n}\n");
  return 0;
}
