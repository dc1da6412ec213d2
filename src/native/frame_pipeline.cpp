#include "frame_pipeline.h"

namespace emochat {

FramePipeline::FramePipeline(const std::string& cascade_xml, const std::string& cascade_name,
                             CascadeEvaluator evaluator, const std::shared_ptr<const FacemarkModel>& facemark,
                             std::uint64_t max_pixels)
    : decoder_(max_pixels),
      detector_(cascade_xml, cascade_name, evaluator),
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
  const std::vector<cv::Rect> faces = detector_.Detect(grey);
  FrameResult result{.width = grey.cols, .height = grey.rows, .boxes = {}, .landmarks = {}};
  result.landmarks.resize(faces.size() * coordinates_);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const cv::Rect& face = faces[i];
    result.boxes.insert(result.boxes.end(), {face.x, face.y, face.width, face.height});
    fitter_.Fit(grey, face, std::span(result.landmarks).subspan(i * coordinates_, coordinates_));
  }
  return result;
}

}  // namespace emochat
