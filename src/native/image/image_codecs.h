#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_buffer.h"

namespace emochat {

/// Where a decoder puts a grey picture: `height` rows of `width` bytes, one after the other.
struct GreyTarget {
  std::uint8_t* pixels;
  std::size_t width;
  std::size_t height;

  [[nodiscard]] std::uint8_t* Row(std::size_t y) const { return pixels + y * width; }
};

/// Where a picture lies on its canvas, in pixels.
struct PicturePlace {
  std::size_t left;
  std::size_t top;
  std::size_t width;
  std::size_t height;
};

// Each decodes the picture as it is stored (no EXIF orientation, no gamma, no colour profile; transparency is
// left out) and turns its colours to grey as GreyRow does, pixel for pixel what OpenCV's imdecode and
// cvtColor give. `scratch` is for rows of colour. Nothing is printed, whatever the bytes are.
//
// Each throws FrameError kCorrupt if the picture cannot be decoded or is not of the target's size.

/// JPEG, by libjpeg-turbo. What is damaged in a way that libjpeg can bridge (it calls that a warning) is
/// taken, as OpenCV takes it. A missing end marker is no fault if all rows are there; if not, it throws
/// kTruncated.
void DecodeJpeg(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch);

/// PNG, by libpng. Samples of 16 bits lose the lower 8.
void DecodePng(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch);

/// WebP, by libwebp: a file without animation, or the bare data of a picture of one, which is put in its
/// place; the rest of the target is left as it is.
void DecodeWebp(std::span<const std::uint8_t> bytes, const PicturePlace& place, const GreyTarget& target,
                ByteBuffer& scratch);

}  // namespace emochat
