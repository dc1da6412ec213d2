#include "frame/frame_pipeline.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace emochat {
namespace {

/// The way back from a framed picture to the picture in it.
struct FramePlacement {
  double scale = 1;
  int left = 0;
  int top = 0;
};

/// Rounds outwards, so that the box holds what it held in the framed picture.
cv::Rect PlaceBox(const FramePlacement& placement, const cv::Size& picture, const cv::Rect& framed) {
  const double left = (framed.x - placement.left) / placement.scale;
  const double top = (framed.y - placement.top) / placement.scale;
  const cv::Point first(cvFloor(left), cvFloor(top));
  const cv::Point end(cvCeil(left + (framed.width / placement.scale)),
                      cvCeil(top + (framed.height / placement.scale)));
  return cv::Rect(first, end) & cv::Rect({0, 0}, picture);
}

/// Pixel centres lie at whole numbers, as OpenCV's resize has them.
void PlaceLandmarks(const FramePlacement& placement, std::span<float> landmarks) {
  const auto place = [&](float value, int offset) {
    return static_cast<float>(((value - static_cast<float>(offset) + 0.5) / placement.scale) - 0.5);
  };
  for (std::size_t i = 0; i + 1 < landmarks.size(); i += 2) {
    landmarks[i] = place(landmarks[i], placement.left);
    landmarks[i + 1] = place(landmarks[i + 1], placement.top);
  }
}

FrameResult EmptyResult(const cv::Size& picture) {
  return {.width = picture.width,
          .height = picture.height,
          .boxes = {},
          .landmarks = {},
          .spreads = {},
          .ids = {},
          .descriptions = {}};
}

}  // namespace

FramePipeline::FramePipeline(const FaceCascade& cascade, const LandmarkModels& models,
                             std::uint64_t max_pixels, PartRunner& runner)
    : runner_(runner), max_pixels_(max_pixels), decoder_(max_pixels), detector_(cascade), fitter_(models) {}

FrameResult FramePipeline::AnalyzeEncoded(std::span<const std::uint8_t> bytes, bool describe) {
  return Analyze(decoder_.DecodeGrey(bytes), describe);
}

FrameResult FramePipeline::AnalyzeFramed(std::span<const std::uint8_t> bytes, const Framing& framing,
                                         bool describe) {
  const cv::Mat& grey = decoder_.DecodeGrey(bytes);
  const double scale =
      std::max(1.0, static_cast<double>(framing.short_side) / std::min(grey.cols, grey.rows));
  const double share = 1 + (2 * framing.border);
  if (scale * grey.cols * share * scale * grey.rows * share > static_cast<double>(max_pixels_)) {
    return EmptyResult(grey.size());
  }
  cv::resize(grey, enlarged_, {}, scale, scale, cv::INTER_LINEAR);
  const FramePlacement placement{.scale = scale,
                                 .left = cvRound(framing.border * enlarged_.cols),
                                 .top = cvRound(framing.border * enlarged_.rows)};
  const auto add_border = [&](cv::Mat& framed, int kind) {
    cv::copyMakeBorder(enlarged_, framed, placement.top, placement.top, placement.left, placement.left, kind);
  };
  add_border(framed_, cv::BORDER_CONSTANT);
  const std::vector<cv::Rect>& faces = LargestOf(detector_.Detect(framed_, runner_));
  FrameResult result = EmptyResult(grey.size());
  if (faces.empty()) return result;
  add_border(continued_, cv::BORDER_REPLICATE);
  const std::size_t coordinates = fitter_.coordinates();
  result.landmarks.resize(faces.size() * coordinates);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const cv::Rect box = PlaceBox(placement, grey.size(), faces[i]);
    result.boxes.insert(result.boxes.end(), {box.x, box.y, box.width, box.height});
    const auto landmarks = std::span(result.landmarks).subspan(i * coordinates, coordinates);
    result.spreads.push_back(fitter_.FitAround(continued_, faces[i], landmarks));
  }
  if (describe) Describe(continued_, result);
  PlaceLandmarks(placement, result.landmarks);
  return result;
}

FrameResult FramePipeline::AnalyzePixels(std::span<const std::uint8_t> pixels, int width, int height,
                                         int channels, bool describe) {
  return Analyze(decoder_.Grey(pixels, width, height, channels), describe);
}

FrameResult FramePipeline::AnalyzeStreamed(std::span<const std::uint8_t> bytes, double at,
                                           StreamState& stream, bool describe) {
  const cv::Mat& grey = decoder_.DecodeGrey(bytes);
  FaceTracker& tracker = stream.tracker;
  FrameResult result = FitTracked(grey, tracker.Look(grey, at, detector_, runner_));
  const bool wrong =
      std::ranges::any_of(result.spreads, [&](float spread) { return spread > stream.most_spread; });
  if (tracker.BeginsToDoubt(wrong) && !tracker.looked_everywhere()) {
    result = FitTracked(grey, tracker.LookEverywhere(grey, at, detector_, runner_));
  }
  result.whole = tracker.looked_everywhere();
  if (describe) Describe(grey, result);
  return result;
}

FrameResult FramePipeline::FitTracked(const cv::Mat& grey, const std::vector<TrackedFace>& faces) {
  FrameResult result = EmptyResult(grey.size());
  for (const TrackedFace& face : faces) {
    AddFace(grey, face.box, result);
    result.ids.push_back(face.id);
  }
  return result;
}

FrameResult FramePipeline::Analyze(const cv::Mat& grey, bool describe) {
  FrameResult result = EmptyResult(grey.size());
  for (const cv::Rect& face : LargestOf(detector_.Detect(grey, runner_))) AddFace(grey, face, result);
  if (describe) Describe(grey, result);
  return result;
}

const std::vector<cv::Rect>& FramePipeline::LargestOf(const std::vector<cv::Rect>& faces) {
  if (faces.size() <= kMostFaces) return faces;
  std::vector<std::size_t> order(faces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return faces[i].area(); });
  order.resize(kMostFaces);
  std::ranges::sort(order);
  largest_.clear();
  for (const std::size_t i : order) largest_.push_back(faces[i]);
  return largest_;
}

void FramePipeline::AddFace(const cv::Mat& grey, const cv::Rect& face, FrameResult& result) {
  result.boxes.insert(result.boxes.end(), {face.x, face.y, face.width, face.height});
  const std::size_t before = result.landmarks.size();
  result.landmarks.resize(before + fitter_.coordinates());
  result.spreads.push_back(fitter_.Fit(grey, face, std::span(result.landmarks).subspan(before)));
}

void FramePipeline::Describe(const cv::Mat& grey, FrameResult& result) {
  constexpr std::size_t kCoordinates = 2 * FaceCrop::kLandmarks;
  if (fitter_.coordinates() != kCoordinates) return;
  const std::size_t faces = result.landmarks.size() / kCoordinates;
  result.descriptions.assign(faces * FaceDescriber::kSize, 0);
  for (std::size_t face = 0; face < faces; ++face) {
    const auto landmarks = std::span(result.landmarks).subspan(face * kCoordinates, kCoordinates);
    if (!cropper_.Lay(grey, landmarks, crop_)) continue;
    describer_.Describe(
        crop_, std::span(result.descriptions).subspan(face * FaceDescriber::kSize, FaceDescriber::kSize));
  }
}

}  // namespace emochat
