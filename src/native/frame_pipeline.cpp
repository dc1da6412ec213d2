#include "frame_pipeline.h"

namespace emochat {

FramePipeline::FramePipeline(const FaceCascade& cascade, const std::shared_ptr<const FacemarkModel>& facemark,
                             std::uint64_t max_pixels, PartRunner& runner)
    : runner_(runner),
      decoder_(max_pixels),
      detector_(cascade),
      fitter_(facemark),
      coordinates_(facemark->shape().coordinates()) {}

FrameResult FramePipeline::AnalyzeEncoded(std::span<const std::uint8_t> bytes) {
  return Analyze(decoder_.DecodeGrey(bytes));
}

FrameResult FramePipeline::AnalyzePixels(std::span<const std::uint8_t> pixels, int width, int height,
                                         int channels) {
  return Analyze(decoder_.Grey(pixels, width, height, channels));
}

FrameResult FramePipeline::Analyze(const cv::Mat& grey) {
  const std::vector<cv::Rect>& faces = detector_.Detect(grey, runner_);
  FrameResult result{.width = grey.cols, .height = grey.rows, .boxes = {}, .landmarks = {}};
  result.boxes.reserve(4 * faces.size());
  result.landmarks.resize(faces.size() * coordinates_);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const cv::Rect& face = faces[i];
    result.boxes.insert(result.boxes.end(), {face.x, face.y, face.width, face.height});
    fitter_.Fit(grey, face, std::span(result.landmarks).subspan(i * coordinates_, coordinates_));
  }
  return result;
}

}  // namespace emochat
