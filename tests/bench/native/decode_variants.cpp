// What the pipeline sees in JPEG files if they are decoded in a cheaper way than the exact one.
//
// usage: decode_variants CASCADE FACEMARK [--enlarge PIXELS] PICTURE...
//
// --enlarge  brings every picture to about that many pixels (bicubic) and encodes it anew as JPEG (quality
// 90)
//
// Variants: "exact" (ours: colour, then grey), "grey" (libjpeg's own grey: the luma plane) and, of an
// enlarged picture, "half" and "quarter" (colour decoded at half and a quarter of the size, then grey; boxes
// and landmarks brought back to full size). One JSON object a line and picture: {"file", "width", "height",
// VARIANT: {"decode_ms", "frame_ms", "boxes", "landmarks"}, ...}, all faces' numbers in one list. Times are
// the thread's processor time. Files that are no JPEG are left out unless they are enlarged.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "facemark_model.h"
#include "frame_pipeline.h"
#include "image_decode.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kMaxPixels = 100'000'000;

double Milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Bytes Enlarged(const Bytes& bytes, double pixels) {
  const cv::Mat picture = cv::imdecode(bytes, cv::IMREAD_COLOR);
  const double scale = std::sqrt(pixels / static_cast<double>(picture.total()));
  cv::Mat large;
  cv::resize(picture, large, {}, scale, scale, cv::INTER_CUBIC);
  Bytes encoded;
  cv::imencode(".jpg", large, encoded, {cv::IMWRITE_JPEG_QUALITY, 90});
  return encoded;
}

cv::Mat GreyOf(const Bytes& bytes, int mode) {
  const cv::Mat colour = cv::imdecode(bytes, mode);
  cv::Mat grey;
  cv::cvtColor(colour, grey, cv::COLOR_BGR2GRAY);
  return grey;
}

template <class Number>
void PrintList(const char* name, const std::vector<Number>& numbers, double scale) {
  std::printf(", \"%s\": [", name);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    std::printf("%s%.7g", i == 0 ? "" : ",", numbers[i] * scale);
  std::printf("]");
}

class Variants {
 public:
  Variants(const std::string& cascade, const std::string& facemark)
      : pipeline_(ReadFile(cascade), cascade, emochat::CascadeEvaluator::kVectorised,
                  emochat::FacemarkModel::Load(facemark), kMaxPixels),
        decoder_(kMaxPixels) {}

  void Picture(const std::string& file, double enlarge) {
    const std::string text = ReadFile(file);
    Bytes bytes(text.begin(), text.end());
    if (enlarge > 0) bytes = Enlarged(bytes, enlarge);
    if (bytes.size() < 2 || bytes[0] != 0xFF || bytes[1] != 0xD8) return;
    const cv::Size size = decoder_.DecodeGrey(bytes).size();
    std::printf("{\"file\": \"%s\", \"width\": %d, \"height\": %d", file.c_str(), size.width, size.height);
    Variant("exact", size, [&] { return decoder_.DecodeGrey(bytes); });
    Variant("grey", size, [&] { return cv::imdecode(bytes, cv::IMREAD_GRAYSCALE); });
    if (enlarge > 0) {
      Variant("half", size, [&] { return GreyOf(bytes, cv::IMREAD_REDUCED_COLOR_2); });
      Variant("quarter", size, [&] { return GreyOf(bytes, cv::IMREAD_REDUCED_COLOR_4); });
    }
    std::printf("}\n");
  }

 private:
  void Variant(const char* name, const cv::Size& size, const std::function<cv::Mat()>& decode) {
    const double start = Milliseconds();
    const cv::Mat grey = decode();
    const double decoded = Milliseconds();
    const std::span<const std::uint8_t> pixels(grey.data, grey.total());
    const emochat::FrameResult frame = pipeline_.AnalyzePixels(pixels, grey.cols, grey.rows, 1);
    std::printf(", \"%s\": {\"decode_ms\": %.3f, \"frame_ms\": %.3f", name, decoded - start,
                Milliseconds() - start);
    const double scale = static_cast<double>(size.width) / grey.cols;
    PrintList("boxes", frame.boxes, scale);
    PrintList("landmarks", frame.landmarks, scale);
    std::printf("}");
  }

  emochat::FramePipeline pipeline_;
  emochat::ImageDecoder decoder_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  cv::setNumThreads(1);
  Variants variants(argv[1], argv[2]);
  double enlarge = 0;
  for (int i = 3; i < argc; ++i) {
    if (std::string(argv[i]) == "--enlarge") {
      enlarge = std::atof(argv[++i]);
    } else {
      variants.Picture(argv[i], enlarge);
    }
  }
  return 0;
}
