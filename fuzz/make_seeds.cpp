// Writes the inputs that fuzzing starts from: small pictures in every format and form, and compact facemarks.
//
// usage: make_seeds PICTURES COMPACTS [YAML...] [-- PICTURE...]
//
// PICTURES  folder for small versions of each PICTURE; of a drawing if there is none
// COMPACTS  folder for the compact form of each facemark YAML

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "../tests/support/native/files.h"
#include "landmarks/facemark_yaml.h"

namespace {

struct Form {
  const char* name;
  const char* extension;
  std::vector<int> settings;
  bool grey = false;
};

const std::vector<Form> kForms = {
    {"baseline", ".jpg", {cv::IMWRITE_JPEG_QUALITY, 60}},
    {"progressive", ".jpg", {cv::IMWRITE_JPEG_QUALITY, 60, cv::IMWRITE_JPEG_PROGRESSIVE, 1}},
    {"restarts", ".jpg", {cv::IMWRITE_JPEG_QUALITY, 60, cv::IMWRITE_JPEG_RST_INTERVAL, 2}},
    {"grey", ".jpg", {cv::IMWRITE_JPEG_QUALITY, 60}, true},
    {"colour", ".png", {}},
    {"grey", ".png", {}, true},
    {"lossy", ".webp", {cv::IMWRITE_WEBP_QUALITY, 60}},
    {"lossless", ".webp", {cv::IMWRITE_WEBP_QUALITY, 101}},
};

cv::Mat Drawing() {
  cv::Mat drawing(72, 72, CV_8UC3, cv::Scalar(60, 90, 120));
  cv::ellipse(drawing, {36, 36}, {20, 28}, 0, 0, 360, {150, 180, 220}, cv::FILLED);
  cv::circle(drawing, {28, 30}, 4, {20, 20, 20}, cv::FILLED);
  cv::circle(drawing, {44, 30}, 4, {20, 20, 20}, cv::FILLED);
  cv::line(drawing, {28, 50}, {44, 50}, {40, 40, 120}, 3);
  return drawing;
}

void WritePictures(const cv::Mat& picture, const std::string& prefix) {
  cv::Mat small;
  const double scale = 48.0 / std::min(picture.cols, picture.rows);
  cv::resize(picture, small, {}, scale, scale, cv::INTER_AREA);
  cv::Mat grey;
  cv::cvtColor(small, grey, cv::COLOR_BGR2GRAY);
  for (const Form& form : kForms) {
    cv::imwrite(prefix + "-" + form.name + form.extension, form.grey ? grey : small, form.settings);
  }
}

void WriteCompact(const std::string& yaml, const std::string& file) {
  const std::string text = support::ReadText(yaml);
  const auto compact =
      emochat::ParseFacemarkYaml(std::as_bytes(std::span(text)), yaml, emochat::FacemarkSource{});
  const auto bytes = std::as_bytes(std::span(compact));
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

int Run(const std::vector<std::string>& arguments) {
  bool pictures = false;
  std::size_t made = 0;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "--") {
      pictures = true;
    } else if (pictures) {
      WritePictures(support::ReadColour(arguments[i]), arguments[0] + "/" + std::to_string(made++));
    } else {
      WriteCompact(arguments[i],
                   arguments[1] + "/" + std::filesystem::path(arguments[i]).stem().string() + ".compact");
    }
  }
  if (made == 0) WritePictures(Drawing(), arguments[0] + "/drawing");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    return Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
