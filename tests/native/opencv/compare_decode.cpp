// Compares the project's way from encoded bytes to grey with OpenCV's imdecode and cvtColor, pixel for pixel,
// on every instruction set that this processor has, and what the two refuse: a proof for the tests, not part
// of the addon.
//
// usage: compare_decode [--made SEED COUNT] [--damaged SEED COUNT] [PICTURE...]
//
// --made     COUNT pictures of every kind that the three formats know: colour models, samplings, depths,
// scans,
//            palettes, transparency, chunks that must not matter; 1x1 to some hundreds a side
// --damaged  COUNT of them with a few bytes changed, none of them a JPEG file's end marker. What the header
//            check lets through must be refused by both, or be taken by both and give the same pixels
//
// A line for every difference; the last line is "pictures P taken T different D".

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <hwy/targets.h>
#include <jpeglib.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <png.h>
#include <webp/encode.h>

#include "base/errors.h"
#include "image/image_decode.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  /// A number from least to most.
  int Between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine_); }
  bool Chance(int percent) { return Between(1, 100) <= percent; }
  template <class List>
  auto OneOf(const List& list) {
    return *(std::begin(list) + Between(0, static_cast<int>(std::size(list)) - 1));
  }

 private:
  std::mt19937 engine_;
};

/// Samples of a made picture: smooth colours with some noise, so that every value occurs.
Bytes Samples(Random& random, int width, int height, int channels) {
  Bytes samples(static_cast<std::size_t>(width) * height * channels);
  const int noise = random.OneOf(std::array{0, 4, 60});
  std::vector<std::array<int, 3>> waves(channels);
  for (auto& wave : waves) wave = {random.Between(-9, 9), random.Between(-9, 9), random.Between(0, 255)};
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const auto& [across, down, start] : waves) {
        const int value = start + across * x + down * y + random.Between(-noise, noise);
        // Up and down again, like a triangle.
        const int folded = ((value % 512) + 512) % 512;
        samples[i++] = static_cast<std::uint8_t>(folded < 256 ? folded : 511 - folded);
      }
    }
  }
  return samples;
}

struct Made {
  Bytes bytes;
  std::string what;
};

/// Removes the segments of a JPEG file that have a marker.
Bytes WithoutSegments(const Bytes& jpeg, std::uint8_t marker) {
  Bytes kept(jpeg.begin(), jpeg.begin() + 2);
  std::size_t at = 2;
  while (jpeg[at + 1] != 0xDA) {
    const std::size_t length = 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
    if (jpeg[at + 1] != marker) kept.insert(kept.end(), jpeg.begin() + at, jpeg.begin() + at + length);
    at += length;
  }
  kept.insert(kept.end(), jpeg.begin() + at, jpeg.end());
  return kept;
}

Made MakeJpeg(Random& random, int width, int height) {
  struct Model {
    const char* name;
    J_COLOR_SPACE given;
    J_COLOR_SPACE stored;
    int channels;
  };
  static constexpr std::array kModels = {
      Model{"YCbCr", JCS_RGB, JCS_YCbCr, 3}, Model{"YCbCr", JCS_RGB, JCS_YCbCr, 3},
      Model{"YCbCr", JCS_RGB, JCS_YCbCr, 3}, Model{"grey", JCS_GRAYSCALE, JCS_GRAYSCALE, 1},
      Model{"RGB", JCS_RGB, JCS_RGB, 3},     Model{"CMYK", JCS_CMYK, JCS_CMYK, 4},
      Model{"YCCK", JCS_CMYK, JCS_YCCK, 4},  Model{"two channels", JCS_UNKNOWN, JCS_UNKNOWN, 2}};
  // Of the first channel; all others are 1x1 by default.
  static constexpr std::array<std::array<int, 2>, 8> kSamplings = {
      {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}, {4, 2}, {2, 4}, {3, 1}}};
  const Model model = random.OneOf(kModels);
  Made made{{}, std::string("JPEG ") + model.name};
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &memory, &size);
  codec.image_width = width;
  codec.image_height = height;
  codec.input_components = model.channels;
  codec.in_color_space = model.given;
  jpeg_set_defaults(&codec);
  jpeg_set_colorspace(&codec, model.stored);
  jpeg_set_quality(&codec, random.OneOf(std::array{5, 50, 90, 100}), TRUE);
  const auto [across, down] = random.OneOf(kSamplings);
  codec.comp_info[0].h_samp_factor = across;
  codec.comp_info[0].v_samp_factor = down;
  for (int i = 1; i < model.channels; ++i) {
    codec.comp_info[i].h_samp_factor = codec.comp_info[i].v_samp_factor = 1;
    // A full fourth ink and chroma halved one way only are rare, but there.
    if (random.Chance(20)) codec.comp_info[i].h_samp_factor = across;
    if (random.Chance(10)) codec.comp_info[i].v_samp_factor = down;
  }
  made.what += " " + std::to_string(across) + "x" + std::to_string(down);
  if (random.Chance(25)) codec.restart_interval = random.Between(1, 9);
  if (random.Chance(30)) codec.optimize_coding = TRUE;
  int blocks = 0;
  for (int i = 0; i < model.channels; ++i) {
    blocks += codec.comp_info[i].h_samp_factor * codec.comp_info[i].v_samp_factor;
  }
  std::array<jpeg_scan_info, 4> scans{};
  if (blocks > C_MAX_BLOCKS_IN_MCU || random.Chance(15)) {
    for (int i = 0; i < model.channels; ++i) scans[i] = {1, {i}, 0, DCTSIZE2 - 1, 0, 0};
    codec.scan_info = scans.data();
    codec.num_scans = model.channels;
    made.what += " scan by scan";
  } else if (random.Chance(30)) {
    jpeg_simple_progression(&codec);
    made.what += " progressive";
  }
  if (random.Chance(10)) {
    codec.arith_code = TRUE;
    codec.optimize_coding = FALSE;
    made.what += " arithmetic";
  }
  if (random.Chance(20)) codec.write_Adobe_marker = !codec.write_Adobe_marker;
  const Bytes samples = Samples(random, width, height, model.channels);
  jpeg_start_compress(&codec, TRUE);
  if (random.Chance(20))
    jpeg_write_marker(&codec, JPEG_COM, samples.data(), std::min(size_t{99}, samples.size()));
  for (int y = 0; y < height; ++y) {
    JSAMPROW row =
        const_cast<JSAMPROW>(samples.data() + static_cast<std::size_t>(y) * width * model.channels);
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  made.bytes.assign(memory, memory + size);
  const bool sequential = codec.scan_info == nullptr && codec.arith_code == FALSE;
  jpeg_destroy_compress(&codec);
  std::free(memory);
  if (sequential && codec.optimize_coding == FALSE && random.Chance(20)) {
    made.bytes = WithoutSegments(made.bytes, 0xC4);
    made.what += " without tables";
  }
  return made;
}

Made MakePng(Random& random, int width, int height) {
  struct Kind {
    const char* name;
    int type;
    int depth;
    int channels;
  };
  static constexpr std::array kKinds = {Kind{"grey", PNG_COLOR_TYPE_GRAY, 1, 1},
                                        Kind{"grey", PNG_COLOR_TYPE_GRAY, 2, 1},
                                        Kind{"grey", PNG_COLOR_TYPE_GRAY, 4, 1},
                                        Kind{"grey", PNG_COLOR_TYPE_GRAY, 8, 1},
                                        Kind{"grey", PNG_COLOR_TYPE_GRAY, 16, 1},
                                        Kind{"grey+alpha", PNG_COLOR_TYPE_GRAY_ALPHA, 8, 2},
                                        Kind{"grey+alpha", PNG_COLOR_TYPE_GRAY_ALPHA, 16, 2},
                                        Kind{"palette", PNG_COLOR_TYPE_PALETTE, 1, 1},
                                        Kind{"palette", PNG_COLOR_TYPE_PALETTE, 2, 1},
                                        Kind{"palette", PNG_COLOR_TYPE_PALETTE, 4, 1},
                                        Kind{"palette", PNG_COLOR_TYPE_PALETTE, 8, 1},
                                        Kind{"RGB", PNG_COLOR_TYPE_RGB, 8, 3},
                                        Kind{"RGB", PNG_COLOR_TYPE_RGB, 16, 3},
                                        Kind{"RGBA", PNG_COLOR_TYPE_RGBA, 8, 4},
                                        Kind{"RGBA", PNG_COLOR_TYPE_RGBA, 16, 4}};
  const Kind kind = random.OneOf(kKinds);
  Made made{{}, std::string("PNG ") + kind.name + " " + std::to_string(kind.depth)};
  png_structp codec = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(codec);
  png_set_write_fn(
      codec, &made.bytes,
      [](png_structp writer, png_bytep data, std::size_t size) {
        auto* const target = static_cast<Bytes*>(png_get_io_ptr(writer));
        target->insert(target->end(), data, data + size);
      },
      nullptr);
  const bool interlaced = random.Chance(40);
  if (interlaced) made.what += " interlaced";
  png_set_IHDR(codec, info, width, height, kind.depth, kind.type,
               interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::array<png_color, 256> palette{};
  std::array<png_byte, 256> alphas{};
  // Now and then a palette that is too short for the indices.
  const int colours =
      random.Chance(20) ? random.Between(1, 1 << std::min(kind.depth, 8)) : 1 << std::min(kind.depth, 8);
  for (png_color& colour : palette) {
    colour = {static_cast<png_byte>(random.Between(0, 255)), static_cast<png_byte>(random.Between(0, 255)),
              static_cast<png_byte>(random.Between(0, 255))};
  }
  for (png_byte& alpha : alphas) alpha = static_cast<png_byte>(random.Between(0, 255));
  if (kind.type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(codec, info, palette.data(), colours);
  if ((kind.type & PNG_COLOR_MASK_ALPHA) == 0 && random.Chance(30)) {
    png_color_16 transparent{0, 20, 30, 40, 1};
    png_set_tRNS(codec, info, alphas.data(), random.Between(1, colours), &transparent);
    made.what += " tRNS";
  }
  if (random.Chance(30)) {
    png_set_gAMA(codec, info, 1.0 / random.Between(1, 3));
    made.what += " gAMA";
  } else if (random.Chance(15)) {
    png_set_sRGB(codec, info, PNG_sRGB_INTENT_PERCEPTUAL);
  }
  if (random.Chance(15)) {
    const auto bits =
        static_cast<png_byte>(kind.type == PNG_COLOR_TYPE_PALETTE ? 5 : std::max(1, kind.depth - 1));
    const png_color_8 significant{bits, bits, bits, bits, bits};
    png_set_sBIT(codec, info, &significant);
    made.what += " sBIT";
  }
  if (random.Chance(15)) {
    const png_color_16 background{0, 1, 1, 1, 1};
    png_set_bKGD(codec, info, &background);
  }
  if (random.Chance(15)) {
    std::string text(2000, 'x');
    std::string key = "Comment";
    png_text comment{};
    comment.compression = PNG_TEXT_COMPRESSION_zTXt;
    comment.key = key.data();
    comment.text = text.data();
    comment.text_length = text.size();
    png_set_text(codec, info, &comment, 1);
  }
  const std::size_t stride = (static_cast<std::size_t>(width) * kind.channels * kind.depth + 7) / 8;
  Bytes rows = Samples(random, static_cast<int>(stride), height, 1);
  std::vector<png_bytep> pointers;
  for (int y = 0; y < height; ++y) pointers.push_back(rows.data() + y * stride);
  png_set_check_for_invalid_index(codec, 0);
  png_write_info(codec, info);
  png_write_image(codec, pointers.data());
  png_write_end(codec, info);
  png_destroy_write_struct(&codec, &info);
  return made;
}

Made MakeWebp(Random& random, int width, int height) {
  const bool alpha = random.Chance(40);
  const bool lossless = random.Chance(40);
  const Bytes samples = Samples(random, width, height, alpha ? 4 : 3);
  Made made{{}, std::string("WebP") + (alpha ? " alpha" : "") + (lossless ? " lossless" : " lossy")};
  std::uint8_t* memory = nullptr;
  std::size_t size = 0;
  const auto quality = static_cast<float>(random.Between(1, 100));
  if (alpha && lossless) size = WebPEncodeLosslessRGBA(samples.data(), width, height, 4 * width, &memory);
  if (alpha && !lossless) size = WebPEncodeRGBA(samples.data(), width, height, 4 * width, quality, &memory);
  if (!alpha && lossless) size = WebPEncodeLosslessRGB(samples.data(), width, height, 3 * width, &memory);
  if (!alpha && !lossless) size = WebPEncodeRGB(samples.data(), width, height, 3 * width, quality, &memory);
  made.bytes.assign(memory, memory + size);
  WebPFree(memory);
  return made;
}

Made Make(Random& random) {
  const auto side = [&] { return random.Chance(25) ? random.Between(1, 20) : random.Between(1, 200); };
  const int width = side();
  const int height = side();
  const int kind = random.Between(1, 10);
  Made made = kind <= 5   ? MakeJpeg(random, width, height)
              : kind <= 8 ? MakePng(random, width, height)
                          : MakeWebp(random, width, height);
  made.what += " " + std::to_string(width) + "x" + std::to_string(height);
  return made;
}

/// Changes a few bytes, but leaves a JPEG file its end marker: of those without one we take some that OpenCV
/// refuses, since all their rows are there.
void Damage(Random& random, Bytes& bytes) {
  const bool jpeg = bytes[0] == 0xFF && bytes[1] == 0xD8;
  const int size = static_cast<int>(bytes.size()) - (jpeg ? 2 : 0);
  for (int n = random.Between(1, 6); n > 0; --n) {
    // Half of the damage goes where the structure is.
    const int end = random.Chance(50) ? 150 : 1 << 30;
    bytes[random.Between(0, std::min(end, size) - 1)] = static_cast<std::uint8_t>(random.Between(0, 255));
  }
}

class Comparison {
 public:
  void Picture(const Bytes& bytes, const std::string& name) {
    ++pictures_;
    cv::Mat ours;
    const bool taken = Ours(bytes, ours);
    if (!taken && fault_ != emochat::FrameFault::kCorrupt) return;
    cv::Mat theirs;
    const bool taken_by_them = Theirs(bytes, theirs);
    if (!taken) {
      // The header check refuses what it cannot follow; OpenCV is only asked about what decoders refuse.
      if (taken_by_them && header_is_fine_) Different(name, "refused: " + text_);
      return;
    }
    ++taken_;
    if (!taken_by_them) return Different(name, "taken, and refused by OpenCV");
    if (!Same(ours, theirs)) return Different(name, "other pixels");
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      Ours(bytes, ours);
      hwy::SetSupportedTargetsForTest(0);
      if (!Same(ours, theirs)) Different(name, std::string("other pixels with ") + hwy::TargetName(target));
    }
  }

  int Report() const {
    std::printf("pictures %d taken %d different %d\n", pictures_, taken_, different_);
    return different_ == 0 ? 0 : 1;
  }

 private:
  bool Ours(const Bytes& bytes, cv::Mat& grey) {
    header_is_fine_ = false;
    try {
      emochat::ReadImageHeader(bytes);
      header_is_fine_ = true;
      grey = decoder_.DecodeGrey(bytes);
      return true;
    } catch (const emochat::FrameError& error) {
      fault_ = error.fault();
      text_ = error.what();
      return false;
    }
  }

  static bool Theirs(const Bytes& bytes, cv::Mat& grey) {
    try {
      const cv::Mat colour = cv::imdecode(bytes, cv::IMREAD_COLOR);
      if (colour.empty()) return false;
      cv::cvtColor(colour, grey, cv::COLOR_BGR2GRAY);
      return true;
    } catch (const cv::Exception&) {
      return false;
    }
  }

  static bool Same(const cv::Mat& a, const cv::Mat& b) {
    return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
  }

  void Different(const std::string& name, const std::string& how) {
    std::printf("different: %s: %s\n", name.c_str(), how.c_str());
    ++different_;
  }

  emochat::ImageDecoder decoder_{25'000'000};
  bool header_is_fine_ = false;
  emochat::FrameFault fault_ = emochat::FrameFault::kCorrupt;
  std::string text_;
  int pictures_ = 0;
  int taken_ = 0;
  int different_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  Comparison comparison;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--made" || argument == "--damaged") {
      const int seed = std::atoi(argv[++i]);
      const int count = std::atoi(argv[++i]);
      for (int n = 0; n < count; ++n) {
        Random random(static_cast<unsigned>(seed * 1'000'003 + n));
        Made made = Make(random);
        if (argument == "--damaged") Damage(random, made.bytes);
        comparison.Picture(made.bytes, argument + " " + std::to_string(n) + " " + made.what);
      }
    } else {
      std::ifstream file(argument, std::ios::binary);
      comparison.Picture(Bytes(std::istreambuf_iterator<char>(file), {}), argument);
    }
  }
  return comparison.Report();
}
