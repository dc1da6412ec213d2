// Compares the project's facemark fitter, on every instruction set that this processor has, with a plain
// evaluation in double precision of models that are made here, and on the pictures' own faces with
// cv::face::FacemarkLBF::fit: a proof for the tests, not part of the addon.
//
// usage: compare_facemarks --made N
//        compare_facemarks YAML REFINER PICTURE X,Y,WIDTH,HEIGHT... [PICTURE X,Y,WIDTH,HEIGHT...]...
//
// --made N  N models of all sizes, 1 to 80 landmarks, depth 2 to 12, each on pictures of 1x1 to some hundred
// pixels
//           and boxes within, across and beyond their edges. Their weights are multiples of a power of two,
//           so that every sum is exact and any difference a mistake.
// REFINER   goes on from the landmarks of each face, on every instruction set, too.
//
// The last line is "models M faces F worst W different D": the largest difference of a coordinate in pixels,
// and how many faces are more than 0.001 px off or not the same on all instruction sets. A line before it for
// every such face.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <hwy/targets.h>
#include <opencv2/face.hpp>
#include <opencv2/imgcodecs.hpp>

#include "landmarks/facemark_fit.h"
#include "landmarks/facemark_model.h"
#include "landmarks/facemark_simd.h"
#include "landmarks/facemark_yaml.h"
#include "landmarks/refiner_fit.h"
#include "landmarks/refiner_model.h"

namespace {

using emochat::FacemarkFitter;
using emochat::FacemarkModel;
using emochat::FacemarkShape;

constexpr double kOff = 1e-3;

/// A facemark as the YAML file has it, evaluated word for word as the paper and OpenCV do.
struct PlainModel {
  struct Tree {
    /// Four numbers a node, as a heap from index 1.
    std::vector<double> offsets;
    std::vector<int> thresholds;
  };
  struct Stage {
    std::vector<Tree> trees;
    /// A row a coordinate.
    std::vector<std::vector<double>> weights;
  };

  FacemarkShape shape;
  std::vector<double> mean;
  std::vector<Stage> stages;

  [[nodiscard]] std::vector<double> Fit(const cv::Mat& grey, const cv::Rect& face) const;
  [[nodiscard]] std::string Yaml() const;
};

struct Turn {
  double scale = 1;
  double cos = 1;
  double sin = 0;
};

/// The similarity that turns the shape `to` into `from`; none for a single point.
Turn TurnBetween(const std::vector<double>& from, const std::vector<double>& to) {
  const std::size_t points = from.size() / 2;
  if (points < 2) return {};
  const auto centred = [&](const std::vector<double>& shape, double& spread) {
    std::vector<double> result = shape;
    for (std::size_t axis = 0; axis < 2; ++axis) {
      double sum = 0;
      for (std::size_t i = 0; i < points; ++i) sum += shape[2 * i + axis];
      for (std::size_t i = 0; i < points; ++i) result[2 * i + axis] -= sum / static_cast<double>(points);
    }
    spread = 0;
    for (std::size_t i = 0; i < points; ++i) spread += std::pow(result[2 * i] - result[2 * i + 1], 2) / 2;
    spread = std::sqrt(spread);
    for (double& number : result) number /= spread;
    return result;
  };
  double from_spread = 0;
  double to_spread = 0;
  const std::vector<double> a = centred(from, from_spread);
  const std::vector<double> b = centred(to, to_spread);
  double cross = 0;
  double dot = 0;
  for (std::size_t i = 0; i < points; ++i) {
    cross += a[2 * i + 1] * b[2 * i] - a[2 * i] * b[2 * i + 1];
    dot += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  }
  const double norm = std::hypot(cross, dot);
  return {from_spread / to_spread, dot / norm, cross / norm};
}

std::vector<double> PlainModel::Fit(const cv::Mat& grey, const cv::Rect& face) const {
  const int left = std::clamp(face.x - face.width / 2, 0, grey.cols - 1);
  const int top = std::clamp(face.y - face.height / 2, 0, grey.rows - 1);
  const int columns = std::max(std::min(grey.cols - 1, face.x + face.width + face.width / 2) - left, 1);
  const int rows = std::max(std::min(grey.rows - 1, face.y + face.height + face.height / 2) - top, 1);
  const double half_width = face.width / 2.0;
  const double half_height = face.height / 2.0;
  const double middle_x = face.x - left + half_width;
  const double middle_y = face.y - top + half_height;
  std::vector<double> now = mean;
  for (const Stage& stage : stages) {
    const Turn turn = TurnBetween(now, mean);
    std::vector<double> sums(now.size());
    for (std::size_t index = 0; index < stage.trees.size(); ++index) {
      const Tree& tree = stage.trees[index];
      const std::size_t landmark = index / shape.trees_per_landmark;
      const auto pixel = [&](const double* offset) {
        const double dx = turn.scale * (turn.cos * offset[0] - turn.sin * offset[1]);
        const double dy = turn.scale * (turn.sin * offset[0] + turn.cos * offset[1]);
        const double x = (dx + now[2 * landmark]) * half_width + middle_x;
        const double y = (dy + now[2 * landmark + 1]) * half_height + middle_y;
        return static_cast<int>(
            grey.at<std::uint8_t>(top + static_cast<int>(std::clamp(y, 0.0, rows - 1.0)),
                                  left + static_cast<int>(std::clamp(x, 0.0, columns - 1.0))));
      };
      std::size_t node = 1;
      while (node < shape.leaves_per_tree()) {
        const double* offsets = tree.offsets.data() + 4 * node;
        node = 2 * node + (pixel(offsets) - pixel(offsets + 2) < tree.thresholds[node] ? 0 : 1);
      }
      const std::size_t feature = index * shape.leaves_per_tree() + node - shape.leaves_per_tree();
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += stage.weights[i][feature];
    }
    for (std::size_t i = 0; i < now.size(); i += 2) {
      now[i] += turn.scale * (turn.cos * sums[i] - turn.sin * sums[i + 1]);
      now[i + 1] += turn.scale * (turn.sin * sums[i] + turn.cos * sums[i + 1]);
    }
  }
  for (std::size_t i = 0; i < now.size(); i += 2) {
    now[i] = now[i] * half_width + face.x + half_width;
    now[i + 1] = now[i + 1] * half_height + face.y + half_height;
  }
  return now;
}

template <class Numbers>
void AppendList(std::ostringstream& text, const Numbers& numbers) {
  text << '[';
  const char* separator = " ";
  for (const auto number : numbers) {
    text << separator << number;
    separator = ", ";
  }
  text << " ]\n";
}

void AppendMatrix(std::ostringstream& text, const std::string& key, std::size_t rows,
                  const std::vector<double>& numbers) {
  text << key << ": !!opencv-matrix\n   rows: " << rows << "\n   cols: " << numbers.size() / rows
       << "\n   dt: d\n   data: ";
  AppendList(text, numbers);
}

std::string PlainModel::Yaml() const {
  std::ostringstream text;
  text.precision(17);
  text << "%YAML:1.0\n---\nstages_n: " << shape.stages << "\ntree_n: " << shape.trees_per_landmark
       << "\ntree_depth: " << shape.depth << "\nn_landmarks: " << shape.landmarks << '\n';
  AppendMatrix(text, "regressor_meanshape", shape.landmarks, mean);
  for (std::size_t k = 0; k < stages.size(); ++k) {
    for (std::size_t index = 0; index < stages[k].trees.size(); ++index) {
      const Tree& tree = stages[k].trees[index];
      const std::string name = std::to_string(k) + "_" + std::to_string(index / shape.trees_per_landmark) +
                               "_" + std::to_string(index % shape.trees_per_landmark);
      AppendMatrix(text, "tree_" + name, tree.thresholds.size(), tree.offsets);
      text << "thresholds_" << name << ": ";
      AppendList(text, tree.thresholds);
    }
    std::vector<double> weights;
    for (const auto& row : stages[k].weights) weights.insert(weights.end(), row.begin(), row.end());
    AppendMatrix(text, "weights_" + std::to_string(k), stages[k].weights.size(), weights);
  }
  return text.str();
}

/// Models, pictures and boxes of all kinds, the same ones in every run.
class Maker {
 public:
  PlainModel Model(int number) {
    // The sizes at which something begins or ends come first; then whatever comes.
    constexpr std::array<std::array<std::uint32_t, 4>, 12> kSizes = {{{1, 1, 1, 2},
                                                                      {1, 3, 5, 12},
                                                                      {2, 2, 1, 2},
                                                                      {3, 1, 35, 3},
                                                                      {7, 2, 15, 4},
                                                                      {8, 5, 13, 5},
                                                                      {9, 1, 1, 12},
                                                                      {16, 2, 7, 6},
                                                                      {17, 3, 6, 5},
                                                                      {68, 5, 6, 5},
                                                                      {80, 1, 26, 2},
                                                                      {5, 10, 20, 5}}};
    PlainModel model;
    if (static_cast<std::size_t>(number) < kSizes.size()) {
      const auto& [landmarks, stages, trees, depth] = kSizes[number];
      model.shape = {landmarks, stages, trees, depth};
    } else {
      const std::uint32_t depth = Between(2, 8);
      model.shape = {Between(1, depth > 6 ? 6 : 80), Between(1, 4), Between(1, depth > 6 ? 3 : 9), depth};
    }
    for (std::size_t i = 0; i < model.shape.coordinates(); ++i) model.mean.push_back(Real(-0.9, 0.9));
    const double reach = Real(0.05, 0.8);
    for (std::size_t k = 0; k < model.shape.stages; ++k) model.stages.push_back(Stage(model.shape, reach));
    return model;
  }

  cv::Mat Picture() {
    const int most = Between(0, 3) == 0 ? 4 : 300;
    // Cut out of a wider one, so that its rows lie further apart than they are long.
    cv::Mat wide(static_cast<int>(Between(1, most)), static_cast<int>(Between(1, most)) + 13, CV_8U);
    const bool flat = Between(0, 9) == 0;
    for (int y = 0; y < wide.rows; ++y) {
      for (int x = 0; x < wide.cols; ++x) {
        wide.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(flat ? 128 : Between(0, 255));
      }
    }
    const int indent = static_cast<int>(Between(0, 13));
    return wide(cv::Rect(indent, 0, wide.cols - 13, wide.rows));
  }

  /// A box of at least a pixel: in a corner, anywhere within, or partly or wholly outside.
  cv::Rect Box(const cv::Size& picture) {
    const int width = static_cast<int>(Between(1, picture.width));
    const int height = static_cast<int>(Between(1, picture.height));
    switch (Between(0, 4)) {
      case 0:
        return {0, 0, width, height};
      case 1:
        return {picture.width - width, picture.height - height, width, height};
      case 2:
        return {static_cast<int>(Between(0, 3 * picture.width)) - picture.width,
                static_cast<int>(Between(0, 3 * picture.height)) - picture.height, width, height};
      default:
        return {static_cast<int>(Between(0, picture.width - width)),
                static_cast<int>(Between(0, picture.height - height)), width, height};
    }
  }

 private:
  std::uint32_t Between(int least, int most) {
    return static_cast<std::uint32_t>(std::uniform_int_distribution<int>(least, most)(random_));
  }
  double Real(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random_);
  }

  PlainModel::Stage Stage(const FacemarkShape& shape, double reach) {
    PlainModel::Stage stage;
    for (std::size_t i = 0; i < shape.trees(); ++i) {
      PlainModel::Tree& tree = stage.trees.emplace_back();
      const std::size_t nodes = 2 * shape.leaves_per_tree();
      for (std::size_t k = 0; k < 4 * nodes; ++k) tree.offsets.push_back(Real(-reach, reach));
      // Now and then one that no pair of pixels reaches.
      for (std::size_t k = 0; k < nodes; ++k) {
        tree.thresholds.push_back(Between(0, 19) == 0 ? 100'000 * (static_cast<int>(Between(0, 2)) - 1)
                                                      : static_cast<int>(Between(0, 120)) - 60);
      }
    }
    const int most = static_cast<int>(40'000 / shape.trees()) + 1;
    for (std::size_t i = 0; i < shape.coordinates(); ++i) {
      auto& row = stage.weights.emplace_back();
      for (std::size_t k = 0; k < shape.features(); ++k) {
        row.push_back((static_cast<int>(Between(0, 2 * most)) - most) * 0x1p-17);
      }
    }
    return stage;
  }

  std::mt19937 random_{20240518};
};

class Comparison {
 public:
  void Model(std::shared_ptr<const FacemarkModel> model) {
    landmarks_.resize(model->shape().coordinates());
    fitter_ = std::make_unique<FacemarkFitter>(std::move(model));
    ++models_;
  }

  void Refiner(std::shared_ptr<const emochat::RefinerModel> model) {
    refiner_ = std::make_unique<emochat::RefinerFitter>(std::move(model));
  }

  template <class Coordinate>
  void Face(const cv::Mat& grey, const cv::Rect& box, const Coordinate& theirs, const std::string& name) {
    ++faces_;
    std::vector<float> first;
    std::vector<float> first_refined;
    for (const std::int64_t target : targets_) {
      hwy::SetSupportedTargetsForTest(target);
      fitter_->Fit(grey, box, landmarks_);
      std::vector<float> refined = landmarks_;
      if (refiner_) refiner_->Refine(grey, refined);
      hwy::SetSupportedTargetsForTest(0);
      if (first.empty()) {
        first = landmarks_;
        first_refined = refined;
      }
      double worst = 0;
      for (std::size_t i = 0; i < landmarks_.size(); ++i) {
        const double difference = std::abs(landmarks_[i] - theirs(i));
        // So that what is no number counts.
        worst = difference <= worst ? worst : difference;
      }
      worst_ = worst <= worst_ ? worst_ : worst;
      if (worst <= kOff && landmarks_ == first && refined == first_refined) continue;
      ++different_;
      std::printf("different: %s, %dx%d, box %d %d %d %d, %s: %g px\n", name.c_str(), grey.cols, grey.rows,
                  box.x, box.y, box.width, box.height, hwy::TargetName(target), worst);
    }
  }

  [[nodiscard]] int Report() const {
    std::printf("targets");
    for (const std::int64_t target : targets_) std::printf(" %s", hwy::TargetName(target));
    std::printf("\nmodels %d faces %d worst %.6f different %d\n", models_, faces_, worst_, different_);
    return different_ == 0 ? 0 : 1;
  }

 private:
  std::vector<std::int64_t> targets_ = emochat::FacemarkTargets();
  std::unique_ptr<FacemarkFitter> fitter_;
  std::unique_ptr<emochat::RefinerFitter> refiner_;
  std::vector<float> landmarks_;
  int models_ = 0;
  int faces_ = 0;
  int different_ = 0;
  double worst_ = 0;
};

void CompareMade(int count, Comparison& comparison) {
  constexpr int kFacesOfModel = 40;
  Maker maker;
  for (int number = 0; number < count; ++number) {
    const PlainModel model = maker.Model(number);
    const std::string yaml = model.Yaml();
    const std::string name = "model " + std::to_string(number);
    comparison.Model(std::make_shared<FacemarkModel>(
        emochat::ParseFacemarkYaml(std::as_bytes(std::span(yaml)), name, {}), name));
    for (int i = 0; i < kFacesOfModel; ++i) {
      const cv::Mat picture = maker.Picture();
      const cv::Rect box = maker.Box(picture.size());
      const std::vector<double> theirs = model.Fit(picture, box);
      comparison.Face(
          picture, box, [&](std::size_t k) { return theirs[k]; }, name);
    }
  }
}

void CompareWithOpencv(int argc, char** argv, Comparison& comparison) {
  comparison.Model(FacemarkModel::Load(argv[1]));
  const cv::Ptr<cv::face::Facemark> opencv = cv::face::FacemarkLBF::create();
  opencv->loadModel(argv[1]);
  comparison.Refiner(emochat::RefinerModel::Load(argv[2]));
  cv::Mat grey;
  std::string name;
  for (int i = 3; i < argc; ++i) {
    cv::Rect box;
    if (std::sscanf(argv[i], "%d,%d,%d,%d", &box.x, &box.y, &box.width, &box.height) == 4) {
      std::vector<std::vector<cv::Point2f>> theirs;
      opencv->fit(grey, std::vector<cv::Rect>{box}, theirs);
      const auto coordinate = [&](std::size_t k) -> double {
        return k % 2 == 0 ? theirs[0][k / 2].x : theirs[0][k / 2].y;
      };
      comparison.Face(grey, box, coordinate, name);
    } else {
      name = argv[i];
      grey = cv::imread(name, cv::IMREAD_GRAYSCALE);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  cv::setNumThreads(1);
  Comparison comparison;
  if (std::string(argv[1]) == "--made") {
    CompareMade(std::atoi(argv[2]), comparison);
  } else {
    CompareWithOpencv(argc, argv, comparison);
  }
  return comparison.Report();
}
