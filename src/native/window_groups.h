#pragma once

#include <vector>

#include <opencv2/core/types.hpp>

namespace emochat {

/// Replaces the windows that passed by one rectangle a group of similar ones: exactly what
/// cv::groupRectangles(windows, min_neighbours, epsilon) gives, in the same order. OpenCV compares every
/// window with every other, so that a picture made of thousands of faces would keep it busy for minutes; here
/// a window is compared with those nearby.
void GroupWindows(std::vector<cv::Rect>& windows, int min_neighbours, double epsilon);

}  // namespace emochat
