#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <png.h>

#include "base/errors.h"
#include "image/grey_simd.h"
#include "image/image_codecs.h"

namespace emochat {
namespace {

/// What libpng's callbacks know.
struct Input {
  std::span<const std::uint8_t> bytes;
  std::jmp_buf way_out;
  std::array<char, 128> text;
};

extern "C" {

[[noreturn]] static void LeaveWithError(png_structp codec, png_const_charp text) {
  auto* const input = static_cast<Input*>(png_get_error_ptr(codec));
  (void)std::snprintf(input->text.data(), input->text.size(), "%s", text);
  // NOLINTNEXTLINE(cert-err52-cpp): an exception must not pass through C.
  std::longjmp(input->way_out, 1);
}

static void IgnoreWarning(png_structp, png_const_charp) {}

static void TakeBytes(png_structp codec, png_bytep target, std::size_t count) {
  auto* const input = static_cast<Input*>(png_get_io_ptr(codec));
  if (count > input->bytes.size()) png_error(codec, "data are missing at the end");
  std::memcpy(target, input->bytes.data(), count);
  input->bytes = input->bytes.subspan(count);
}

}  // extern "C"

/// Names of the chunks that say nothing about the pixels, or nothing that is asked for: times, texts,
/// profiles, gamma, transparency. They are passed over unread, so that what is in them can do nothing.
constexpr std::array<std::array<png_byte, 5>, 18> kUnread = {{
    {'b', 'K', 'G', 'D'},
    {'c', 'H', 'R', 'M'},
    {'e', 'X', 'I', 'f'},
    {'g', 'A', 'M', 'A'},
    {'h', 'I', 'S', 'T'},
    {'i', 'C', 'C', 'P'},
    {'i', 'T', 'X', 't'},
    {'o', 'F', 'F', 's'},
    {'p', 'C', 'A', 'L'},
    {'p', 'H', 'Y', 's'},
    {'s', 'B', 'I', 'T'},
    {'s', 'C', 'A', 'L'},
    {'s', 'P', 'L', 'T'},
    {'s', 'R', 'G', 'B'},
    {'t', 'E', 'X', 't'},
    {'t', 'I', 'M', 'E'},
    {'t', 'R', 'N', 'S'},
    {'z', 'T', 'X', 't'},
}};

/// One picture's reader.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch)
      : target_(target), scratch_(scratch), input_{bytes, {}, {}} {}
  ~Reader() { png_destroy_read_struct(&codec_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void Decode() {
    if (!Start()) throw FrameError(FrameFault::kCorrupt, input_.text.data());
    if (png_get_image_width(codec_, info_) != target_.width ||
        png_get_image_height(codec_, info_) != target_.height) {
      throw FrameError(FrameFault::kCorrupt, "the PNG file has two sizes");
    }
    // A row of a pass, and what is grey of it.
    const std::size_t row_size = png_get_rowbytes(codec_, info_);
    row_ = scratch_.Reserve(row_size + target_.width);
    grey_row_ = row_ + row_size;
    if (!ReadRows()) throw FrameError(FrameFault::kCorrupt, input_.text.data());
  }

 private:
  static constexpr png_uint_32 kMaxSide = 1'000'000;
  static constexpr png_alloc_size_t kMaxChunk = 8'000'000;
  static constexpr png_uint_32 kMaxChunksKept = 100;

  // An error leaves these two over a long jump, so nothing in them has a destructor.

  bool Start() {
    // NOLINTNEXTLINE(cert-err52-cpp)
    if (setjmp(input_.way_out) != 0) return false;
    codec_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, LeaveWithError, IgnoreWarning);
    if (codec_ != nullptr) info_ = png_create_info_struct(codec_);
    if (info_ == nullptr) return Fail("another libpng, or more memory, is needed");
    png_set_read_fn(codec_, &input_, TakeBytes);
    png_set_user_limits(codec_, kMaxSide, kMaxSide);
    png_set_chunk_malloc_max(codec_, kMaxChunk);
    png_set_chunk_cache_max(codec_, kMaxChunksKept);
    png_set_keep_unknown_chunks(codec_, PNG_HANDLE_CHUNK_NEVER, kUnread.data()->data(), kUnread.size());
    png_read_info(codec_, info_);
    // Grey or red, green, blue of 8 bits each is what comes out, without transparency.
    png_set_strip_16(codec_);
    png_set_strip_alpha(codec_);
    png_set_expand(codec_);
    png_read_update_info(codec_, info_);
    return true;
  }

  bool ReadRows() {
    // NOLINTNEXTLINE(cert-err52-cpp)
    if (setjmp(input_.way_out) != 0) return false;
    if (png_get_interlace_type(codec_, info_) == PNG_INTERLACE_NONE) {
      for (std::size_t y = 0; y < target_.height; ++y) ReadRow(target_.width, target_.Row(y));
    } else {
      for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; ++pass) ReadPass(pass);
    }
    png_read_end(codec_, nullptr);
    return true;
  }

  void ReadPass(int pass) {
    const std::size_t width = PNG_PASS_COLS(target_.width, pass);
    const std::size_t height = PNG_PASS_ROWS(target_.height, pass);
    if (width == 0) return;
    for (std::size_t y = 0; y < height; ++y) {
      ReadRow(width, grey_row_);
      std::uint8_t* const row = target_.Row(PNG_ROW_FROM_PASS_ROW(y, pass));
      for (std::size_t x = 0; x < width; ++x) row[PNG_COL_FROM_PASS_COL(x, pass)] = grey_row_[x];
    }
  }

  void ReadRow(std::size_t width, std::uint8_t* grey) {
    png_read_row(codec_, row_, nullptr);
    if (png_get_channels(codec_, info_) == 1) {
      std::memcpy(grey, row_, width);
    } else {
      GreyRow(PixelOrder::kRgb, row_, width, grey);
    }
  }

  bool Fail(const char* text) {
    (void)std::snprintf(input_.text.data(), input_.text.size(), "%s", text);
    return false;
  }

  const GreyTarget& target_;
  ByteBuffer& scratch_;
  Input input_;
  std::uint8_t* row_ = nullptr;
  std::uint8_t* grey_row_ = nullptr;
  png_structp codec_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

void DecodePng(std::span<const std::uint8_t> bytes, const GreyTarget& target, ByteBuffer& scratch) {
  Reader(bytes, target, scratch).Decode();
}

}  // namespace emochat
