#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace emochat {

/// A face laid upright: a square of grey, the face's centre line in its middle, the eyes 40 pixels apart.
struct FaceCrop {
  static constexpr int kSide = 96;
  static constexpr std::size_t kLandmarks = 68;

  /// Grey in [0, 255], row by row.
  std::vector<float> grey = std::vector<float>(static_cast<std::size_t>(kSide) * kSide);
  /// x0, y0, x1, y1, … in pixels of the crop; some may lie outside it.
  std::vector<float> landmarks = std::vector<float>(2 * kLandmarks);
};

/// Lays faces upright. One thread at a time: it keeps its buffers.
class FaceCropper {
 public:
  /// Maps a face by the similarity that lays its eyes, nose and mouth's ends nearest to where they are on a
  /// mean face (least squares). A face that is larger than the crop is averaged over areas; a picture goes on
  /// beyond its edges as its edge pixels.
  ///
  /// `grey`: 8 bits a pixel. `landmarks`: the 68 of iBUG's scheme, x0, y0, x1, y1, … in pixels of `grey`.
  /// Returns false and leaves the crop as it is where they have no extent, or one of thousands of pixels.
  bool Lay(const cv::Mat& grey, std::span<const float> landmarks, FaceCrop& crop);

 private:
  /// From the crop's pixels to the picture's: (x, y) → (a·x − b·y + x0, b·x + a·y + y0).
  struct Similarity {
    double a = 0;
    double b = 0;
    double x0 = 0;
    double y0 = 0;
  };

  static Similarity ToPicture(std::span<const float> landmarks);
  void Reduce(const cv::Mat& grey, const Similarity& way, int block);
  /// Adds samples of a line of the crop, `v` pixels from its top: `samples` to each pixel of the line.
  void AddSamples(const Similarity& way, double v, int samples, int block, std::span<float> sums) const;
  [[nodiscard]] float Sample(double x, double y) const;

  /// The picture around the face, `block` by `block` pixels brought together; its first one is the picture's
  /// block (left_, top_).
  std::vector<float> reduced_;
  int left_ = 0;
  int top_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace emochat
