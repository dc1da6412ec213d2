#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mapped_file.h"

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

  /// Whether every size lies within what is taken: at least one of each, depth 2 to 12, and together no more
  /// than a gigabyte of weights.
  [[nodiscard]] bool IsSane() const;
};

/// A node of a tree that compares two pixels near a landmark: left if first - second < threshold.
struct FacemarkSplit {
  /// x and y of the first, then of the second pixel, relative to the landmark, in half face boxes of the mean
  /// shape.
  std::array<double, 4> offsets;
  std::int32_t threshold;
  std::int32_t padding;
};

/// Which YAML file a compact file was made from.
struct FacemarkSource {
  std::array<std::uint8_t, 32> sha256{};
  std::uint64_t size = 0;
  /// Time of the last change of the file's inode, nanoseconds since 1970.
  std::uint64_t changed_ns = 0;
};

/// A trained facemark: immutable once made, shared by every lane. It is a view of the bytes of its compact
/// form, whether these are mapped from a file or were just made from a YAML file.
class FacemarkModel {
 public:
  /// Takes the bytes of a compact form. Throws ModelFileError, in which `name` stands for the file.
  FacemarkModel(std::variant<MappedFile, std::vector<std::byte>> storage, const std::string& name);

  /// Reads a facemark file, compact or YAML, whichever it is. Throws ModelFileError.
  static std::shared_ptr<const FacemarkModel> Load(const std::string& path);

  [[nodiscard]] const FacemarkShape& shape() const { return shape_; }
  /// x0, y0, x1, y1, … in half face boxes from the box's centre.
  [[nodiscard]] std::span<const double> mean_shape() const { return mean_shape_; }
  /// The splits of one tree as a heap: the children of node i are 2i + 1 and 2i + 2.
  [[nodiscard]] const FacemarkSplit* tree(std::size_t stage, std::size_t index) const {
    return splits_ + (stage * shape_.trees() + index) * shape_.splits_per_tree();
  }
  /// What the feature of one leaf adds to each coordinate: `coordinates()` contiguous numbers.
  [[nodiscard]] const float* weights(std::size_t stage, std::size_t feature) const {
    return weights_ + (stage * shape_.features() + feature) * shape_.coordinates();
  }

 private:
  [[nodiscard]] std::span<const std::byte> bytes() const;

  std::variant<MappedFile, std::vector<std::byte>> storage_;
  FacemarkShape shape_;
  std::span<const double> mean_shape_;
  const FacemarkSplit* splits_ = nullptr;
  const float* weights_ = nullptr;
};

/// The compact form of a facemark while it is made: header and arrays in one block, zeroed, to be filled in.
class CompactFacemark {
 public:
  CompactFacemark(const FacemarkShape& shape, const FacemarkSource& source);

  [[nodiscard]] std::span<double> mean_shape();
  [[nodiscard]] FacemarkSplit* tree(std::size_t stage, std::size_t index);
  [[nodiscard]] float* weights(std::size_t stage, std::size_t feature);

  [[nodiscard]] std::vector<std::byte> TakeBytes() { return std::move(bytes_); }

 private:
  FacemarkShape shape_;
  std::vector<std::byte> bytes_;
};

/// Whether the bytes begin as a compact facemark does (of any version).
bool IsCompactFacemark(std::span<const std::byte> bytes);

/// What a compact facemark of this version was made from; false if the file is none, of another version or
/// unreadable.
bool ReadCompactSource(const std::string& path, FacemarkSource& source);

}  // namespace emochat
