#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "base/parted_work.h"
#include "cascade/cascade_model.h"
#include "cascade/cascade_simd.h"
#include "cascade/packed_cascade.h"
#include "faces/image_pyramid.h"
#include "faces/level_searcher.h"
#include "faces/search_region.h"

namespace emochat {

/// A cascade with what is made of it once, for any number of detectors.
class PreparedCascade {
 public:
  explicit PreparedCascade(CascadeModel model);
  ~PreparedCascade() = default;
  PreparedCascade(const PreparedCascade&) = delete;
  PreparedCascade& operator=(const PreparedCascade&) = delete;

  [[nodiscard]] const CascadeModel& model() const { return model_; }
  /// Packed for PatchLayout(); PackedCascade::LayOut makes copies ready for other layouts.
  [[nodiscard]] const PackedCascade& packed() const { return packed_; }
  /// The same for windows that are brought together, or none if they do not fit there.
  [[nodiscard]] const PackedCascade* patches() const {
    return model_.width < kPatchColumns && !model_.tilted ? &packed_ : nullptr;
  }

 private:
  CascadeModel model_;
  PackedCascade packed_;
};

/// Finds the windows of a picture that pass a cascade (Viola and Jones, CVPR 2001), many at a time. One
/// picture at a time: it keeps its buffers.
class CascadeDetector final : private PartedWork {
 public:
  explicit CascadeDetector(std::shared_ptr<const PreparedCascade> cascade);
  explicit CascadeDetector(CascadeModel model);

  [[nodiscard]] const CascadeModel& model() const { return cascade_->model(); }

  /// Windows that pass every stage, in pixels of an 8-bit grey picture: exactly those that OpenCV's
  /// detectMultiScale groups into faces, in the order in which one thread finds them: by scale, then by row,
  /// then by column. At the right and lower edge they may reach beyond the picture. Valid until the next
  /// call.
  ///
  /// `runner` does the work: levels, and bands of rows of those that cost most if there are many threads. The
  /// answer is the same on any number of them. Throws what `runner` throws; the detector stays fit for use.
  const std::vector<cv::Rect>& FindWindows(const cv::Mat& grey, const SearchLimits& limits,
                                           PartRunner& runner);

  /// The same on the calling thread alone.
  const std::vector<cv::Rect>& FindWindows(const cv::Mat& grey, const SearchLimits& limits);

  /// Those of the windows that lie in a region, in the same order; windows around it may be among them.
  const std::vector<cv::Rect>& FindWindowsNear(const cv::Mat& grey, const SearchLimits& limits,
                                               const SearchRegion& region, PartRunner& runner);

  /// How the last picture was searched.
  [[nodiscard]] const Pyramid& pyramid() const { return pyramid_; }

 private:
  /// A part of a level, searched in one go.
  struct Part {
    std::size_t level = 0;
    LevelBand band{};
    /// Time it takes, in no unit.
    double cost = 0;
    std::vector<WindowCorner> found;
  };

  void RunPart(std::size_t part) override;
  /// Plans the pyramid and keeps the picture. Returns false if it is too small for any window.
  bool Prepare(const cv::Mat& grey, const SearchLimits& limits);
  void LayOutFor(const PyramidLevel& largest);
  void PlanParts(std::size_t threads);
  void PlanPartsNear(const SearchRegion& region);
  void AddPart(std::size_t level, const LevelBand& band);
  void SortParts();
  void CollectWindows();

  std::shared_ptr<const PreparedCascade> cascade_;
  /// For windows side by side, and two columns apart.
  PackedCascade dense_;
  PackedCascade sparse_;
  Pyramid pyramid_;
  std::vector<std::uint8_t> pixels_;
  Picture picture_{};
  /// In the order of their results; only the first part_count_ belong to this picture, the others keep
  /// memory.
  std::vector<Part> parts_;
  std::size_t part_count_ = 0;
  /// Those that take longest first.
  std::vector<std::size_t> order_;
  std::vector<LevelBand> bands_;
  std::vector<cv::Rect> windows_;
  SingleThread alone_;
};

}  // namespace emochat
