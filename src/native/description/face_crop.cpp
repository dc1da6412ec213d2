#include "description/face_crop.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace emochat {
namespace {

struct Anchor {
  std::size_t landmark;
  float x;
  float y;
};

/// Where the mean of the upright faces of RAF-DB's training half and of their mirror images has its eyes,
/// nose and mouth, in pixels of the crop.
constexpr auto kAnchors = std::to_array<Anchor>({
    {.landmark = 27, .x = 47.5F, .y = 26.2F}, {.landmark = 28, .x = 47.5F, .y = 32.4F},
    {.landmark = 29, .x = 47.5F, .y = 38.6F}, {.landmark = 30, .x = 47.5F, .y = 44.8F},
    {.landmark = 31, .x = 38.4F, .y = 49.9F}, {.landmark = 32, .x = 42.8F, .y = 51.1F},
    {.landmark = 33, .x = 47.5F, .y = 52.2F}, {.landmark = 34, .x = 52.2F, .y = 51.1F},
    {.landmark = 35, .x = 56.6F, .y = 49.9F}, {.landmark = 36, .x = 19.5F, .y = 27.2F},
    {.landmark = 37, .x = 24.8F, .y = 25.0F}, {.landmark = 38, .x = 30.5F, .y = 25.1F},
    {.landmark = 39, .x = 35.6F, .y = 28.2F}, {.landmark = 40, .x = 30.1F, .y = 29.0F},
    {.landmark = 41, .x = 24.5F, .y = 28.9F}, {.landmark = 42, .x = 59.4F, .y = 28.2F},
    {.landmark = 43, .x = 64.5F, .y = 25.1F}, {.landmark = 44, .x = 70.2F, .y = 25.0F},
    {.landmark = 45, .x = 75.5F, .y = 27.2F}, {.landmark = 46, .x = 70.5F, .y = 28.9F},
    {.landmark = 47, .x = 64.9F, .y = 29.0F}, {.landmark = 48, .x = 29.8F, .y = 61.4F},
    {.landmark = 51, .x = 47.5F, .y = 58.7F}, {.landmark = 54, .x = 65.2F, .y = 61.4F},
    {.landmark = 57, .x = 47.5F, .y = 70.2F},
});

/// Pixels of the picture to one of the crop, at most: more than any face has that a picture can hold.
constexpr double kLargestScale = 64;
constexpr double kSmallestScale = 1.0 / 64;
/// From this scale on, a pixel of the crop is the mean of four samples.
constexpr double kManySamplesFrom = 1.2;

}  // namespace

FaceCropper::Similarity FaceCropper::ToPicture(std::span<const float> landmarks) {
  double x = 0;
  double y = 0;
  double u = 0;
  double v = 0;
  for (const Anchor& anchor : kAnchors) {
    u += anchor.x;
    v += anchor.y;
    x += landmarks[2 * anchor.landmark];
    y += landmarks[(2 * anchor.landmark) + 1];
  }
  const double count = kAnchors.size();
  x /= count;
  y /= count;
  u /= count;
  v /= count;
  // As complex numbers: the least squares of w = s·z, both centred, are s = Σ z̄·w / Σ |z|².
  double along = 0;
  double across = 0;
  double extent = 0;
  for (const Anchor& anchor : kAnchors) {
    const double zx = anchor.x - u;
    const double zy = anchor.y - v;
    const double wx = landmarks[2 * anchor.landmark] - x;
    const double wy = landmarks[(2 * anchor.landmark) + 1] - y;
    along += (zx * wx) + (zy * wy);
    across += (zx * wy) - (zy * wx);
    extent += (zx * zx) + (zy * zy);
  }
  const double a = along / extent;
  const double b = across / extent;
  return {.a = a, .b = b, .x0 = x - (a * u) + (b * v), .y0 = y - (b * u) - (a * v)};
}

bool FaceCropper::Lay(const cv::Mat& grey, std::span<const float> landmarks, FaceCrop& crop) {
  const Similarity way = ToPicture(landmarks);
  const double square = (way.a * way.a) + (way.b * way.b);
  const double scale = std::sqrt(square);
  // Written so that it fails for what is not a number, too.
  if (!(scale >= kSmallestScale && scale <= kLargestScale)) return false;
  for (std::size_t i = 0; i < FaceCrop::kLandmarks; ++i) {
    const double x = landmarks[2 * i] - way.x0;
    const double y = landmarks[(2 * i) + 1] - way.y0;
    crop.landmarks[2 * i] = static_cast<float>(((way.a * x) + (way.b * y)) / square);
    crop.landmarks[(2 * i) + 1] = static_cast<float>(((way.a * y) - (way.b * x)) / square);
  }
  const int block = std::max(1, static_cast<int>(scale));
  Reduce(grey, way, block);
  const int samples = scale / block >= kManySamplesFrom ? 2 : 1;
  for (int row = 0; row < FaceCrop::kSide; ++row) {
    const auto grey_row =
        std::span(crop.grey).subspan(static_cast<std::size_t>(row) * FaceCrop::kSide, FaceCrop::kSide);
    std::ranges::fill(grey_row, 0.0F);
    for (int down = 0; down < samples; ++down)
      AddSamples(way, row + ((down + 0.5) / samples) - 0.5, samples, block, grey_row);
    for (float& value : grey_row) value /= static_cast<float>(samples * samples);
  }
  return true;
}

void FaceCropper::AddSamples(const Similarity& way, double v, int samples, int block,
                             std::span<float> sums) const {
  // Of a power of two the inverse is exact, and so is multiplying by it.
  const bool exact = (block & (block - 1)) == 0;
  const double inverse = 1.0 / block;
  const auto in_blocks = [&](double at) { return exact ? at * inverse : at / block; };
  const double across_x = way.b * v;
  const double across_y = way.a * v;
  for (int column = 0; column < FaceCrop::kSide; ++column) {
    for (int right = 0; right < samples; ++right) {
      const double u = column + ((right + 0.5) / samples) - 0.5;
      const double x = (way.a * u) - across_x + way.x0;
      const double y = (way.b * u) + across_y + way.y0;
      // Pixel centres lie at whole numbers, those of blocks, too.
      sums[static_cast<std::size_t>(column)] +=
          Sample(in_blocks(x + 0.5) - 0.5 - left_, in_blocks(y + 0.5) - 0.5 - top_);
    }
  }
}

void FaceCropper::Reduce(const cv::Mat& grey, const Similarity& way, int block) {
  // One pixel more than the crop's on every side, for the samples between them.
  constexpr double kFirst = -1;
  constexpr double kLast = FaceCrop::kSide;
  const auto bounds = [&](double p, double q, double offset, int length) {
    const std::array<double, 4> ends = {(p * kFirst) + (q * kFirst), (p * kLast) + (q * kFirst),
                                        (p * kFirst) + (q * kLast), (p * kLast) + (q * kLast)};
    const auto [least, most] = std::ranges::minmax(ends);
    // Far outside the picture everything is its edge.
    const double beyond = FaceCrop::kSide * kLargestScale;
    const auto blocks = [&](double end) {
      return static_cast<int>(std::floor(std::clamp(end + offset, -beyond, length + beyond) / block));
    };
    return std::pair(blocks(least) - 1, blocks(most) + 2);
  };
  const auto [left, right] = bounds(way.a, -way.b, way.x0, grey.cols);
  const auto [top, bottom] = bounds(way.b, way.a, way.y0, grey.rows);
  left_ = left;
  top_ = top;
  width_ = right - left;
  height_ = bottom - top;
  reduced_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  const float share = 1.0F / static_cast<float>(block * block);
  for (int row = 0; row < height_; ++row) {
    for (int column = 0; column < width_; ++column) {
      int sum = 0;
      for (int y = 0; y < block; ++y) {
        const int line = std::clamp(((top_ + row) * block) + y, 0, grey.rows - 1);
        const auto* const pixels = grey.ptr<std::uint8_t>(line);
        for (int x = 0; x < block; ++x)
          sum += pixels[std::clamp(((left_ + column) * block) + x, 0, grey.cols - 1)];
      }
      reduced_[(static_cast<std::size_t>(row) * static_cast<std::size_t>(width_)) +
               static_cast<std::size_t>(column)] = static_cast<float>(sum) * share;
    }
  }
}

float FaceCropper::Sample(double x, double y) const {
  const double within_x = std::clamp(x, 0.0, width_ - 1.001);
  const double within_y = std::clamp(y, 0.0, height_ - 1.001);
  const int column = static_cast<int>(within_x);
  const int row = static_cast<int>(within_y);
  const auto right = static_cast<float>(within_x - column);
  const auto down = static_cast<float>(within_y - row);
  const float* const upper = &reduced_[(static_cast<std::size_t>(row) * static_cast<std::size_t>(width_)) +
                                       static_cast<std::size_t>(column)];
  const float* const lower = upper + width_;
  const float above = upper[0] + (right * (upper[1] - upper[0]));
  const float below = lower[0] + (right * (lower[1] - lower[0]));
  return above + (down * (below - above));
}

}  // namespace emochat
