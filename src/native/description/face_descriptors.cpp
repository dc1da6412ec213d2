#include "description/face_descriptors.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace emochat {
namespace {

constexpr int kSide = FaceCrop::kSide;
constexpr int kCells = FaceDescriber::kCells;
constexpr int kCell = kSide / kCells;
constexpr int kPerCell = FaceDescriber::kPerCell;
constexpr int kSigned = 18;
constexpr int kUnsigned = kSigned / 2;
constexpr int kTexture = 4;
constexpr int kDirections = FaceDescriber::kDirections;
constexpr int kPlaces = FaceDescriber::kPlaces;
constexpr int kSumsSide = kSide + 1;
/// Pixels between the places of a neighbourhood, and the reach of each to all sides.
constexpr float kSpacing = 5;
constexpr int kReach = 3;
/// Most that one direction counts, so that a single strong edge does not say everything.
constexpr float kMost = 0.2F;
constexpr float kUnits = 512;
constexpr float kTextureUnits = 256;

constexpr std::size_t Index(int value) {
  return static_cast<std::size_t>(value);
}

/// The angle of (x, y) in [0, 2π), by a polynomial of the arctangent that errs by at most 0.0003: the
/// library's own is slower and differs between machines.
float AngleOf(float x, float y) {
  const float across = std::fabs(x);
  const float along = std::fabs(y);
  const float ratio = std::min(across, along) / (std::max(across, along) + 1e-20F);
  const float square = ratio * ratio;
  float angle =
      ((((((-0.0464964749F * square) + 0.15931422F) * square) - 0.327622764F) * square) * ratio) + ratio;
  angle = along > across ? (std::numbers::pi_v<float> / 2) - angle : angle;
  angle = x < 0 ? std::numbers::pi_v<float> - angle : angle;
  return y < 0 ? (2 * std::numbers::pi_v<float>)-angle : angle;
}

/// A direction between two bins: the one before it, the one after it, and how near it is to the latter.
struct Bin {
  int before;
  int after;
  float share;
};

Bin BinOf(float angle, int bins) {
  const float place = angle * (static_cast<float>(bins) / (2 * std::numbers::pi_v<float>));
  const int whole = static_cast<int>(place);
  const float share = place - static_cast<float>(whole);
  const int before = whole >= bins ? whole - bins : whole;
  return {.before = before, .after = before + 1 == bins ? 0 : before + 1, .share = share};
}

/// Where the number of a mirror image is that stands for the same as this one.
std::size_t MirrorOfGrid(std::size_t index) {
  const int number = static_cast<int>(index % kPerCell);
  const int cell = static_cast<int>(index / kPerCell);
  const int row = cell / kCells;
  const int column = cell % kCells;
  int mirrored = 0;
  if (number < kSigned) {
    mirrored = (kUnsigned - number + kSigned) % kSigned;
  } else if (number < kSigned + kUnsigned) {
    mirrored = kSigned + ((kUnsigned - (number - kSigned)) % kUnsigned);
  } else {
    const int corner = number - kSigned - kUnsigned;
    mirrored = kSigned + kUnsigned + (corner ^ 1);
  }
  return Index((((row * kCells) + (kCells - 1 - column)) * kPerCell) + mirrored);
}

/// Which of kLandmarks is the mirror image of each.
std::size_t PartnerOf(std::size_t which) {
  constexpr std::size_t kPaired = FaceDescriber::kPairs * 2;
  return which < kPaired ? which ^ 1U : which;
}

std::size_t MirrorOfLandmarks(std::size_t index) {
  const std::size_t which = index / FaceDescriber::kPerLandmark;
  const int rest = static_cast<int>(index % FaceDescriber::kPerLandmark);
  const int row = rest / (kPlaces * kDirections);
  const int column = (rest / kDirections) % kPlaces;
  const int direction = rest % kDirections;
  const int mirrored = (((row * kPlaces) + (kPlaces - 1 - column)) * kDirections) +
                       ((kDirections / 2 - direction + kDirections) % kDirections);
  return (PartnerOf(which) * FaceDescriber::kPerLandmark) + Index(mirrored);
}

/// Which numbers are averaged: the first of each pair, and its mirror image.
struct Pair {
  std::uint16_t number;
  std::uint16_t mirror;
};

std::vector<Pair> MakePairs() {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < FaceDescriber::kNumbers; ++i) {
    const std::size_t grid = FaceDescriber::kGridNumbers;
    const std::size_t mirror = i < grid ? MirrorOfGrid(i) : grid + MirrorOfLandmarks(i - grid);
    if (i > mirror) continue;
    pairs.push_back({.number = static_cast<std::uint16_t>(i), .mirror = static_cast<std::uint16_t>(mirror)});
  }
  return pairs;
}

const std::vector<Pair>& Pairs() {
  static const std::vector<Pair> pairs = MakePairs();
  return pairs;
}

bool IsTexture(std::size_t number) {
  return number < FaceDescriber::kGridNumbers && number % kPerCell >= kSigned + kUnsigned;
}

}  // namespace

FaceDescriber::FaceDescriber()
    : length_(Index(kSide * kSide)),
      angle_(Index(kSide * kSide)),
      cells_(Index(kCells * kCells * kSigned)),
      sums_(Index(kSumsSide * kSumsSide * kDirections)),
      numbers_(kNumbers) {}

void FaceDescriber::Describe(const FaceCrop& crop, std::span<std::uint8_t> description) {
  FindGradients(crop);
  AddUp();
  DescribeGrid();
  DescribeLandmarks(crop);
  std::size_t next = 0;
  for (const Pair& pair : Pairs()) {
    const float mean = (numbers_[pair.number] + numbers_[pair.mirror]) / 2;
    const float units = IsTexture(pair.number) ? kTextureUnits : kUnits;
    description[next++] = static_cast<std::uint8_t>(std::min(255.0F, (mean * units) + 0.5F));
  }
}

void FaceDescriber::FindGradients(const FaceCrop& crop) {
  for (int y = 0; y < kSide; ++y) {
    const float* const row = &crop.grey[Index(y * kSide)];
    const float* const above = &crop.grey[Index(std::max(y - 1, 0) * kSide)];
    const float* const below = &crop.grey[Index(std::min(y + 1, kSide - 1) * kSide)];
    float* const length = &length_[Index(y * kSide)];
    float* const angle = &angle_[Index(y * kSide)];
    // Apart from the edges, so that many pixels go at once.
    std::array<float, Index(kSide)> right{};
    right.front() = row[1] - row[0];
    right.back() = row[kSide - 1] - row[kSide - 2];
    for (int x = 1; x < kSide - 1; ++x) right[Index(x)] = row[x + 1] - row[x - 1];
    for (int x = 0; x < kSide; ++x) {
      const float across = right[Index(x)];
      const float down = below[x] - above[x];
      length[x] = std::sqrt((across * across) + (down * down));
      angle[x] = AngleOf(across, down);
    }
  }
}

void FaceDescriber::AddUp() {
  std::ranges::fill(cells_, 0.0F);
  std::fill_n(sums_.begin(), kSumsSide * kDirections, 0.0F);
  for (int y = 0; y < kSide; ++y) {
    std::array<float, kDirections> row{};
    const float* const before = &sums_[Index(y * kSumsSide * kDirections)];
    float* const sums = &sums_[Index((y + 1) * kSumsSide * kDirections)];
    std::fill_n(sums, kDirections, 0.0F);
    const float place_y = ((static_cast<float>(y) + 0.5F) / kCell) - 0.5F;
    const int cell_y = static_cast<int>(std::floor(place_y));
    const float share_y = place_y - static_cast<float>(cell_y);
    for (int x = 0; x < kSide; ++x) {
      const float length = length_[Index((y * kSide) + x)];
      const float angle = angle_[Index((y * kSide) + x)];
      const Bin coarse = BinOf(angle, kDirections);
      row[Index(coarse.before)] += length * (1 - coarse.share);
      row[Index(coarse.after)] += length * coarse.share;
      for (int i = 0; i < kDirections; ++i) {
        const std::size_t at = Index(((x + 1) * kDirections) + i);
        sums[at] = before[at] + row[Index(i)];
      }
      const Bin fine = BinOf(angle, kSigned);
      const float place_x = ((static_cast<float>(x) + 0.5F) / kCell) - 0.5F;
      const int cell_x = static_cast<int>(std::floor(place_x));
      const float share_x = place_x - static_cast<float>(cell_x);
      for (int down = 0; down < 2; ++down) {
        const int cell_row = cell_y + down;
        if (cell_row < 0 || cell_row >= kCells) continue;
        const float weight_y = length * (down == 1 ? share_y : 1 - share_y);
        for (int right = 0; right < 2; ++right) {
          const int cell_column = cell_x + right;
          if (cell_column < 0 || cell_column >= kCells) continue;
          const float weight = weight_y * (right == 1 ? share_x : 1 - share_x);
          float* const cell = &cells_[Index(((cell_row * kCells) + cell_column) * kSigned)];
          cell[fine.before] += weight * (1 - fine.share);
          cell[fine.after] += weight * fine.share;
        }
      }
    }
  }
}

void FaceDescriber::DescribeGrid() {
  std::array<float, Index(kCells * kCells)> energies{};
  for (std::size_t cell = 0; cell < energies.size(); ++cell) {
    const float* const directions = &cells_[cell * kSigned];
    for (int i = 0; i < kUnsigned; ++i) {
      const float both = directions[i] + directions[i + kUnsigned];
      energies[cell] += both * both;
    }
  }
  const auto energy = [&](int row, int column) {
    return energies[Index((std::clamp(row, 0, kCells - 1) * kCells) + std::clamp(column, 0, kCells - 1))];
  };
  // So that noise in an even region does not count as much as edges elsewhere.
  constexpr float kLeast = kCell * kCell * 0.25F;
  for (int row = 0; row < kCells; ++row) {
    for (int column = 0; column < kCells; ++column) {
      const float* const directions = &cells_[Index(((row * kCells) + column) * kSigned)];
      float* const out = &numbers_[Index(((row * kCells) + column) * kPerCell)];
      std::array<float, kTexture> scales{};
      for (int i = 0; i < kTexture; ++i) {
        const int down = (i / 2 * 2) - 1;
        const int right = (i % 2 * 2) - 1;
        scales[Index(i)] =
            1 / std::sqrt(energy(row, column) + energy(row + down, column) + energy(row, column + right) +
                          energy(row + down, column + right) + kLeast);
      }
      std::array<float, kTexture> texture{};
      for (int i = 0; i < kSigned; ++i) {
        float sum = 0;
        for (std::size_t k = 0; k < kTexture; ++k) {
          const float value = std::min(directions[i] * scales[k], kMost);
          sum += value;
          texture[k] += value;
        }
        out[i] = sum / 2;
      }
      for (int i = 0; i < kUnsigned; ++i) {
        float sum = 0;
        for (const float scale : scales)
          sum += std::min((directions[i] + directions[i + kUnsigned]) * scale, kMost);
        out[kSigned + i] = sum / 2;
      }
      // One over the square root of the 18 directions.
      for (int k = 0; k < kTexture; ++k) out[kSigned + kUnsigned + k] = texture[Index(k)] * 0.2357F;
    }
  }
}

void FaceDescriber::DescribeLandmarks(const FaceCrop& crop) {
  const auto sums_at = [&](int y, int x) { return &sums_[Index(((y * kSumsSide) + x) * kDirections)]; };
  float* out = &numbers_[kGridNumbers];
  for (const int landmark : kLandmarks) {
    const float centre_x = crop.landmarks[Index(2 * landmark)];
    const float centre_y = crop.landmarks[Index((2 * landmark) + 1)];
    float squares = 0;
    for (int place = 0; place < kPlaces * kPlaces; ++place) {
      const auto nearest = [&](float centre, int step) {
        const float at = centre + ((static_cast<float>(step) - ((kPlaces - 1) / 2.0F)) * kSpacing);
        return static_cast<int>(std::lround(std::clamp(at, 0.0F, kSide - 1.0F)));
      };
      const int x = nearest(centre_x, place % kPlaces);
      const int y = nearest(centre_y, place / kPlaces);
      const int top = std::max(y - kReach, 0);
      const int left = std::max(x - kReach, 0);
      const int bottom = std::min(y + kReach + 1, kSide);
      const int right = std::min(x + kReach + 1, kSide);
      for (int i = 0; i < kDirections; ++i) {
        const float sum = std::max(0.0F, sums_at(bottom, right)[i] - sums_at(top, right)[i] -
                                             sums_at(bottom, left)[i] + sums_at(top, left)[i]);
        out[(place * kDirections) + i] = sum;
        squares += sum * sum;
      }
    }
    // The least that counts, so that an even grey gives numbers, too.
    constexpr float kLeast = 1e-6F;
    float scale = 1 / std::sqrt(squares + kLeast);
    squares = 0;
    for (std::size_t i = 0; i < kPerLandmark; ++i) {
      out[i] = std::min(out[i] * scale, kMost);
      squares += out[i] * out[i];
    }
    scale = 1 / std::sqrt(squares + kLeast);
    for (std::size_t i = 0; i < kPerLandmark; ++i) out[i] *= scale;
    out += kPerLandmark;
  }
}

}  // namespace emochat
