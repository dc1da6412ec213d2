#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "description/face_crop.h"
#include "description/face_descriptors.h"
#include "faces/face_detector.h"
#include "faces/face_tracker.h"
#include "image/image_decode.h"
#include "landmarks/landmark_fitter.h"

namespace emochat {

/// What is seen in a frame.
struct FrameResult {
  /// Size in pixels of the upright picture.
  int width = 0;
  int height = 0;
  /// Four numbers a face: x, y, width, height, pixels.
  std::vector<std::int32_t> boxes;
  /// x0, y0, x1, y1, … a face, pixels.
  std::vector<float> landmarks;
  /// A number a face: see LandmarkFitter::Fit.
  std::vector<float> spreads;
  /// An id a face: see TrackedFace. Of a stream's frames only.
  std::vector<std::int32_t> ids;
  /// FaceDescriber::kSize numbers a face, where they were asked for and faces have 68 landmarks; all 0 for
  /// landmarks without extent.
  std::vector<std::uint8_t> descriptions;
  /// Whether the whole picture was searched.
  bool whole = true;
};

/// What is known of a stream from one frame to the next.
struct StreamState {
  FaceTracker tracker;
  /// Landmarks with a larger spread are wrong.
  float most_spread = 0;
};

/// How a picture is set up before faces are looked for in it.
struct Framing {
  /// A picture whose shorter side has fewer pixels is enlarged to it.
  int short_side = 0;
  /// Width of the black border on every side, as a share of that side's length.
  double border = 0;
};

/// The way of a frame: bytes → grey picture → faces → landmarks, and, where it is asked to `describe` them,
/// descriptions of the faces. One frame at a time; a lane owns one.
class FramePipeline {
 public:
  /// Of a picture with more faces the smallest are left out: a made-up one may have thousands, and each costs
  /// as much as a small picture.
  static constexpr std::size_t kMostFaces = 256;

  /// `runner`: who looks for the faces; it must outlive the pipeline.
  FramePipeline(const FaceCascade& cascade, const LandmarkModels& models, std::uint64_t max_pixels,
                PartRunner& runner);

  /// Throws FrameError.
  FrameResult AnalyzeEncoded(std::span<const std::uint8_t> bytes, bool describe = false);

  /// Finds faces that AnalyzeEncoded misses because they are small or fill the picture to its edges: the
  /// picture is enlarged and looked at with a black border, which a face stands out from. The landmarks,
  /// shaky in such pictures, start from the mean of several fits around the box found, in the picture
  /// continued by its edge pixels. Boxes, cut off at the picture's edges, and landmarks are in pixels of the
  /// picture itself. A picture whose framed form has more pixels than may be decoded is not looked at.
  ///
  /// Throws FrameError.
  FrameResult AnalyzeFramed(std::span<const std::uint8_t> bytes, const Framing& framing,
                            bool describe = false);

  /// The next frame of a stream, taken at a time in milliseconds of the stream's own clock. Throws
  /// FrameError.
  FrameResult AnalyzeStreamed(std::span<const std::uint8_t> bytes, double at, StreamState& stream,
                              bool describe = false);

  /// Raw pixels as ImageDecoder::Grey takes them. Throws FrameError.
  FrameResult AnalyzePixels(std::span<const std::uint8_t> pixels, int width, int height, int channels,
                            bool describe = false);

 private:
  FrameResult Analyze(const cv::Mat& grey, bool describe);
  /// The kMostFaces largest, in the order in which they come.
  const std::vector<cv::Rect>& LargestOf(const std::vector<cv::Rect>& faces);
  /// Fits the landmarks of a face and adds it to the result.
  void AddFace(const cv::Mat& grey, const cv::Rect& face, FrameResult& result);
  FrameResult FitTracked(const cv::Mat& grey, const std::vector<TrackedFace>& faces);
  /// Adds the descriptions of all faces whose landmarks the result holds, in pixels of `grey`.
  void Describe(const cv::Mat& grey, FrameResult& result);

  PartRunner& runner_;
  std::uint64_t max_pixels_;
  ImageDecoder decoder_;
  FaceDetector detector_;
  LandmarkFitter fitter_;
  FaceCropper cropper_;
  FaceCrop crop_;
  FaceDescriber describer_;
  std::vector<cv::Rect> largest_;
  cv::Mat enlarged_;
  cv::Mat framed_;
  cv::Mat continued_;
};

}  // namespace emochat
