// Measures the project's facemark fitter against cv::face::FacemarkLBF::fit, each on one thread, on the same
// boxes of the same pictures.
//
// usage: bench_facemark YAML COMPACT REFINER ROUNDS PICTURE X,Y,WIDTH,HEIGHT... [PICTURE
// X,Y,WIDTH,HEIGHT...]...
//
// YAML      the facemark as OpenCV writes it
// COMPACT   its compact form; made if it is not there or of another version
// REFINER   the refiner that goes on from there
// ROUNDS    in each round all faces go through OpenCV's, one by one, then twice through ours: the first time
//           (`ours_after_opencv_us`) while OpenCV's larger model fills the caches, and then through the
//           refiner (`refine_us`)
// PICTURE   followed by the boxes of its faces
//
// Prints one JSON object. Times of fitting are the thread's own processor time, so that other programs
// disturb them little; those of loading are by the clock. `*_us`: microseconds a face, the median over the
// rounds of a round's mean, and the least and greatest round. `worst_px`: the largest difference of a
// coordinate.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <fcntl.h>
#include <hwy/targets.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/face.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mapped_file.h"
#include "landmarks/facemark_fit.h"
#include "landmarks/facemark_model.h"
#include "landmarks/facemark_yaml.h"
#include "landmarks/refiner_fit.h"
#include "landmarks/refiner_model.h"

namespace {

using emochat::FacemarkFitter;
using emochat::FacemarkModel;

struct Face {
  const cv::Mat* picture;
  cv::Rect box;
};

struct Options {
  std::string yaml;
  std::string compact;
  std::string refiner;
  std::size_t rounds = 0;
  std::vector<std::unique_ptr<cv::Mat>> pictures;
  std::vector<Face> faces;
};

Options ReadOptions(int argc, char** argv) {
  Options options{.yaml = argv[1],
                  .compact = argv[2],
                  .refiner = argv[3],
                  .rounds = std::strtoul(argv[4], nullptr, 10),
                  .pictures = {},
                  .faces = {}};
  for (int i = 5; i < argc; ++i) {
    cv::Rect box;
    if (std::sscanf(argv[i], "%d,%d,%d,%d", &box.x, &box.y, &box.width, &box.height) == 4) {
      if (options.pictures.empty()) continue;
      options.faces.push_back({options.pictures.back().get(), box});
    } else {
      options.pictures.push_back(std::make_unique<cv::Mat>(cv::imread(argv[i], cv::IMREAD_GRAYSCALE)));
    }
  }
  return options;
}

std::string ProcessorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

double Microseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

template <class Work>
double TimeOf(clockid_t clock, const Work& work) {
  const double start = Microseconds(clock);
  work();
  return Microseconds(clock) - start;
}

/// What was measured several times over.
class Series {
 public:
  void Add(double value) { values_.push_back(value); }
  [[nodiscard]] double Median() const {
    std::vector<double> sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  [[nodiscard]] double Last() const { return values_.back(); }
  [[nodiscard]] double Least() const { return *std::min_element(values_.begin(), values_.end()); }
  [[nodiscard]] double Greatest() const { return *std::max_element(values_.begin(), values_.end()); }

 private:
  std::vector<double> values_;
};

/// Makes the compact file unless it is there. Returns how long it took, in milliseconds.
double ProvideCompact(const std::string& yaml, const std::string& compact) {
  emochat::FacemarkSource source;
  if (emochat::ReadCompactSource(compact, source)) return 0;
  return 1e-3 * TimeOf(CLOCK_MONOTONIC, [&] {
           const emochat::MappedFile text(yaml);
           const auto lines = emochat::ParseFacemarkYaml(text.bytes(), yaml, source);
           const auto bytes = std::as_bytes(std::span(lines));
           std::ofstream file(compact, std::ios::binary);
           file.write(reinterpret_cast<const char*>(bytes.data()),
                      static_cast<std::streamsize>(bytes.size()));
         });
}

/// Megabytes of a mapped file that are in memory.
double ResidentMegabytes(const std::string& path) {
  std::vector<char> absolute(4096);
  if (realpath(path.c_str(), absolute.data()) == nullptr) return 0;
  std::ifstream maps("/proc/self/smaps");
  double kilobytes = 0;
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(absolute.data()) != std::string::npos) {
      inside = true;
    } else if (inside && line.starts_with("Rss:")) {
      kilobytes += std::strtod(line.c_str() + 4, nullptr);
      inside = false;
    }
  }
  return kilobytes / 1024;
}

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    yaml_ms_ = ProvideCompact(options.yaml, options.compact);
    for (std::size_t i = 0; i < options.rounds; ++i) {
      open_us_.Add(TimeOf(CLOCK_MONOTONIC, [&] { model_ = FacemarkModel::Load(options.compact); }));
    }
    fitter_ = std::make_unique<FacemarkFitter>(model_);
    for (std::size_t i = 0; i < options.rounds; ++i) {
      refiner_load_us_.Add(
          TimeOf(CLOCK_MONOTONIC, [&] { refiner_model_ = emochat::RefinerModel::Load(options.refiner); }));
    }
    refiner_ = std::make_unique<emochat::RefinerFitter>(refiner_model_);
    landmarks_.resize(model_->shape().coordinates());
    first_face_us_ = TimeOf(CLOCK_MONOTONIC, [&] { FitOurs(options.faces.front()); });
    cv::face::FacemarkLBF::Params parameters;
    parameters.n_landmarks = static_cast<int>(model_->shape().landmarks);
    theirs_ = cv::face::FacemarkLBF::create(parameters);
    opencv_load_ms_ = 1e-3 * TimeOf(CLOCK_MONOTONIC, [&] { theirs_->loadModel(options.yaml); });
  }

  void Run() {
    Compare();
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      theirs_us_.Add(MeanTime([&](const Face& face) { FitTheirs(face); }));
      after_opencv_us_.Add(MeanTime([&](const Face& face) { FitOurs(face); }));
      ours_us_.Add(MeanTime([&](const Face& face) { FitOurs(face); }));
      refine_us_.Add(MeanRefining());
      ratio_.Add(theirs_us_.Last() / ours_us_.Last());
    }
  }

  void Print(std::FILE* out) const {
    std::fprintf(out,
                 "{\"processor\":\"%s\",\"opencv\":\"%s\",\"faces\":%zu,\"rounds\":%zu,"
                 "\"landmarks\":%u,\"stages\":%u,\"trees_per_landmark\":%u,\"depth\":%u,",
                 ProcessorName().c_str(), CV_VERSION, options_.faces.size(), options_.rounds,
                 model_->shape().landmarks, model_->shape().stages, model_->shape().trees_per_landmark,
                 model_->shape().depth);
    PrintSeries(out, "ours_us", ours_us_);
    PrintSeries(out, "ours_after_opencv_us", after_opencv_us_);
    PrintSeries(out, "opencv_us", theirs_us_);
    PrintSeries(out, "ratio", ratio_);
    PrintSeries(out, "open_us", open_us_);
    PrintSeries(out, "refine_us", refine_us_);
    PrintSeries(out, "refiner_load_us", refiner_load_us_);
    std::fprintf(out,
                 "\"ours_faces_per_second\":%.0f,\"opencv_faces_per_second\":%.0f,\"worst_px\":%.9f,"
                 "\"faces_off\":%zu,\"first_face_us\":%.1f,\"compile_ms\":%.1f,\"opencv_load_ms\":%.1f,"
                 "\"resident_mb\":%.1f}\n",
                 1e6 / ours_us_.Median(), 1e6 / theirs_us_.Median(), worst_, faces_off_, first_face_us_,
                 yaml_ms_, opencv_load_ms_, ResidentMegabytes(options_.compact));
  }

 private:
  /// Beyond what rounding to single precision explains.
  static constexpr double kOff = 1e-3;

  static void PrintSeries(std::FILE* out, const char* name, const Series& series) {
    std::fprintf(out, "\"%s\":{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f},", name, series.Median(),
                 series.Least(), series.Greatest());
  }

  /// Microseconds a face. Its picture is read through before, as finding the face would do.
  template <class Work>
  double MeanTime(const Work& work) {
    double sum = 0;
    for (const Face& face : options_.faces) {
      brightness_ += cv::sum(*face.picture)[0];
      sum += TimeOf(CLOCK_THREAD_CPUTIME_ID, [&] { work(face); });
    }
    return sum / static_cast<double>(options_.faces.size());
  }

  void FitOurs(const Face& face) { fitter_->Fit(*face.picture, face.box, landmarks_); }

  /// Microseconds that refining takes a face, from the facemark's landmarks on.
  double MeanRefining() {
    double sum = 0;
    for (const Face& face : options_.faces) {
      FitOurs(face);
      sum += TimeOf(CLOCK_THREAD_CPUTIME_ID, [&] { refiner_->Refine(*face.picture, landmarks_); });
    }
    return sum / static_cast<double>(options_.faces.size());
  }

  void FitTheirs(const Face& face) {
    theirs_->fit(*face.picture, std::vector<cv::Rect>{face.box}, their_landmarks_);
  }

  void Compare() {
    for (const Face& face : options_.faces) {
      FitOurs(face);
      FitTheirs(face);
      double worst = 0;
      for (std::size_t i = 0; i < landmarks_.size(); ++i) {
        const cv::Point2f& point = their_landmarks_[0][i / 2];
        worst =
            std::max(worst, std::abs(static_cast<double>(landmarks_[i]) - (i % 2 == 0 ? point.x : point.y)));
      }
      worst_ = std::max(worst_, worst);
      if (worst > kOff) ++faces_off_;
    }
  }

  const Options& options_;
  std::shared_ptr<const FacemarkModel> model_;
  std::unique_ptr<FacemarkFitter> fitter_;
  std::shared_ptr<const emochat::RefinerModel> refiner_model_;
  std::unique_ptr<emochat::RefinerFitter> refiner_;
  cv::Ptr<cv::face::FacemarkLBF> theirs_;
  std::vector<float> landmarks_;
  std::vector<std::vector<cv::Point2f>> their_landmarks_;
  Series ours_us_;
  Series after_opencv_us_;
  Series theirs_us_;
  Series ratio_;
  Series open_us_;
  Series refine_us_;
  Series refiner_load_us_;
  double yaml_ms_ = 0;
  double opencv_load_ms_ = 0;
  double first_face_us_ = 0;
  double worst_ = 0;
  std::size_t faces_off_ = 0;
  double brightness_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const Options options = ReadOptions(argc, argv);
  if (options.rounds == 0 || options.faces.empty()) return 2;
  // OpenCV writes lines of its own on stdout while it loads the model.
  std::FILE* const out = fdopen(dup(STDOUT_FILENO), "w");
  if (out == nullptr || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 1;
  cv::setNumThreads(1);
  Bench bench(options);
  bench.Run();
  bench.Print(out);
  return std::fclose(out) == 0 ? 0 : 1;
}
