#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "description/face_crop.h"

namespace emochat {

/// Describes the picture of a face by where its edges point: histograms of oriented gradients over a grid of
/// cells (FHOG: Felzenszwalb, Girshick, McAllester and Ramanan, PAMI 2010) and around landmarks (as SIFT's:
/// Lowe, IJCV 2004). Both halves of the face are averaged: a face and its mirror image have one description,
/// of half as many numbers. One thread at a time: it keeps its buffers.
class FaceDescriber {
 public:
  /// The grid: cells a side, and numbers a cell (18 directions, 9 orientations, 4 of texture).
  static constexpr int kCells = 8;
  static constexpr int kPerCell = 31;
  static constexpr std::size_t kGridNumbers = std::size_t{kCells} * kCells * kPerCell;
  /// The neighbourhood of a landmark: 4 × 4 places of 8 directions each.
  static constexpr int kPlaces = 4;
  static constexpr int kDirections = 8;
  static constexpr std::size_t kPerLandmark = std::size_t{kPlaces} * kPlaces * kDirections;
  /// The landmarks whose neighbourhoods are described: pairs of mirror images, then those in the middle.
  static constexpr auto kLandmarks = std::to_array<int>(
      {17, 26, 18, 25, 19, 24, 20, 23, 21, 22, 36, 45, 37, 44, 38, 43, 39, 42, 40, 47, 41, 46,
       31, 35, 32, 34, 48, 54, 49, 53, 50, 52, 59, 55, 58, 56, 27, 28, 29, 30, 33, 51, 57});
  static constexpr std::size_t kPairs = 18;
  static constexpr std::size_t kNumbers = kGridNumbers + (kLandmarks.size() * kPerLandmark);
  /// Numbers of a description: one of each pair of mirror images.
  static constexpr std::size_t kSize = kNumbers / 2;

  FaceDescriber();

  /// `description`: room for kSize numbers in units of 1/512 (texture: 1/256), in [0, 255]: first the grid's,
  /// then the landmarks'. The same on every machine.
  void Describe(const FaceCrop& crop, std::span<std::uint8_t> description);

 private:
  void FindGradients(const FaceCrop& crop);
  void DescribeGrid();
  void AddUp();
  void DescribeLandmarks(const FaceCrop& crop);

  std::vector<float> length_;
  std::vector<float> angle_;
  std::vector<float> cells_;
  /// Sums of gradients by direction, of all pixels above and to the left of one.
  std::vector<float> sums_;
  std::vector<float> numbers_;
};

}  // namespace emochat
