#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "landmarks/refiner_simd.h"

namespace emochat {

/// The sizes of an ensemble of regression trees (Kazemi and Sullivan, "One millisecond face alignment with an
/// ensemble of regression trees", CVPR 2014) whose leaves are multiples of a stage's principal components.
struct RefinerShape {
  std::uint32_t landmarks = 0;
  std::uint32_t stages = 0;
  /// Of a stage.
  std::uint32_t trees = 0;
  /// Splits from a root to a leaf.
  std::uint32_t depth = 0;
  /// Feature pixels of a stage.
  std::uint32_t pixels = 0;
  /// Principal components of a stage.
  std::uint32_t components = 0;

  [[nodiscard]] std::size_t coordinates() const { return std::size_t{2} * landmarks; }
  [[nodiscard]] std::size_t leaves_per_tree() const { return std::size_t{1} << depth; }
  [[nodiscard]] std::size_t splits_per_tree() const { return leaves_per_tree() - 1; }
  [[nodiscard]] std::size_t splits() const { return trees * splits_per_tree(); }
  [[nodiscard]] std::size_t leaves() const { return trees * leaves_per_tree(); }

  /// Whether every size lies within what is taken: at least one of each, and together no more than 2^25
  /// numbers in the leaves.
  [[nodiscard]] bool IsSane() const;
};

/// From the box that a Haar cascade finds to the unit square that the shape is fitted in: what the centre
/// moves by, and the side, in sides of the box.
struct HaarToSquare {
  float x = 0;
  float y = 0;
  float side = 1;
};

/// One stage of the ensemble.
struct RefinerStage {
  /// Of every feature pixel the landmark that it moves with.
  std::vector<std::uint16_t> anchors;
  /// Of every feature pixel x and y from its landmark, in the unit square.
  std::vector<float> offsets;
  /// Tree by tree, and each tree as a heap.
  std::vector<RefinerSplit> splits;
  /// What the stage adds to each coordinate whatever its leaves are.
  std::vector<float> bias;
  /// What one in the sum of a component adds to each coordinate: a row a component, of
  /// `row_size(coordinates)` numbers.
  hwy::AlignedFreeUniquePtr<float[]> basis;
  RefinerLeaves leaves;
};

/// A trained ensemble: immutable once made, shared by every lane.
class RefinerModel {
 public:
  /// Reads the bytes of a refiner file: see scripts/lib/refiner-file.mjs. Everything is checked, with a
  /// checksum over it all: what is taken gives finite landmarks and reads nothing outside.
  ///
  /// Throws ModelFileError, in which `name` stands for the file.
  RefinerModel(std::span<const std::byte> bytes, const std::string& name);

  /// Throws ModelFileError.
  static std::shared_ptr<const RefinerModel> Load(const std::string& path);

  [[nodiscard]] const RefinerShape& shape() const { return shape_; }
  [[nodiscard]] const HaarToSquare& haar_to_square() const { return haar_to_square_; }
  /// x0, y0, x1, y1, … in the unit square, x to the right, y down.
  [[nodiscard]] std::span<const float> mean_shape() const { return mean_shape_; }
  [[nodiscard]] std::span<const RefinerStage> stages() const { return stages_; }

 private:
  RefinerShape shape_;
  HaarToSquare haar_to_square_;
  std::vector<float> mean_shape_;
  std::vector<RefinerStage> stages_;
};

}  // namespace emochat
