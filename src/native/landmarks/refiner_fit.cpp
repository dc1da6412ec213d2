#include "landmarks/refiner_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace emochat {
namespace {

constexpr std::size_t kFits = 5;
static_assert(kFits <= kRefinerLanes);
/// In sides of the unit square.
constexpr double kShift = 0.04;

struct Point {
  double x = 0;
  double y = 0;
};

template <typename T>
Point CentroidOf(std::span<const T> shape) {
  Point sum;
  for (std::size_t i = 0; i < shape.size(); i += 2) {
    sum.x += shape[i];
    sum.y += shape[i + 1];
  }
  const double count = static_cast<double>(shape.size()) / 2;
  return {sum.x / count, sum.y / count};
}

template <typename T>
double SizeOf(std::span<const T> shape, const Point& centre) {
  double sum = 0;
  for (std::size_t i = 0; i < shape.size(); i += 2) {
    const double x = shape[i] - centre.x;
    const double y = shape[i + 1] - centre.y;
    sum += x * x + y * y;
  }
  return sum;
}

}  // namespace

RefinerFitter::RefinerFitter(std::shared_ptr<const RefinerModel> model)
    : model_(std::move(model)),
      mean_(model_->mean_shape().begin(), model_->mean_shape().end()),
      shapes_(kFits * model_->shape().coordinates()),
      placed_(kRefinerLanes * model_->shape().coordinates()),
      values_(hwy::AllocateAligned<std::int16_t>(kRefinerLanes * model_->shape().pixels)),
      leaves_(kRefinerLanes * model_->shape().trees),
      found_(kFits * model_->shape().trees),
      sums_(hwy::AllocateAligned<std::int32_t>(RefinerRowSize(model_->shape().components))),
      totals_(hwy::AllocateAligned<float>(RefinerRowSize(model_->shape().coordinates()))) {
  std::fill_n(values_.get(), kRefinerLanes * model_->shape().pixels, std::int16_t{0});
  const Point centre = CentroidOf<double>(mean_);
  mean_x_ = centre.x;
  mean_y_ = centre.y;
  mean_size_ = SizeOf<double>(mean_, centre);
  for (std::size_t i = 0; i < mean_.size(); i += 2) {
    mean_[i] -= centre.x;
    mean_[i + 1] -= centre.y;
  }
}

void RefinerFitter::FitBox(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  const HaarToSquare& move = model_->haar_to_square();
  const double side = move.side * static_cast<float>(face.width);
  const Square square{.x = face.x + face.width * (0.5 + move.x) - side / 2,
                      .y = face.y + face.height * (0.5 + move.y) - side / 2,
                      .side = side};
  Fit(grey, std::span(&square, 1));
  for (std::size_t i = 0; i < landmarks.size(); i += 2) {
    landmarks[i] = static_cast<float>(square.x + square.side * shapes_[i]);
    landmarks[i + 1] = static_cast<float>(square.y + square.side * shapes_[i + 1]);
  }
}

float RefinerFitter::Refine(const cv::Mat& grey, std::span<float> landmarks) {
  const Square middle = SquareAround(landmarks);
  std::array<Square, kFits> squares;
  squares.fill(middle);
  const double shift = kShift * middle.side;
  squares[1].x += shift;
  squares[2].x -= shift;
  squares[3].y += shift;
  squares[4].y -= shift;
  Fit(grey, squares);
  double apart = 0;
  for (std::size_t i = 0; i < landmarks.size(); i += 2) {
    std::array<Point, kFits> points;
    Point mean;
    for (std::size_t k = 0; k < kFits; ++k) {
      const double* const shape = shapes_.data() + k * landmarks.size();
      points[k] = {squares[k].x + squares[k].side * shape[i], squares[k].y + squares[k].side * shape[i + 1]};
      mean.x += points[k].x / kFits;
      mean.y += points[k].y / kFits;
    }
    double squared = 0;
    for (const Point& point : points) {
      squared += (point.x - mean.x) * (point.x - mean.x) + (point.y - mean.y) * (point.y - mean.y);
    }
    apart += std::sqrt(squared / kFits);
    landmarks[i] = static_cast<float>(mean.x);
    landmarks[i + 1] = static_cast<float>(mean.y);
  }
  return static_cast<float>(apart / (static_cast<double>(landmarks.size()) / 2) / middle.side);
}

RefinerFitter::Square RefinerFitter::SquareAround(std::span<const float> landmarks) const {
  const Point centre = CentroidOf<float>(landmarks);
  const double side = std::sqrt(SizeOf<float>(landmarks, centre) / mean_size_);
  return {.x = centre.x - side * mean_x_, .y = centre.y - side * mean_y_, .side = side};
}

void RefinerFitter::Fit(const cv::Mat& grey, std::span<const Square> squares) {
  const std::size_t coordinates = model_->shape().coordinates();
  for (std::size_t k = 0; k < squares.size(); ++k)
    std::ranges::copy(model_->mean_shape(), shapes_.begin() + static_cast<std::ptrdiff_t>(k * coordinates));
  for (const RefinerStage& stage : model_->stages()) {
    ReadPixels(stage, grey, squares);
    FindLeaves(stage, squares.size());
    for (std::size_t k = 0; k < squares.size(); ++k) AddLeaves(stage, LeavesOf(k), ShapeOf(k));
  }
}

void RefinerFitter::ReadPixels(const RefinerStage& stage, const cv::Mat& grey,
                               std::span<const Square> squares) {
  RefinerPixels pixels{.picture = grey.data,
                       .stride = grey.step,
                       .width = grey.cols,
                       .height = grey.rows,
                       .anchors = stage.anchors,
                       .offsets = stage.offsets,
                       .landmarks = placed_.data(),
                       .fits = squares.size()};
  for (std::size_t k = 0; k < squares.size(); ++k) {
    const Square& square = squares[k];
    const std::span<const double> current = ShapeOf(k);
    const Point centre = CentroidOf(current);
    // The similarity that turns the mean shape into the current one, by least squares.
    double dot = 0;
    double cross = 0;
    double* placed = placed_.data() + k;
    for (std::size_t i = 0; i < current.size(); i += 2, placed += 2 * kRefinerLanes) {
      const double x = current[i] - centre.x;
      const double y = current[i + 1] - centre.y;
      dot += mean_[i] * x + mean_[i + 1] * y;
      cross += mean_[i] * y - mean_[i + 1] * x;
      placed[0] = square.x + square.side * current[i];
      placed[kRefinerLanes] = square.y + square.side * current[i + 1];
    }
    pixels.cos[k] = square.side * dot / mean_size_;
    pixels.sin[k] = square.side * cross / mean_size_;
  }
  ReadRefinerPixels(pixels, values_.get());
}

void RefinerFitter::FindLeaves(const RefinerStage& stage, std::size_t fits) {
  const RefinerShape& sizes = model_->shape();
  FindRefinerLeaves({.splits = stage.splits, .per_tree = sizes.splits_per_tree()}, values_.get(),
                    leaves_.data());
  for (std::size_t tree = 0; tree < sizes.trees; ++tree) {
    for (std::size_t k = 0; k < fits; ++k) {
      const std::size_t leaf = tree * sizes.leaves_per_tree() + leaves_[tree * kRefinerLanes + k];
      found_[k * sizes.trees + tree] = static_cast<std::uint32_t>(leaf);
      // They are on their way while others are added.
      stage.leaves.Fetch(leaf);
    }
  }
}

void RefinerFitter::AddLeaves(const RefinerStage& stage, std::span<const std::uint32_t> found,
                              std::span<double> shape) {
  const std::size_t row = RefinerRowSize(model_->shape().coordinates());
  const std::size_t components = stage.leaves.size();
  std::fill_n(sums_.get(), components, 0);
  std::fill_n(totals_.get(), row, 0.0F);
  AddRefinerLeaves(stage.leaves, found, sums_.get());
  AddRefinerBasis(stage.basis.get(), row, std::span(sums_.get(), components), totals_.get());
  for (std::size_t i = 0; i < stage.bias.size(); ++i) shape[i] += double{stage.bias[i]} + double{totals_[i]};
}

}  // namespace emochat
