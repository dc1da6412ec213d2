#include "landmarks/landmark_fitter.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/errors.h"

namespace emochat {

LandmarkModels LandmarkModels::Load(const std::string& facemark_file, const std::string& refiner_file) {
  LandmarkModels models;
  if (!facemark_file.empty()) models.facemark = FacemarkModel::Load(facemark_file);
  if (!refiner_file.empty()) models.refiner = RefinerModel::Load(refiner_file);
  if (!models.facemark && !models.refiner) throw ModelFileError("neither a facemark nor a refiner");
  const bool differ = models.facemark && models.refiner &&
                      models.facemark->shape().landmarks != models.refiner->shape().landmarks;
  if (differ) models.refiner.reset();
  return models;
}

std::size_t LandmarkModels::landmarks() const {
  return facemark ? facemark->shape().landmarks : refiner->shape().landmarks;
}

LandmarkFitter::LandmarkFitter(const LandmarkModels& models) : coordinates_(2 * models.landmarks()) {
  if (models.facemark) facemark_.emplace(models.facemark);
  if (models.refiner) refiner_.emplace(models.refiner);
}

float LandmarkFitter::Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  FitOnce(grey, face, landmarks);
  return Refine(grey, landmarks);
}

float LandmarkFitter::FitAround(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  // Measured on small photos: an accuracy of 88.3 % where a single fit has 87.0 %; 3 % and 10 % do no better.
  constexpr double kShift = 0.06;
  const int shift = std::max(1, cvRound(kShift * face.width));
  const int grow = shift / 2;
  const cv::Point across(shift, 0);
  const cv::Point down(0, shift);
  const cv::Size wider(2 * grow, 2 * grow);
  const cv::Point outwards(grow, grow);
  const std::array around = {face,
                             face + across,
                             face - across,
                             face + down,
                             face - down,
                             (face - outwards) + wider,
                             (face + outwards) - wider};
  std::ranges::fill(landmarks, 0.0F);
  fit_.resize(coordinates_);
  for (const cv::Rect& box : around) {
    FitOnce(grey, box, fit_);
    for (std::size_t i = 0; i < coordinates_; ++i)
      landmarks[i] += fit_[i] / static_cast<float>(around.size());
  }
  if (!facemark_ || !refiner_) return Refine(grey, landmarks);
  // Measured on 1,469 small photos with a forest of another set: the means are recognised in 88.8 % (happy
  // 92, sad 81), the facemark's own landmarks in 84.8 % (83, 90), refined ones in 87.3 % (95, 68).
  std::ranges::copy(landmarks, fit_.begin());
  const float spread = Refine(grey, fit_);
  for (std::size_t i = 0; i < coordinates_; ++i) landmarks[i] = (landmarks[i] + fit_[i]) / 2;
  return spread;
}

void LandmarkFitter::FitOnce(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  if (facemark_) {
    facemark_->Fit(grey, face, landmarks);
  } else {
    refiner_->FitBox(grey, face, landmarks);
  }
}

float LandmarkFitter::Refine(const cv::Mat& grey, std::span<float> landmarks) {
  return refiner_ ? refiner_->Refine(grey, landmarks) : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace emochat
