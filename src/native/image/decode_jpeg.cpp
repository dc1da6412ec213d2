#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>

// libjpeg's header needs what <cstdio> declares, but does not include it.
#include <jpeglib.h>
// After it, as that header needs it.
#include <jerror.h>

#include "base/errors.h"
#include "image/grey_simd.h"
#include "image/image_codecs.h"

namespace emochat {
namespace {

/// How libjpeg reports: an error must not return to it, a warning is passed over in silence.
struct ErrorHandler : jpeg_error_mgr {
  std::jmp_buf way_out;
  std::array<char, JMSG_LENGTH_MAX> text;
  /// Whether the bytes came to an end without an end marker.
  bool ran_out = false;
  /// Whether they came to an end before the picture did.
  bool truncated = false;
};

/// What a file without an end marker is read as if it ended with.
constexpr std::array<JOCTET, 2> kEndMarker = {0xFF, JPEG_EOI};

extern "C" {

[[noreturn]] static void LeaveWithError(j_common_ptr codec) {
  auto* const handler = static_cast<ErrorHandler*>(codec->err);
  handler->format_message(codec, handler->text.data());
  // NOLINTNEXTLINE(cert-err52-cpp): an exception must not pass through C.
  std::longjmp(handler->way_out, 1);
}

static void IgnoreMessage(j_common_ptr) {}

static void IgnoreUnlessCutOff(j_common_ptr codec, int) {
  auto* const handler = static_cast<ErrorHandler*>(codec->err);
  if (!handler->ran_out || handler->msg_code != JWRN_HIT_MARKER) return;
  handler->truncated = true;
  LeaveWithError(codec);
}

static void NothingToDo(j_decompress_ptr) {}

static boolean RunOutOfBytes(j_decompress_ptr codec) {
  static_cast<ErrorHandler*>(codec->err)->ran_out = true;
  codec->src->next_input_byte = kEndMarker.data();
  codec->src->bytes_in_buffer = kEndMarker.size();
  return TRUE;
}

static void SkipBytes(j_decompress_ptr codec, long count) {
  if (count <= 0) return;
  if (static_cast<std::size_t>(count) > codec->src->bytes_in_buffer) {
    // Nobody writes a segment in part: more than the end marker is missing.
    static_cast<ErrorHandler*>(codec->err)->truncated = true;
    codec->err->msg_code = JERR_INPUT_EOF;
    LeaveWithError(reinterpret_cast<j_common_ptr>(codec));
  }
  codec->src->next_input_byte += count;
  codec->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

}  // extern "C"

/// A row of the four inks, inverted as Adobe stores them, becomes the red, green and blue that OpenCV makes
/// of them; the fourth byte stays.
void InksToRgbx(std::uint8_t* inks, std::size_t width) {
  for (std::uint8_t* const end = inks + 4 * width; inks != end; inks += 4) {
    const int black = inks[3];
    for (int i = 0; i < 3; ++i) {
      inks[i] = static_cast<std::uint8_t>(black - ((255 - inks[i]) * black >> 8));
    }
  }
}

/// One picture's decompressor. Made anew for each: libjpeg keeps the tables of the picture before, and would
/// use them for one that brings none.
class Decompressor {
 public:
  Decompressor(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch)
      : bytes_(bytes), target_(target), scratch_(scratch) {
    codec_.err = jpeg_std_error(&errors_);
    errors_.error_exit = LeaveWithError;
    errors_.output_message = IgnoreMessage;
    errors_.emit_message = IgnoreUnlessCutOff;
    source_.next_input_byte = bytes.data();
    source_.bytes_in_buffer = bytes.size();
    source_.init_source = NothingToDo;
    source_.fill_input_buffer = RunOutOfBytes;
    source_.skip_input_data = SkipBytes;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = NothingToDo;
  }
  ~Decompressor() { jpeg_destroy_decompress(&codec_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  void Decode() {
    if (!Start()) ThrowFault();
    if (codec_.output_width != target_.width || codec_.output_height != target_.height)
      throw FrameError(FrameFault::kCorrupt, "the JPEG file has two sizes");
    colours_ = scratch_.Reserve(kRows * target_.width * kBytesAPixel);
    if (!ReadRows()) ThrowFault();
    if (LacksData()) throw FrameError(FrameFault::kTruncated, "data are missing at the end");
  }

 private:
  /// As many as one call of libjpeg gives at most.
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kBytesAPixel = 4;

  [[noreturn]] void ThrowFault() const {
    throw FrameError(errors_.truncated ? FrameFault::kTruncated : FrameFault::kCorrupt, errors_.text.data());
  }

  /// Whether a file whose rows all decoded was cut off all the same.
  [[nodiscard]] bool LacksData() {
    // The entropy decoder reads ahead by the bytes of its bit buffer, and the padding of the last byte may be
    // zeros.
    constexpr std::size_t kAhead = 16;
    const auto last =
        std::find_if(bytes_.rbegin(), bytes_.rend(), [](std::uint8_t byte) { return byte != 0; });
    const auto zeros = static_cast<std::size_t>(last - bytes_.rbegin());
    if (jpeg_has_multiple_scans(&codec_) != 0) return errors_.ran_out && (zeros > kAhead || !HasEveryBit());
    // Zeros are valid codes: a file cut off and filled up with them decodes, to flat rows.
    return (errors_.ran_out ? 0 : source_.bytes_in_buffer) + kAhead < zeros;
  }

  /// Whether the scans of a progressive file brought every coefficient in full.
  [[nodiscard]] bool HasEveryBit() const {
    if (codec_.coef_bits == nullptr) return true;
    return std::all_of(codec_.coef_bits, codec_.coef_bits + codec_.num_components, [](const auto& bits) {
      return std::ranges::all_of(bits, [](int missing) { return missing == 0; });
    });
  }

  // An error leaves these two over a long jump, so nothing in them has a destructor.

  bool Start() {
    // NOLINTNEXTLINE(cert-err52-cpp)
    if (setjmp(errors_.way_out) != 0) return false;
    jpeg_create_decompress(&codec_);
    codec_.src = &source_;
    jpeg_read_header(&codec_, TRUE);
    codec_.out_color_space = codec_.num_components == 1   ? JCS_GRAYSCALE
                             : codec_.num_components == 4 ? JCS_CMYK
                                                          : JCS_EXT_RGBX;
    jpeg_start_decompress(&codec_);
    return true;
  }

  bool ReadRows() {
    // NOLINTNEXTLINE(cert-err52-cpp)
    if (setjmp(errors_.way_out) != 0) return false;
    std::array<JSAMPROW, kRows> rows{};
    while (codec_.output_scanline < codec_.output_height) {
      const std::size_t y = codec_.output_scanline;
      const std::size_t wanted = std::min(kRows, target_.height - y);
      const bool grey = codec_.out_color_space == JCS_GRAYSCALE;
      for (std::size_t i = 0; i < wanted; ++i) {
        rows[i] = grey ? target_.Row(y + i) : colours_ + i * target_.width * kBytesAPixel;
      }
      const std::size_t count = jpeg_read_scanlines(&codec_, rows.data(), static_cast<JDIMENSION>(wanted));
      if (!grey) ToGrey(rows, y, count);
    }
    // What follows the last row is not looked at: the picture is there.
    return true;
  }

  void ToGrey(const std::array<JSAMPROW, kRows>& rows, std::size_t y, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (codec_.out_color_space == JCS_CMYK) InksToRgbx(rows[i], target_.width);
      GreyRow(PixelOrder::kRgbx, rows[i], target_.width, target_.Row(y + i));
    }
  }

  std::span<const std::uint8_t> bytes_;
  const GreyTarget& target_;
  ByteBuffer& scratch_;
  std::uint8_t* colours_ = nullptr;
  ErrorHandler errors_{};
  jpeg_source_mgr source_{};
  jpeg_decompress_struct codec_{};
};

}  // namespace

void DecodeJpeg(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch) {
  Decompressor(bytes, target, scratch).Decode();
}

}  // namespace emochat
