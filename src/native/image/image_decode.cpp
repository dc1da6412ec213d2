#include "image/image_decode.h"

#include <algorithm>
#include <string>

#include <opencv2/core.hpp>

#include "base/errors.h"
#include "image/grey_simd.h"
#include "image/image_codecs.h"

namespace emochat {
namespace {

/// A grey picture of undefined pixels whose memory is the buffer's.
cv::Mat PictureIn(ByteBuffer& buffer, int width, int height) {
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {height, width, CV_8UC1, buffer.Reserve(size)};
}

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

void ImageDecoder::DecodeStored(const ImageHeader& header, std::span<const std::uint8_t> bytes) {
  grey_ = PictureIn(grey_bytes_, static_cast<int>(header.width), static_cast<int>(header.height));
  const GreyTarget target{grey_.data, header.width, header.height};
  switch (header.format) {
    case ImageHeader::Format::kJpeg:
      return DecodeJpeg(bytes, target, scratch_);
    case ImageHeader::Format::kPng:
      return DecodePng(bytes, target, scratch_);
    case ImageHeader::Format::kWebp:
      if (!header.first_picture)
        return DecodeWebp(bytes, {0, 0, header.width, header.height}, target, scratch_);
      const auto& [left, top, width, height, offset, size] = *header.first_picture;
      // What the first picture leaves free of the canvas is black.
      grey_.setTo(0);
      return DecodeWebp(bytes.subspan(offset, size), {left, top, width, height}, target, scratch_);
  }
}

const cv::Mat& ImageDecoder::DecodeGrey(std::span<const std::uint8_t> bytes) {
  const ImageHeader header = ReadImageHeader(bytes);
  RefuseAbove(header.width, header.height);
  DecodeStored(header, bytes);
  scratch_.Shrink();
  if (header.orientation == 1) return grey_;
  const bool lying = header.orientation >= 5;
  upright_ = PictureIn(upright_bytes_, lying ? grey_.rows : grey_.cols, lying ? grey_.cols : grey_.rows);
  ApplyOrientation(grey_, header.orientation, upright_);
  return upright_;
}

const cv::Mat& ImageDecoder::Grey(std::span<const std::uint8_t> pixels, int width, int height, int channels) {
  if (pixels.empty()) throw FrameError(FrameFault::kEmpty, "no pixels");
  RefuseAbove(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height));
  grey_ = PictureIn(grey_bytes_, width, height);
  if (channels == 1) {
    std::copy_n(pixels.data(), grey_.total(), grey_.data);
  } else {
    GreyRow(PixelOrder::kBgr, pixels.data(), grey_.total(), grey_.data);
  }
  return grey_;
}

}  // namespace emochat
