#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/huge_pages.h"
#include "landmarks/facemark_simd.h"

namespace emochat {

/// The sizes of an LBF facemark (Ren et al., "Face Alignment at 3000 FPS via Regressing Local Binary
/// Features", CVPR 2014).
struct FacemarkShape {
  std::uint32_t landmarks = 0;
  std::uint32_t stages = 0;
  std::uint32_t trees_per_landmark = 0;
  /// Levels of nodes in a tree, leaves included.
  std::uint32_t depth = 0;

  [[nodiscard]] std::size_t leaves_per_tree() const { return (std::size_t{1} << depth) / 2; }
  [[nodiscard]] std::size_t splits_per_tree() const { return leaves_per_tree() - 1; }
  [[nodiscard]] std::size_t trees() const { return std::size_t{landmarks} * trees_per_landmark; }
  /// Binary features of a stage: one a leaf, of which one a tree is set.
  [[nodiscard]] std::size_t features() const { return trees() * leaves_per_tree(); }
  [[nodiscard]] std::size_t coordinates() const { return std::size_t{2} * landmarks; }
  /// Splits of a stage.
  [[nodiscard]] std::size_t splits() const { return trees() * splits_per_tree(); }
  /// Numbers in a row of weights: the coordinates and what fills the last vector.
  [[nodiscard]] std::size_t row_size() const {
    return (coordinates() + kFacemarkRowUnit - 1) / kFacemarkRowUnit * kFacemarkRowUnit;
  }

  /// Whether every size lies within what is taken: at least one of each, depth 2 to 12, and together no more
  /// than a gigabyte of weights.
  [[nodiscard]] bool IsSane() const;
};

/// Which YAML file a compact file was made from.
struct FacemarkSource {
  std::array<std::uint8_t, 32> sha256{};
  std::uint64_t size = 0;
  /// Time of the last change of the file's inode, nanoseconds since 1970.
  std::uint64_t changed_ns = 0;
};

/// Memory in which a compact form is made: whole cache lines.
struct alignas(64) CacheLine {
  std::array<std::byte, 64> bytes;
};
using CompactBytes = std::vector<CacheLine, HugePageAllocator<CacheLine>>;

/// A trained facemark: immutable once made, shared by every lane. It is a view of the bytes of its compact
/// form, whether these were read from a file or just made from a YAML file. They are in memory of its own: a
/// mapped file that somebody cuts short ends the process that touches it.
class FacemarkModel {
 public:
  /// Takes the bytes of a compact form.
  ///
  /// Checked are the header, that the sizes make up just these bytes, their checksum, and that mean shape and
  /// units are finite. Even with a checksum made to fit, the rest needs no check: it holds no index, a tree
  /// leads to a leaf whatever its numbers are, and sums wrap. So it can make wrong landmarks, but reads
  /// nothing outside.
  ///
  /// Throws ModelFileError, in which `name` stands for the file.
  FacemarkModel(CompactBytes bytes, const std::string& name);

  /// Reads a facemark file, compact or YAML, whichever it is. Throws ModelFileError.
  static std::shared_ptr<const FacemarkModel> Load(const std::string& path);

  [[nodiscard]] const FacemarkShape& shape() const { return shape_; }
  [[nodiscard]] const FacemarkSource& source() const { return source_; }
  /// x0, y0, x1, y1, … in half face boxes from the box's centre.
  [[nodiscard]] std::span<const double> mean_shape() const { return mean_shape_; }
  /// What one is worth in the sums of a stage's rows, a number a coordinate.
  [[nodiscard]] std::span<const double> units(std::size_t stage) const {
    return units_.subspan(stage * shape_.coordinates(), shape_.coordinates());
  }
  /// The splits of a stage: see FacemarkWalk.
  [[nodiscard]] const double* offsets(std::size_t stage) const {
    return offsets_ + kFacemarkPair * stage * shape_.splits();
  }
  [[nodiscard]] const std::int16_t* thresholds(std::size_t stage) const {
    return thresholds_ + stage * shape_.splits();
  }
  /// What the feature of one leaf adds to each coordinate, in units of the stage.
  [[nodiscard]] FacemarkRows rows(std::size_t stage) const {
    const std::size_t first = stage * shape_.features() * shape_.row_size();
    return {.high = high_ + first, .low = low_ + first, .size = shape_.row_size()};
  }

 private:
  CompactBytes storage_;
  FacemarkShape shape_;
  FacemarkSource source_;
  std::span<const double> mean_shape_;
  std::span<const double> units_;
  const double* offsets_ = nullptr;
  const std::int16_t* thresholds_ = nullptr;
  const std::int32_t* high_ = nullptr;
  const std::int8_t* low_ = nullptr;
};

/// A node of a tree that compares two pixels near a landmark: left if first - second < threshold.
struct FacemarkSplit {
  /// x and y of the first, then of the second pixel, relative to the landmark, in half face boxes of the mean
  /// shape.
  std::array<double, kFacemarkPair> offsets;
  std::int32_t threshold;
};

/// Writes the checksum of a compact form into its header.
void SealCompactFacemark(CompactBytes& bytes);

/// The compact form of a facemark while it is made: header and arrays in one block, zeroed, to be filled in.
class CompactFacemark {
 public:
  CompactFacemark(const FacemarkShape& shape, const FacemarkSource& source);

  [[nodiscard]] const FacemarkShape& shape() const { return shape_; }
  [[nodiscard]] std::span<double> mean_shape();
  /// `node`: as in a heap; the children of i are 2 i + 1 and 2 i + 2.
  void SetSplit(std::size_t stage, std::size_t tree, std::size_t node, const FacemarkSplit& split);
  /// `weights`: what each feature of the stage adds to this coordinate.
  void SetWeights(std::size_t stage, std::size_t coordinate, std::span<const double> weights);

  [[nodiscard]] CompactBytes TakeBytes() {
    SealCompactFacemark(bytes_);
    return std::move(bytes_);
  }

 private:
  FacemarkShape shape_;
  CompactBytes bytes_;
};

/// Whether the bytes begin as a compact facemark does (of any version).
bool IsCompactFacemark(std::span<const std::byte> bytes);

/// What a compact facemark says that it was made from; false if its header is not as FacemarkModel takes it,
/// or it cannot be read. Whether the rest is whole, only FacemarkModel tells.
bool ReadCompactSource(const std::string& path, FacemarkSource& source);

}  // namespace emochat
