#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "landmarks/facemark_fit.h"
#include "landmarks/refiner_fit.h"

namespace emochat {

/// What landmarks are found with: an LBF facemark, a refiner, or both; immutable, shared by all lanes.
struct LandmarkModels {
  std::shared_ptr<const FacemarkModel> facemark;
  std::shared_ptr<const RefinerModel> refiner;

  /// Reads the files; an empty name stands for none. A refiner of another number of landmarks than the
  /// facemark has cannot refine it and is left out. Throws ModelFileError, also if both are missing.
  static LandmarkModels Load(const std::string& facemark_file, const std::string& refiner_file);

  [[nodiscard]] std::size_t landmarks() const;
};

/// From a face's bounding box to its landmarks, by the models that there are: the facemark's first fit or the
/// refiner's own, then the refinement. One thread at a time: it keeps its buffers.
class LandmarkFitter {
 public:
  explicit LandmarkFitter(const LandmarkModels& models);

  [[nodiscard]] std::size_t coordinates() const { return coordinates_; }

  /// `grey`: less than 2^31 bytes, those between its rows included. `face`: bounding box in pixels of the
  /// picture. `landmarks`: room for x0, y0, x1, y1, … in pixels of the picture.
  ///
  /// Returns how far the refiner's fits lie apart (see RefinerFitter::Refine); NaN without a refiner.
  float Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);

  /// The same for faces in small pictures, where a single fit is shaky and refining goes too far: the first
  /// one is the mean of several, from boxes around the one given, and the landmarks are the means of it and
  /// of the refined ones.
  float FitAround(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);

 private:
  void FitOnce(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks);
  float Refine(const cv::Mat& grey, std::span<float> landmarks);

  std::size_t coordinates_;
  std::optional<FacemarkFitter> facemark_;
  std::optional<RefinerFitter> refiner_;
  std::vector<float> fit_;
};

}  // namespace emochat
