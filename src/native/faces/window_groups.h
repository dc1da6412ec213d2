#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <opencv2/core/types.hpp>

namespace emochat {

/// Makes faces of windows. One thread at a time: it keeps its buffers.
class WindowGrouper {
 public:
  /// Replaces the windows that passed by one rectangle a group of similar ones: exactly what
  /// cv::groupRectangles(windows, min_neighbours, epsilon) gives, in the same order. OpenCV compares every
  /// window with every other, so that a picture made of thousands of faces would keep it busy for minutes;
  /// here a window is compared with those nearby.
  void Group(std::vector<cv::Rect>& windows, int min_neighbours, double epsilon);

 private:
  /// Windows of one size, which lie in square cells no smaller than the tolerance between two of them.
  struct SizeClass {
    cv::Size size;
    int cell;
  };
  /// A window by size class and by the cell that its corner lies in.
  struct Place {
    std::size_t size_class;
    int y;
    int x;
    std::size_t window;
  };
  struct WindowGroup {
    /// Sums over its windows: x, y, width, height.
    std::array<std::int64_t, 4> sums;
    int windows;
    cv::Rect mean;
  };

  void FindSizeClasses(const std::vector<cv::Rect>& windows, double epsilon);
  [[nodiscard]] Place PlaceOf(const cv::Rect& window, std::size_t size_class) const;
  void JoinSimilar(const std::vector<cv::Rect>& windows, double epsilon);
  void JoinNear(const Place& place, std::size_t size_class, const std::vector<cv::Rect>& windows,
                double epsilon);
  [[nodiscard]] std::size_t Root(std::size_t window);
  void SumUp(const std::vector<cv::Rect>& windows);

  std::vector<SizeClass> size_classes_;
  /// Sorted.
  std::vector<Place> places_;
  /// Disjoint sets of windows (Tarjan's union-find).
  std::vector<std::size_t> parents_;
  std::vector<std::size_t> numbers_;
  std::vector<WindowGroup> groups_;
};

}  // namespace emochat
