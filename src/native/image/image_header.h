#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace emochat {

/// What an encoded picture says of itself, read without decoding it.
struct ImageHeader {
  enum class Format { kJpeg, kPng, kWebp };
  Format format{};
  /// Size in pixels as stored, before the orientation is applied.
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// EXIF orientation, 1 (upright) to 8; 1 if the picture does not say.
  int orientation = 1;

  /// Where an animated WebP picture's first picture lies: on the canvas, in pixels, and in the file, in
  /// bytes.
  struct FirstPicture {
    std::uint32_t left;
    std::uint32_t top;
    std::uint32_t width;
    std::uint32_t height;
    std::size_t offset;
    std::size_t size;
  };
  /// Of an animation alone; the size above is then its canvas's.
  std::optional<FirstPicture> first_picture;
};

/// Reads size and orientation of a JPEG, PNG or WebP picture and walks its segments to the end, so that a
/// cut-off file is found before decoding. A JPEG file is walked to the scan that holds its last component;
/// whether that is whole, the decoder finds, since the end marker is missing in files of some cameras whose
/// rows are all there.
///
/// Throws FrameError: kEmpty, kUnknown (none of the three formats), kTruncated, or kCorrupt (a size of zero,
/// a segment that contradicts itself, or more progressive scans than any honest encoder
/// writes).
ImageHeader ReadImageHeader(std::span<const std::uint8_t> bytes);

}  // namespace emochat
