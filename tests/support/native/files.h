#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

/// What the programs of tests and benchmarks read: files that are named on their command lines. Everything
/// here throws std::runtime_error with the name of a file that cannot be read.
namespace support {

/// The whole content of a file.
inline std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return text.str();
}

/// A picture in colour: blue, green, red.
inline cv::Mat ReadColour(const std::string& path) {
  cv::Mat colour = cv::imread(path, cv::IMREAD_COLOR);
  if (colour.empty()) throw std::runtime_error(path + ": not a picture that OpenCV reads");
  return colour;
}

/// A picture in grey, made from its colours as a frame's are.
inline cv::Mat ReadGrey(const std::string& path) {
  cv::Mat grey;
  cv::cvtColor(ReadColour(path), grey, cv::COLOR_BGR2GRAY);
  return grey;
}

/// "640x480,1280x720" to sizes.
inline std::vector<cv::Size> ReadSizes(const std::string& text) {
  std::vector<cv::Size> sizes;
  std::istringstream stream(text);
  cv::Size size;
  for (char x = 0, comma = 0; stream >> size.width >> x >> size.height; stream >> comma)
    sizes.push_back(size);
  return sizes;
}

}  // namespace support
