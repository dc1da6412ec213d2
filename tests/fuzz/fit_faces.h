#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "facemark_fit.h"
#include "facemark_model.h"

namespace fuzz {

/// Fits a facemark to faces in the middle, at the edge and as large as a small picture.
inline void FitFaces(std::shared_ptr<const emochat::FacemarkModel> model) {
  constexpr int kSide = 40;
  static const cv::Mat picture = [] {
    cv::Mat pixels(kSide, kSide, CV_8U);
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x)
        pixels.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(x * 37 + y * 91);
    }
    return pixels;
  }();
  std::vector<float> landmarks(model->shape().coordinates());
  emochat::FacemarkFitter fitter(std::move(model));
  for (const cv::Rect& face :
       {cv::Rect(8, 9, 24, 25), cv::Rect(0, 20, 20, 20), cv::Rect(0, 0, kSide, kSide)}) {
    fitter.Fit(picture, face, landmarks);
  }
}

}  // namespace fuzz
