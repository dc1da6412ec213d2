#include "faces/window_groups.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <tuple>

namespace emochat {
namespace {

/// How far the edges of two similar windows may lie apart, in pixels.
double Tolerance(const cv::Size& a, const cv::Size& b, double epsilon) {
  return epsilon * (std::min(a.width, b.width) + std::min(a.height, b.height)) * 0.5;
}

bool AreSimilar(const cv::Rect& a, const cv::Rect& b, double epsilon) {
  const double tolerance = Tolerance(a.size(), b.size(), epsilon);
  return std::abs(a.x - b.x) <= tolerance && std::abs(a.y - b.y) <= tolerance &&
         std::abs(a.x + a.width - b.x - b.width) <= tolerance &&
         std::abs(a.y + a.height - b.y - b.height) <= tolerance;
}

std::tuple<int, int> Sides(const cv::Size& size) {
  return {size.width, size.height};
}

/// Whether a group's mean lies in that of another one that more windows speak for.
bool IsInside(const cv::Rect& inner, int inner_windows, const cv::Rect& outer, int outer_windows,
              double epsilon) {
  const int dx = cvRound(outer.width * epsilon);
  const int dy = cvRound(outer.height * epsilon);
  return inner.x >= outer.x - dx && inner.y >= outer.y - dy &&
         inner.x + inner.width <= outer.x + outer.width + dx &&
         inner.y + inner.height <= outer.y + outer.height + dy &&
         (outer_windows > std::max(3, inner_windows) || inner_windows < 3);
}

}  // namespace

void WindowGrouper::Group(std::vector<cv::Rect>& windows, int min_neighbours, double epsilon) {
  JoinSimilar(windows, epsilon);
  SumUp(windows);
  std::erase_if(groups_, [&](const WindowGroup& group) { return group.windows <= min_neighbours; });
  windows.clear();
  for (const WindowGroup& group : groups_) {
    const bool inside = std::any_of(groups_.begin(), groups_.end(), [&](const WindowGroup& other) {
      return &other != &group && IsInside(group.mean, group.windows, other.mean, other.windows, epsilon);
    });
    if (!inside) windows.push_back(group.mean);
  }
}

void WindowGrouper::FindSizeClasses(const std::vector<cv::Rect>& windows, double epsilon) {
  size_classes_.clear();
  for (const cv::Rect& window : windows) {
    const auto found = std::lower_bound(
        size_classes_.begin(), size_classes_.end(), window.size(),
        [](const SizeClass& a, const cv::Size& size) { return Sides(a.size) < Sides(size); });
    if (found != size_classes_.end() && found->size == window.size()) continue;
    const double tolerance = Tolerance(window.size(), window.size(), epsilon);
    size_classes_.insert(found, {window.size(), std::max(1, static_cast<int>(std::ceil(tolerance)))});
  }
}

WindowGrouper::Place WindowGrouper::PlaceOf(const cv::Rect& window, std::size_t size_class) const {
  const int cell = size_classes_[size_class].cell;
  return {.size_class = size_class, .y = window.y / cell, .x = window.x / cell, .window = 0};
}

/// Joins similar windows, and those that are similar to a common third one, to sets.
void WindowGrouper::JoinSimilar(const std::vector<cv::Rect>& windows, double epsilon) {
  FindSizeClasses(windows, epsilon);
  parents_.resize(windows.size());
  std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  places_.clear();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto size_class = std::lower_bound(
        size_classes_.begin(), size_classes_.end(), windows[i].size(),
        [](const SizeClass& a, const cv::Size& size) { return Sides(a.size) < Sides(size); });
    places_.push_back(PlaceOf(windows[i], static_cast<std::size_t>(size_class - size_classes_.begin())));
    places_.back().window = i;
  }
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return std::tie(a.size_class, a.y, a.x) < std::tie(b.size_class, b.y, b.x);
  });
  for (const Place& place : places_) {
    const cv::Size size = windows[place.window].size();
    // Every pair once is enough.
    for (std::size_t other = 0; other <= place.size_class; ++other) {
      const cv::Size& other_size = size_classes_[other].size;
      const double reach = 2 * Tolerance(size, other_size, epsilon);
      if (std::abs(size.width - other_size.width) <= reach &&
          std::abs(size.height - other_size.height) <= reach) {
        JoinNear(place, other, windows, epsilon);
      }
    }
  }
}

/// Joins a window with the similar ones of a size class.
void WindowGrouper::JoinNear(const Place& place, std::size_t size_class, const std::vector<cv::Rect>& windows,
                             double epsilon) {
  const cv::Rect& window = windows[place.window];
  const Place centre = PlaceOf(window, size_class);
  for (int y = centre.y - 1; y <= centre.y + 1; ++y) {
    const auto key = std::tuple(size_class, y, centre.x - 1);
    auto near = std::lower_bound(places_.begin(), places_.end(), key, [](const Place& a, const auto& b) {
      return std::tie(a.size_class, a.y, a.x) < b;
    });
    for (; near != places_.end() && near->size_class == size_class && near->y == y && near->x <= centre.x + 1;
         ++near) {
      if (AreSimilar(window, windows[near->window], epsilon)) {
        parents_[Root(near->window)] = Root(place.window);
      }
    }
  }
}

std::size_t WindowGrouper::Root(std::size_t window) {
  while (parents_[window] != window) {
    parents_[window] = parents_[parents_[window]];
    window = parents_[window];
  }
  return window;
}

/// Groups in the order of their first windows.
void WindowGrouper::SumUp(const std::vector<cv::Rect>& windows) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  numbers_.assign(windows.size(), kNone);
  groups_.clear();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    std::size_t& number = numbers_[Root(i)];
    if (number == kNone) {
      number = groups_.size();
      groups_.push_back({});
    }
    const cv::Rect& window = windows[i];
    const std::array<int, 4> edges = {window.x, window.y, window.width, window.height};
    WindowGroup& group = groups_[number];
    for (std::size_t edge = 0; edge < edges.size(); ++edge) group.sums[edge] += edges[edge];
    ++group.windows;
  }
  for (WindowGroup& group : groups_) {
    // In single precision, as OpenCV does it: where a mean lies between two pixels, this decides.
    const float share = 1.F / static_cast<float>(group.windows);
    const auto mean = [&](std::size_t edge) { return cvRound(static_cast<float>(group.sums[edge]) * share); };
    group.mean = {mean(0), mean(1), mean(2), mean(3)};
  }
}

}  // namespace emochat
