// Compares our grouping of windows with OpenCV's: prints how many of 2000 random lists came out differently.
// With an argument, groups that many windows by our code alone and prints how many groups there are.

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>

#include <opencv2/objdetect.hpp>

#include "faces/window_groups.h"

namespace {

constexpr int kMinNeighbours = 5;
constexpr double kEpsilon = 0.2;

/// Windows of the sizes that detection uses, here and there not square, at random places.
std::vector<cv::Rect> RandomWindows(std::mt19937& random, std::size_t count, unsigned extent) {
  std::vector<cv::Rect> windows(count);
  for (cv::Rect& window : windows) {
    const int width = cvRound(24 * std::pow(1.1, random() % 20));
    const int height = random() % 4 == 0 ? width * 3 / 2 : width;
    window = {static_cast<int>(random() % extent), static_cast<int>(random() % extent), width, height};
  }
  return windows;
}

int Differences() {
  std::mt19937 random(1);
  emochat::WindowGrouper grouper;
  int differences = 0;
  for (int i = 0; i < 2000; ++i) {
    auto ours = RandomWindows(random, random() % 400, 1 + random() % 300);
    auto theirs = ours;
    grouper.Group(ours, kMinNeighbours, kEpsilon);
    cv::groupRectangles(theirs, kMinNeighbours, kEpsilon);
    differences += ours == theirs ? 0 : 1;
  }
  return differences;
}

/// Ten windows a face, faces side by side.
std::vector<cv::Rect> CrowdOfFaces(int windows) {
  std::vector<cv::Rect> crowd;
  for (int i = 0; i < windows; ++i) {
    const int face = i / 10;
    crowd.emplace_back(face % 170 * 30 + i % 3, face / 170 * 30 + i % 2, 26, 26);
  }
  return crowd;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 1) {
    std::cout << Differences() << '\n';
    return 0;
  }
  auto crowd = CrowdOfFaces(std::atoi(arguments[1]));
  emochat::WindowGrouper().Group(crowd, kMinNeighbours, kEpsilon);
  std::cout << crowd.size() << '\n';
  return 0;
}
