#include "image/image_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/errors.h"

namespace emochat {
namespace {

using Bytes = std::span<const std::uint8_t>;

[[noreturn]] void Truncated() {
  throw FrameError(FrameFault::kTruncated, "data are missing at the end");
}
[[noreturn]] void Corrupt(const char* what) {
  throw FrameError(FrameFault::kCorrupt, what);
}

/// The `count` bytes from `offset`; a frame that ends before them is cut off.
Bytes Slice(Bytes bytes, std::size_t offset, std::size_t count) {
  if (offset > bytes.size() || count > bytes.size() - offset) Truncated();
  return bytes.subspan(offset, count);
}

std::uint32_t BigEndian(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8U | byte;
  return value;
}

std::uint32_t LittleEndian(Bytes bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | bytes[i];
  return value;
}

bool StartsWith(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// Orientation (tag 0x0112 of the first directory) of a TIFF structure, as EXIF embeds it. A picture is not
/// refused for a broken EXIF block: cameras write many, and it only tells which way is up.
std::optional<int> TiffOrientation(Bytes tiff) {
  const bool little = StartsWith(tiff, std::string_view("II*\0", 4));
  if (tiff.size() < 8 || (!little && !StartsWith(tiff, std::string_view("MM\0*", 4)))) return std::nullopt;
  const auto number = [&](std::size_t offset, std::size_t count) {
    const Bytes field = tiff.subspan(offset, count);
    return little ? LittleEndian(field) : BigEndian(field);
  };
  constexpr std::size_t kEntrySize = 12;
  const std::size_t directory = number(4, 4);
  if (directory > tiff.size() - 2) return std::nullopt;
  const std::size_t room = (tiff.size() - directory - 2) / kEntrySize;
  const std::size_t entries = std::min<std::size_t>(number(directory, 2), room);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntrySize;
    if (number(entry, 2) != 0x0112) continue;
    const auto value = static_cast<int>(number(entry + 8, 2));
    return value >= 1 && value <= 8 ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

constexpr std::string_view kExifPrefix("Exif\0\0", 6);

std::optional<int> ExifOrientation(Bytes block) {
  return TiffOrientation(StartsWith(block, kExifPrefix) ? block.subspan(kExifPrefix.size()) : block);
}

/// Walks the markers of a JPEG file (ITU-T T.81, annex B).
class JpegReader {
 public:
  explicit JpegReader(Bytes bytes) : bytes_(bytes) {}

  ImageHeader Read() {
    for (;;) {
      const std::uint8_t marker = NextMarker();
      if (marker == kEndOfImage) break;
      if (marker == kTemporary || IsRestart(marker)) continue;
      const Bytes segment = NextSegment();
      if (IsFrameStart(marker)) ReadFrame(marker, segment);
      if (marker == kExif && StartsWith(segment, kExifPrefix) && !orientation_) {
        orientation_ = ExifOrientation(segment);
      }
      if (marker != kStartOfScan) continue;
      scanned_ += segment.empty() ? 0 : segment[0];
      // Every component is in one scan: what follows is the decoder's to judge.
      if (coding_ == Coding::kSequential && scanned_ >= components_) {
        ++scans_;
        break;
      }
      SkipScan();
    }
    if (width_ == 0 || height_ == 0) Corrupt("the JPEG file has no frame");
    if (scans_ == 0) Corrupt("the JPEG file has no picture data");
    if (scanned_ < components_) Truncated();
    return {ImageHeader::Format::kJpeg, width_, height_, orientation_.value_or(1), {}};
  }

 private:
  static constexpr std::uint8_t kTemporary = 0x01;
  static constexpr std::uint8_t kEndOfImage = 0xD9;
  static constexpr std::uint8_t kStartOfScan = 0xDA;
  static constexpr std::uint8_t kExif = 0xE1;
  /// A full progression for three components takes ten or so; a file with thousands is made to waste time.
  static constexpr int kMaxScans = 100;

  /// A full progression sends every component several times; of an arithmetic code nobody knows where it
  /// ends.
  enum class Coding { kSequential, kProgressive, kArithmetic };
  static Coding CodingOf(std::uint8_t frame_start) {
    if (frame_start > 0xC8) return Coding::kArithmetic;
    return (frame_start & 3U) == 2 ? Coding::kProgressive : Coding::kSequential;
  }

  static bool IsRestart(std::uint8_t marker) { return marker >= 0xD0 && marker <= 0xD7; }
  static bool IsFrameStart(std::uint8_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /// Whether the file ends after scans without an end marker, as those of some cameras do. Whether its rows
  /// are all there is the decoder's to judge.
  bool EndsUnmarked() { return scans_ > 0 && coding_ != Coding::kArithmetic && !FindMarkerPrefix(); }

  /// The next marker; stray bytes and fill bytes before it are skipped, as decoders do.
  std::uint8_t NextMarker() {
    for (;;) {
      if (EndsUnmarked()) return kEndOfImage;
      SeekMarkerPrefix();
      const std::uint8_t next = Slice(bytes_, position_, 2)[1];
      ++position_;
      if (next == 0xFF) continue;
      ++position_;
      if (next != 0) return next;
    }
  }

  /// Moves to the next byte 0xFF, or says that there is none.
  bool FindMarkerPrefix() {
    const Bytes rest = bytes_.subspan(std::min(position_, bytes_.size()));
    const void* const found = rest.empty() ? nullptr : std::memchr(rest.data(), 0xFF, rest.size());
    if (found == nullptr) return false;
    position_ += static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - rest.data());
    return true;
  }
  void SeekMarkerPrefix() {
    if (!FindMarkerPrefix()) Truncated();
  }

  Bytes NextSegment() {
    const std::size_t length = BigEndian(Slice(bytes_, position_, 2));
    if (length < 2) Corrupt("a JPEG segment has no length");
    const Bytes segment = Slice(bytes_, position_, length).subspan(2);
    position_ += length;
    return segment;
  }

  void ReadFrame(std::uint8_t marker, Bytes segment) {
    if (segment.size() < 6) Corrupt("the JPEG frame header is too short");
    if (width_ != 0) Corrupt("the JPEG file has two frames");
    height_ = BigEndian(segment.subspan(1, 2));
    width_ = BigEndian(segment.subspan(3, 2));
    if (width_ == 0 || height_ == 0) Corrupt("the JPEG file has a size of zero");
    coding_ = CodingOf(marker);
    components_ = segment[5];
  }

  /// Leaves the position at the marker that ends the entropy-coded data: 0xFF, not followed by a stuffed zero
  /// or a restart.
  void SkipScan() {
    if (++scans_ > kMaxScans) Corrupt("the JPEG file has too many scans");
    for (;;) {
      if (EndsUnmarked()) return;
      SeekMarkerPrefix();
      const std::uint8_t next = Slice(bytes_, position_, 2)[1];
      if (next == 0xFF) {
        ++position_;
      } else if (next == 0 || IsRestart(next)) {
        position_ += 2;
      } else {
        return;
      }
    }
  }

  Bytes bytes_;
  std::size_t position_ = 2;
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
  Coding coding_ = Coding::kSequential;
  int components_ = 0;
  /// Components in all scans so far; one that comes in several counts as often.
  int scanned_ = 0;
  int scans_ = 0;
  std::optional<int> orientation_;
};

constexpr std::array<std::uint8_t, 8> kPngSignature = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};

/// Walks the chunks of a PNG file (W3C Portable Network Graphics, section 5).
ImageHeader ReadPng(Bytes bytes) {
  ImageHeader header{ImageHeader::Format::kPng, 0, 0, 1, {}};
  for (std::size_t position = kPngSignature.size();;) {
    const std::size_t length = BigEndian(Slice(bytes, position, 4));
    const Bytes type = Slice(bytes, position + 4, 4);
    const Bytes data = Slice(bytes, position + 8, length);
    Slice(bytes, position + 8 + length, 4);
    position += 12 + length;
    if (header.width == 0) {
      if (!StartsWith(type, "IHDR") || length != 13) Corrupt("the PNG file does not begin with its header");
      header.width = BigEndian(data.subspan(0, 4));
      header.height = BigEndian(data.subspan(4, 4));
      if (header.width == 0 || header.height == 0) Corrupt("the PNG file has a size of zero");
    }
    if (StartsWith(type, "eXIf")) header.orientation = ExifOrientation(data).value_or(1);
    if (StartsWith(type, "IEND")) return header;
  }
}

void ReadVp8Size(Bytes data, ImageHeader& header) {
  const Bytes start = Slice(data, 0, 10);
  if (start[3] != 0x9D || start[4] != 0x01 || start[5] != 0x2A) Corrupt("the WebP file has no key frame");
  header.width = LittleEndian(start.subspan(6, 2)) & 0x3FFFU;
  header.height = LittleEndian(start.subspan(8, 2)) & 0x3FFFU;
}

void ReadVp8lSize(Bytes data, ImageHeader& header) {
  const Bytes start = Slice(data, 0, 5);
  if (start[0] != 0x2F) Corrupt("the WebP file's lossless signature is wrong");
  const std::uint32_t bits = LittleEndian(start.subspan(1, 4));
  header.width = (bits & 0x3FFFU) + 1;
  header.height = (bits >> 14U & 0x3FFFU) + 1;
}

void ReadVp8xSize(Bytes data, ImageHeader& header) {
  const Bytes start = Slice(data, 0, 10);
  header.width = LittleEndian(start.subspan(4, 3)) + 1;
  header.height = LittleEndian(start.subspan(7, 3)) + 1;
}

/// The first picture of an animation, out of the chunk that holds it: sixteen bytes that place it, then
/// chunks of its own.
ImageHeader::FirstPicture ReadAnimationFrame(Bytes file, Bytes chunk) {
  const Bytes place = Slice(chunk, 0, 16);
  const auto number = [&](std::size_t offset) { return LittleEndian(place.subspan(offset, 3)); };
  ImageHeader::FirstPicture picture{.left = 2 * number(0),
                                    .top = 2 * number(3),
                                    .width = number(6) + 1,
                                    .height = number(9) + 1,
                                    .offset = 0,
                                    .size = 0};
  for (std::size_t position = 16;;) {
    const Bytes type = Slice(chunk, position, 4);
    const std::size_t length = LittleEndian(Slice(chunk, position + 4, 4));
    const Bytes data = Slice(chunk, position + 8, length);
    position += 8 + length + (length & 1U);
    if (!StartsWith(type, "VP8 ") && !StartsWith(type, "VP8L")) continue;
    picture.offset = static_cast<std::size_t>(data.data() - file.data());
    picture.size = data.size();
    return picture;
  }
}

bool LiesWithin(const ImageHeader::FirstPicture& picture, const ImageHeader& header) {
  return picture.left + picture.width <= header.width && picture.top + picture.height <= header.height;
}

/// Walks the chunks of a WebP file (RFC 9649).
ImageHeader ReadWebp(Bytes bytes) {
  ImageHeader header{ImageHeader::Format::kWebp, 0, 0, 1, {}};
  const Bytes body = Slice(bytes, 8, LittleEndian(Slice(bytes, 4, 4)));
  bool picture = false;
  for (std::size_t position = 4; position + 8 <= body.size();) {
    const Bytes type = body.subspan(position, 4);
    const std::size_t length = LittleEndian(body.subspan(position + 4, 4));
    const Bytes data = Slice(body, position + 8, length);
    position += 8 + length + (length & 1U);
    const bool lossy = StartsWith(type, "VP8 ");
    picture = picture || lossy || StartsWith(type, "VP8L");
    if (StartsWith(type, "EXIF")) header.orientation = ExifOrientation(data).value_or(1);
    if (StartsWith(type, "ANMF") && !header.first_picture) {
      header.first_picture = ReadAnimationFrame(bytes, data);
      picture = true;
    }
    if (header.width != 0) continue;
    if (lossy) ReadVp8Size(data, header);
    if (StartsWith(type, "VP8L")) ReadVp8lSize(data, header);
    if (StartsWith(type, "VP8X")) ReadVp8xSize(data, header);
  }
  if (!picture || header.width == 0 || header.height == 0) Corrupt("the WebP file has no picture");
  if (header.first_picture && !LiesWithin(*header.first_picture, header))
    Corrupt("the first picture of the WebP file lies outside its canvas");
  return header;
}

}  // namespace

ImageHeader ReadImageHeader(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) throw FrameError(FrameFault::kEmpty, "no bytes");
  if (bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF)
    return JpegReader(bytes).Read();
  if (bytes.size() >= kPngSignature.size() &&
      std::equal(kPngSignature.begin(), kPngSignature.end(), bytes.begin())) {
    return ReadPng(bytes);
  }
  if (bytes.size() >= 12 && StartsWith(bytes, "RIFF") && StartsWith(bytes.subspan(8), "WEBP"))
    return ReadWebp(bytes);
  throw FrameError(FrameFault::kUnknown, "neither JPEG, PNG nor WebP");
}

}  // namespace emochat
