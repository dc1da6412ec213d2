#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "landmarks/facemark_fit.h"
#include "landmarks/facemark_model.h"

namespace fuzz {

inline constexpr int kSide = 40;

/// A small picture of stripes.
inline const cv::Mat& Picture() {
  static const cv::Mat picture = [] {
    cv::Mat pixels(kSide, kSide, CV_8U);
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x)
        pixels.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(x * 37 + y * 91);
    }
    return pixels;
  }();
  return picture;
}

/// Boxes in the middle of it, at its edge and as large as it is.
inline std::array<cv::Rect, 3> Faces() {
  return {cv::Rect(8, 9, 24, 25), cv::Rect(0, 20, 20, 20), cv::Rect(0, 0, kSide, kSide)};
}

/// Fits a facemark to them.
inline void FitFaces(std::shared_ptr<const emochat::FacemarkModel> model) {
  std::vector<float> landmarks(model->shape().coordinates());
  emochat::FacemarkFitter fitter(std::move(model));
  for (const cv::Rect& face : Faces()) fitter.Fit(Picture(), face, landmarks);
}

}  // namespace fuzz
