// What the pipeline sees in JPEG files if they are decoded in a cheaper way than the exact one.
//
// usage: decode_variants CASCADE FACEMARK [--enlarge PIXELS] PICTURE...
//
// --enlarge  brings every picture to about that many pixels (bicubic) and encodes it anew as JPEG (quality
// 90)
//
// Variants: "exact" (ours: colour, then grey), "grey" (libjpeg's own grey: the luma plane) and, of an
// enlarged picture, "half" and "quarter" (colour decoded at half and a quarter of the size, then grey; boxes
// and landmarks brought back to full size). A JSON object on a line for every picture and variant: {"file",
// "variant", "frame_ms", "boxes", "landmarks"}, all faces' numbers in one list; the time is the thread's
// processor time. Files that are no JPEG are left out unless they are enlarged.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "../../tests/support/native/clocks.h"
#include "../../tests/support/native/files.h"
#include "../../tests/support/native/json_line.h"
#include "frame/frame_pipeline.h"
#include "image/image_decode.h"
#include "landmarks/facemark_model.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kMaxPixels = 100'000'000;

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
std::vector<double> Scaled(const std::vector<Number>& numbers, double scale) {
  std::vector<double> scaled;
  for (const Number number : numbers) scaled.push_back(scale * static_cast<double>(number));
  return scaled;
}

class Variants {
 public:
  Variants(const std::string& cascade, const std::string& facemark)
      : pipeline_(
            emochat::FaceCascade(support::ReadText(cascade), cascade, emochat::CascadeEvaluator::kVectorised),
            emochat::LandmarkModels::Load(facemark, ""), kMaxPixels, thread_),
        decoder_(kMaxPixels) {}

  void Picture(const std::string& file, double enlarge) {
    const std::string text = support::ReadText(file);
    Bytes bytes(text.begin(), text.end());
    if (enlarge > 0) bytes = Enlarged(bytes, enlarge);
    if (bytes.size() < 2 || bytes[0] != 0xFF || bytes[1] != 0xD8) return;
    const cv::Size size = decoder_.DecodeGrey(bytes).size();
    Variant(file, "exact", size, [&] { return decoder_.DecodeGrey(bytes); });
    Variant(file, "grey", size, [&] { return cv::imdecode(bytes, cv::IMREAD_GRAYSCALE); });
    if (enlarge > 0) {
      Variant(file, "half", size, [&] { return GreyOf(bytes, cv::IMREAD_REDUCED_COLOR_2); });
      Variant(file, "quarter", size, [&] { return GreyOf(bytes, cv::IMREAD_REDUCED_COLOR_4); });
    }
  }

 private:
  void Variant(const std::string& file, const char* name, const cv::Size& size,
               const std::function<cv::Mat()>& decode) {
    cv::Mat grey;
    emochat::FrameResult frame;
    const double time = support::ThreadTimeOf([&] {
      grey = decode();
      frame = pipeline_.AnalyzePixels({grey.data, grey.total()}, grey.cols, grey.rows, 1);
    });
    const double scale = static_cast<double>(size.width) / grey.cols;
    support::JsonLine()
        .Text("file", file)
        .Text("variant", name)
        .Number("frame_ms", time)
        .Numbers("boxes", Scaled(frame.boxes, scale))
        .Numbers("landmarks", Scaled(frame.landmarks, scale));
  }

  emochat::SingleThread thread_;
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
