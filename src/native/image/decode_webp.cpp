#include <webp/decode.h>

#include "base/errors.h"
#include "image/grey_simd.h"
#include "image/image_codecs.h"

namespace emochat {
namespace {

const char* TextOf(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return "not enough memory for the WebP picture";
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "data of the WebP picture are missing";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "the WebP file has a feature that is not supported";
    default:
      return "the data of the WebP picture are damaged";
  }
}

void ThrowUnlessOk(VP8StatusCode status) {
  if (status != VP8_STATUS_OK) throw FrameError(FrameFault::kCorrupt, TextOf(status));
}

}  // namespace

void DecodeWebp(std::span<const std::uint8_t> bytes, const PicturePlace& place, const GreyTarget& target,
                ByteBuffer& scratch) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0)
    throw FrameError(FrameFault::kCorrupt, "another libwebp is needed");
  ThrowUnlessOk(WebPGetFeatures(bytes.data(), bytes.size(), &config.input));
  if (static_cast<std::size_t>(config.input.width) != place.width ||
      static_cast<std::size_t>(config.input.height) != place.height) {
    throw FrameError(FrameFault::kCorrupt, "the WebP file has two sizes");
  }
  // The transparency is decoded, too, though nobody looks at it: a file is refused wherever it is damaged.
  const bool transparent = config.input.has_alpha != 0;
  const std::size_t stride = place.width * (transparent ? 4 : 3);
  std::uint8_t* const colours = scratch.Reserve(stride * place.height);
  config.output.colorspace = transparent ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {colours, static_cast<int>(stride), stride * place.height};
  ThrowUnlessOk(WebPDecode(bytes.data(), bytes.size(), &config));
  const PixelOrder order = transparent ? PixelOrder::kRgbx : PixelOrder::kRgb;
  for (std::size_t y = 0; y < place.height; ++y) {
    GreyRow(order, colours + y * stride, place.width, target.Row(place.top + y) + place.left);
  }
}

}  // namespace emochat
