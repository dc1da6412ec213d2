#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace emochat {

/// What an encoded picture says of itself, read without decoding it.
struct ImageHeader {
  enum class Format { kJpeg, kPng, kWebp };
  Format format;
  /// Size in pixels as stored, before the orientation is applied.
  std::uint32_t width;
  std::uint32_t height;
  /// EXIF orientation, 1 (upright) to 8; 1 if the picture does not say.
  int orientation;
};

/// Reads size and orientation of a JPEG, PNG or WebP picture and walks its segments to the end marker,
/// so that a cut-off file is found before decoding (libjpeg would smear it without an error).
///
/// Throws FrameError: kEmpty, kUnknown (none of the three formats), kTruncated, or kCorrupt (a size of zero,
/// a segment that contradicts itself, an animation, or more progressive scans than any honest encoder
/// writes).
ImageHeader ReadImageHeader(std::span<const std::uint8_t> bytes);

}  // namespace emochat
