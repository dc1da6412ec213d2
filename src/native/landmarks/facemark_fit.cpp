#include "landmarks/facemark_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace emochat {
namespace {

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

/// What a face's surroundings must hold for the trees: half a box more on every side, within the picture.
cv::Rect Surroundings(const cv::Rect& face, const cv::Size& picture) {
  const int left = std::clamp(face.x - face.width / 2, 0, picture.width - 1);
  const int top = std::clamp(face.y - face.height / 2, 0, picture.height - 1);
  const int right = std::min(picture.width - 1, face.x + face.width + face.width / 2);
  const int bottom = std::min(picture.height - 1, face.y + face.height + face.height / 2);
  return {left, top, std::max(right - left, 1), std::max(bottom - top, 1)};
}

}  // namespace

FacemarkFitter::FacemarkFitter(std::shared_ptr<const FacemarkModel> model)
    : model_(std::move(model)),
      mean_(model_->mean_shape().begin(), model_->mean_shape().end()),
      shape_(model_->shape().coordinates()),
      anchors_(kFacemarkPair * (model_->shape().trees() + 1)),
      leaves_(model_->shape().trees()),
      high_sums_(hwy::AllocateAligned<std::int32_t>(model_->shape().row_size())),
      low_sums_(hwy::AllocateAligned<std::int32_t>(model_->shape().row_size())) {
  const Centroid centre = CentroidOf(mean_);
  mean_spread_ = SpreadOf(mean_, centre);
  for (std::size_t i = 0; i < mean_.size(); i += 2) {
    mean_[i] = (mean_[i] - centre.x) / mean_spread_;
    mean_[i + 1] = (mean_[i + 1] - centre.y) / mean_spread_;
  }
}

void FacemarkFitter::Fit(const cv::Mat& grey, const cv::Rect& face, std::span<float> landmarks) {
  const cv::Rect around = Surroundings(face, grey.size());
  const cv::Mat crop = grey(around);
  const cv::Rect box(face.x - around.x, face.y - around.y, face.width, face.height);
  std::copy(model_->mean_shape().begin(), model_->mean_shape().end(), shape_.begin());
  for (std::size_t stage = 0; stage < model_->shape().stages; ++stage) {
    const Similarity turn = TurnOfShape();
    FindLeaves(stage, turn, crop, box);
    AddRows(stage, turn);
  }
  for (std::size_t i = 0; i < landmarks.size(); i += 2) {
    landmarks[i] = static_cast<float>(shape_[i] * (face.width / 2.0) + face.x + face.width / 2.0);
    landmarks[i + 1] = static_cast<float>(shape_[i + 1] * (face.height / 2.0) + face.y + face.height / 2.0);
  }
}

FacemarkFitter::Similarity FacemarkFitter::TurnOfShape() const {
  const Centroid centre = CentroidOf(shape_);
  const double spread = SpreadOf(shape_, centre);
  double cross = 0;
  double dot = 0;
  for (std::size_t i = 0; i < shape_.size(); i += 2) {
    const double x = shape_[i] - centre.x;
    const double y = shape_[i + 1] - centre.y;
    cross += y * mean_[i] - x * mean_[i + 1];
    dot += x * mean_[i] + y * mean_[i + 1];
  }
  const double scale = spread / mean_spread_ / std::sqrt(cross * cross + dot * dot);
  // A single point has neither size nor direction.
  if (!std::isfinite(scale)) return {};
  return {dot * scale, cross * scale};
}

void FacemarkFitter::FindLeaves(std::size_t stage, const Similarity& turn, const cv::Mat& crop,
                                const cv::Rect& face) {
  const FacemarkShape& sizes = model_->shape();
  const double half_width = face.width / 2.0;
  const double half_height = face.height / 2.0;
  double* anchor = anchors_.data();
  for (std::size_t i = 0; i < shape_.size(); i += 2) {
    const double x = shape_[i] * half_width + face.x + half_width;
    const double y = shape_[i + 1] * half_height + face.y + half_height;
    for (std::size_t tree = 0; tree < sizes.trees_per_landmark; ++tree, anchor += kFacemarkPair) {
      anchor[0] = x;
      anchor[1] = y;
      anchor[2] = x;
      anchor[3] = y;
    }
  }
  FindFacemarkLeaves({.pixels = crop.data,
                      .stride = crop.step,
                      .width = crop.cols,
                      .height = crop.rows,
                      .trees = sizes.trees(),
                      .levels = sizes.depth - 1,
                      .offsets = model_->offsets(stage),
                      .thresholds = model_->thresholds(stage),
                      .anchors = anchors_.data(),
                      .along = {turn.cos * half_width, turn.cos * half_height},
                      .across = {-turn.sin * half_width, turn.sin * half_height},
                      .rows = model_->rows(stage)},
                     leaves_.data());
}

void FacemarkFitter::AddRows(std::size_t stage, const Similarity& turn) {
  const FacemarkRows rows = model_->rows(stage);
  std::fill_n(high_sums_.get(), rows.size, 0);
  std::fill_n(low_sums_.get(), rows.size, 0);
  AddFacemarkRows(rows, leaves_, high_sums_.get(), low_sums_.get());
  const std::span<const double> units = model_->units(stage);
  const auto sum = [&](std::size_t i) {
    return static_cast<double>(std::int64_t{high_sums_[i]} * (1 << kFacemarkLowBits) + low_sums_[i]) *
           units[i];
  };
  for (std::size_t i = 0; i < shape_.size(); i += 2) {
    const double dx = sum(i);
    const double dy = sum(i + 1);
    shape_[i] += turn.cos * dx - turn.sin * dy;
    shape_[i + 1] += turn.sin * dx + turn.cos * dy;
  }
}

}  // namespace emochat
