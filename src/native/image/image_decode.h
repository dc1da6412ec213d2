#pragma once

#include <cstdint>
#include <span>

#include <opencv2/core/mat.hpp>

#include "base/byte_buffer.h"
#include "image/image_header.h"

namespace emochat {

/// Decodes pictures to grey, one after the other, keeping its buffers from one to the next. One thread at a
/// time.
class ImageDecoder {
 public:
  /// `max_pixels`: width × height above which a picture is refused before anything is decoded.
  explicit ImageDecoder(std::uint64_t max_pixels) : max_pixels_(max_pixels) {}

  /// The picture as a person sees it (EXIF orientation applied): 8 bits a pixel, grey made from colour with
  /// the weights of ITU-R BT.601, exactly as OpenCV's imread and cvtColor make it; see image_codecs.h. Valid
  /// until the next call.
  ///
  /// Throws FrameError: what ReadImageHeader throws, kTooLarge, kCorrupt.
  const cv::Mat& DecodeGrey(std::span<const std::uint8_t> bytes);

  /// Grey of raw pixels: rows without padding, 1 (grey) or 3 (blue, green, red) channels of 8 bits, of which
  /// the caller has made sure that `pixels` holds all. Valid until the next call and as long as `pixels`.
  ///
  /// Throws FrameError kTooLarge, kEmpty (a side of zero).
  const cv::Mat& Grey(std::span<const std::uint8_t> pixels, int width, int height, int channels);

 private:
  void RefuseAbove(std::uint64_t width, std::uint64_t height) const;

  void DecodeStored(const ImageHeader& header, std::span<const std::uint8_t> bytes);

  std::uint64_t max_pixels_;
  ByteBuffer grey_bytes_;
  ByteBuffer upright_bytes_;
  ByteBuffer scratch_;
  /// Both lie in the buffers above.
  cv::Mat grey_;
  cv::Mat upright_;
};

}  // namespace emochat
