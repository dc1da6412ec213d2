#include "facemark_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace emochat {
namespace {

/// Rotation by an angle and a scale, as a 2 × 2 matrix.
struct Similarity {
  double cos = 1;
  double sin = 0;
  double scale = 1;
};

struct Centroid {
  double x = 0;
  double y = 0;
};

Centroid CentroidOf(std::span<const double> shape) {
  Centroid sum;
  for (std::size_t i = 0; i < shape.size(); i += 2) {
    sum.x += shape[i];
    sum.y += shape[i + 1];
  }
  const double count = static_cast<double>(shape.size()) / 2;
  return {sum.x / count, sum.y / count};
}

/// The size by which OpenCV scales a shape: the root of the norm of its "scrambled" covariance, which for two
/// columns x and y is (x - y)² / 2, summed. It is no usual measure of size, but the weights were trained with
/// it.
double SpreadOf(std::span<const double> shape, const Centroid& centre) {
  double sum = 0;
  for (std::size_t i = 0; i < shape.size(); i += 2) {
    const double difference = (shape[i] - centre.x) - (shape[i + 1] - centre.y);
    sum += difference * difference;
  }
  return std::sqrt(sum / 2);
}

/// The similarity that turns `to` into `from`.
Similarity SimilarityBetween(std::span<const double> from, std::span<const double> to) {
  const Centroid from_centre = CentroidOf(from);
  const Centroid to_centre = CentroidOf(to);
  const double from_spread = SpreadOf(from, from_centre);
  const double to_spread = SpreadOf(to, to_centre);
  double cross = 0;
  double dot = 0;
  for (std::size_t i = 0; i < from.size(); i += 2) {
    const double from_x = (from[i] - from_centre.x) / from_spread;
    const double from_y = (from[i + 1] - from_centre.y) / from_spread;
    const double to_x = (to[i] - to_centre.x) / to_spread;
    const double to_y = (to[i + 1] - to_centre.y) / to_spread;
    cross += from_y * to_x - from_x * to_y;
    dot += from_x * to_x + from_y * to_y;
  }
  const double norm = std::sqrt(cross * cross + dot * dot);
  return {dot / norm, cross / norm, from_spread / to_spread};
}

/// The whole pixel at a coordinate, the nearest inside the picture if it lies outside; 0 if it is no number
/// at all.
int PixelAt(double coordinate, int size) {
  if (!(coordinate > 0)) return 0;
  return static_cast<int>(std::min(coordinate, static_cast<double>(size - 1)));
}

/// What a face's surroundings must hold for the trees: half a box more on every side, within the picture.
cv::Rect Surroundings(const cv::Rect& face, const cv::Size& picture) {
  const int left = std::max(0, face.x - face.width / 2);
  const int top = std::max(0, face.y - face.height / 2);
  const int right = std::min(picture.width - 1, face.x + face.width + face.width / 2);
  const int bottom = std::min(picture.height - 1, face.y + face.height + face.height / 2);
  return {left, top, std::max(right - left, 1), std::max(bottom - top, 1)};
}

}  // namespace

FacemarkFitter::FacemarkFitter(std::shared_ptr<const FacemarkModel> model)
    : model_(std::move(model)),
      shape_(model_->shape().coordinates()),
      delta_(model_->shape().coordinates()),
      features_(model_->shape().trees()) {}

void FacemarkFitter::Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  const cv::Rect around = Surroundings(face, grey.size());
  const cv::Mat crop = grey(around);
  const cv::Rect box(face.x - around.x, face.y - around.y, face.width, face.height);
  std::copy(model_->mean_shape().begin(), model_->mean_shape().end(), shape_.begin());
  for (std::size_t stage = 0; stage < model_->shape().stages; ++stage) {
    FindLeaves(stage, crop, box);
    AddStage(stage);
  }
  for (std::size_t i = 0; i < landmarks.size(); i += 2) {
    landmarks[i] = static_cast<float>(shape_[i] * (face.width / 2.0) + face.x + face.width / 2.0);
    landmarks[i + 1] = static_cast<float>(shape_[i + 1] * (face.height / 2.0) + face.y + face.height / 2.0);
  }
}

void FacemarkFitter::FindLeaves(std::size_t stage, const cv::Mat& crop, const cv::Rect& face) {
  const FacemarkShape& sizes = model_->shape();
  const Similarity turn = SimilarityBetween(shape_, model_->mean_shape());
  const double half_width = face.width / 2.0;
  const double half_height = face.height / 2.0;
  for (std::size_t index = 0; index < sizes.trees(); ++index) {
    const std::size_t landmark = index / sizes.trees_per_landmark;
    const double x = shape_[2 * landmark] * half_width + face.x + half_width;
    const double y = shape_[2 * landmark + 1] * half_height + face.y + half_height;
    const auto pixel = [&](double dx, double dy) {
      const double turned_x = turn.scale * (turn.cos * dx - turn.sin * dy);
      const double turned_y = turn.scale * (turn.sin * dx + turn.cos * dy);
      return static_cast<int>(crop.at<std::uint8_t>(PixelAt(turned_y * half_height + y, crop.rows),
                                                    PixelAt(turned_x * half_width + x, crop.cols)));
    };
    const FacemarkSplit* const tree = model_->tree(stage, index);
    std::size_t node = 0;
    while (node < sizes.splits_per_tree()) {
      const auto& [x1, y1, x2, y2] = tree[node].offsets;
      const bool right = pixel(x1, y1) - pixel(x2, y2) >= tree[node].threshold;
      node = 2 * node + (right ? 2 : 1);
    }
    features_[index] = index * sizes.leaves_per_tree() + node - sizes.splits_per_tree();
  }
}

void FacemarkFitter::AddStage(std::size_t stage) {
  std::fill(delta_.begin(), delta_.end(), 0.0);
  for (const std::size_t feature : features_) {
    const float* const weights = model_->weights(stage, feature);
    for (std::size_t i = 0; i < delta_.size(); ++i) delta_[i] += weights[i];
  }
  const Similarity turn = SimilarityBetween(shape_, model_->mean_shape());
  for (std::size_t i = 0; i < shape_.size(); i += 2) {
    const double dx = delta_[i];
    const double dy = delta_[i + 1];
    shape_[i] += turn.scale * (turn.cos * dx - turn.sin * dy);
    shape_[i + 1] += turn.scale * (turn.sin * dx + turn.cos * dy);
  }
}

}  // namespace emochat
