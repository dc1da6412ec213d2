#include "image_decode.h"

#include <string>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "errors.h"
#include "image_header.h"

namespace emochat {
namespace {

/// Turns a picture upright: the eight EXIF orientations are a transposition, then flips.
void ApplyOrientation(const cv::Mat& stored, int orientation, cv::Mat& upright) {
  constexpr int kFlipRows = 0;
  constexpr int kFlipColumns = 1;
  constexpr int kFlipBoth = -1;
  switch (orientation) {
    case 2:
      cv::flip(stored, upright, kFlipColumns);
      break;
    case 3:
      cv::flip(stored, upright, kFlipBoth);
      break;
    case 4:
      cv::flip(stored, upright, kFlipRows);
      break;
    case 5:
      cv::transpose(stored, upright);
      break;
    case 6:
      cv::rotate(stored, upright, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:
      cv::transpose(stored, upright);
      cv::flip(upright, upright, kFlipBoth);
      break;
    case 8:
      cv::rotate(stored, upright, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      break;
  }
}

}  // namespace

void ImageDecoder::RefuseAbove(std::uint64_t width, std::uint64_t height) const {
  if (width * height > max_pixels_) {
    throw FrameError(FrameFault::kTooLarge,
                     std::to_string(width) + " x " + std::to_string(height) + " pixels");
  }
}

const cv::Mat& ImageDecoder::DecodeGrey(std::span<const std::uint8_t> bytes) {
  const ImageHeader header = ReadImageHeader(bytes);
  RefuseAbove(header.width, header.height);
  // OpenCV takes a Mat it will not write to, but has no const form of it.
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
  try {
    cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION, &colour_);
  } catch (const cv::Exception& error) {
    throw FrameError(FrameFault::kCorrupt, error.what());
  }
  const bool as_announced =
      colour_.cols == static_cast<int>(header.width) && colour_.rows == static_cast<int>(header.height);
  if (colour_.empty() || !as_announced)
    throw FrameError(FrameFault::kCorrupt, "the picture cannot be decoded");
  cv::cvtColor(colour_, grey_, cv::COLOR_BGR2GRAY);
  if (header.orientation == 1) return grey_;
  ApplyOrientation(grey_, header.orientation, upright_);
  return upright_;
}

const cv::Mat& ImageDecoder::Grey(std::span<const std::uint8_t> pixels, int width, int height, int channels) {
  if (pixels.empty()) throw FrameError(FrameFault::kEmpty, "no pixels");
  RefuseAbove(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height));
  const cv::Mat raw(height, width, CV_8UC(channels), const_cast<std::uint8_t*>(pixels.data()));
  if (channels == 1) {
    raw.copyTo(grey_);
  } else {
    cv::cvtColor(raw, grey_, cv::COLOR_BGR2GRAY);
  }
  return grey_;
}

}  // namespace emochat
