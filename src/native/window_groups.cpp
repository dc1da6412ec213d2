#include "window_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

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

/// Sets of windows that are joined two by two (Tarjan's union-find).
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  std::size_t Find(std::size_t element) {
    while (parents_[element] != element) {
      parents_[element] = parents_[parents_[element]];
      element = parents_[element];
    }
    return element;
  }

  void Join(std::size_t a, std::size_t b) { parents_[Find(a)] = Find(b); }

 private:
  std::vector<std::size_t> parents_;
};

/// The windows of one size, by where their corner lies: in square cells no smaller than the tolerance.
class SizeGrid {
 public:
  SizeGrid(const cv::Size& size, double epsilon)
      : side_(std::max(1, static_cast<int>(std::ceil(Tolerance(size, size, epsilon))))) {}

  void Add(const cv::Point& corner, std::size_t window) {
    cells_[Key(corner.x / side_, corner.y / side_)].push_back(window);
  }

  template <typename Visit>
  void VisitNear(const cv::Point& corner, const Visit& visit) const {
    for (int y = corner.y / side_ - 1; y <= corner.y / side_ + 1; ++y) {
      for (int x = corner.x / side_ - 1; x <= corner.x / side_ + 1; ++x) {
        const auto cell = cells_.find(Key(x, y));
        if (cell == cells_.end()) continue;
        for (const std::size_t window : cell->second) visit(window);
      }
    }
  }

 private:
  static std::uint64_t Key(int x, int y) {
    return std::uint64_t{static_cast<std::uint32_t>(y)} << 32U | static_cast<std::uint32_t>(x);
  }

  int side_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> cells_;
};

/// The number of each window's group; groups are numbered in the order of their first windows.
std::vector<std::size_t> GroupNumbers(const std::vector<cv::Rect>& windows, double epsilon) {
  std::map<std::array<int, 2>, SizeGrid> grids;
  DisjointSets sets(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const cv::Rect& window = windows[i];
    for (const auto& [size, grid] : grids) {
      const double reach = 2 * Tolerance(window.size(), {size[0], size[1]}, epsilon);
      if (std::abs(window.width - size[0]) > reach || std::abs(window.height - size[1]) > reach) continue;
      grid.VisitNear(window.tl(), [&](std::size_t other) {
        if (AreSimilar(window, windows[other], epsilon)) sets.Join(other, i);
      });
    }
    grids.try_emplace({window.width, window.height}, window.size(), epsilon)
        .first->second.Add(window.tl(), i);
  }
  std::unordered_map<std::size_t, std::size_t> numbers;
  std::vector<std::size_t> groups(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    groups[i] = numbers.try_emplace(sets.Find(i), numbers.size()).first->second;
  }
  return groups;
}

struct Group {
  /// Mean of its windows.
  cv::Rect mean;
  int windows = 0;
};

std::vector<Group> GroupsOf(const std::vector<cv::Rect>& windows, double epsilon) {
  struct Sum {
    std::array<std::int64_t, 4> edges{};
    int windows = 0;
  };
  const std::vector<std::size_t> numbers = GroupNumbers(windows, epsilon);
  std::vector<Sum> sums(windows.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end()) + 1);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    auto& [edges, count] = sums[numbers[i]];
    const cv::Rect& window = windows[i];
    edges[0] += window.x;
    edges[1] += window.y;
    edges[2] += window.width;
    edges[3] += window.height;
    ++count;
  }
  std::vector<Group> groups;
  for (const Sum& sum : sums) {
    // In single precision, as OpenCV does it: where a mean lies between two pixels, this decides.
    const float share = 1.F / static_cast<float>(sum.windows);
    const auto mean = [&](std::size_t edge) { return cvRound(static_cast<float>(sum.edges[edge]) * share); };
    groups.push_back({{mean(0), mean(1), mean(2), mean(3)}, sum.windows});
  }
  return groups;
}

/// Whether a group lies in another one that more windows speak for.
bool IsInside(const Group& inner, const Group& outer, double epsilon) {
  const cv::Rect& a = inner.mean;
  const cv::Rect& b = outer.mean;
  const int dx = cvRound(b.width * epsilon);
  const int dy = cvRound(b.height * epsilon);
  return a.x >= b.x - dx && a.y >= b.y - dy && a.x + a.width <= b.x + b.width + dx &&
         a.y + a.height <= b.y + b.height + dy &&
         (outer.windows > std::max(3, inner.windows) || inner.windows < 3);
}

}  // namespace

void GroupWindows(std::vector<cv::Rect>& windows, int min_neighbours, double epsilon) {
  std::vector<Group> groups = GroupsOf(windows, epsilon);
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [&](const Group& group) { return group.windows <= min_neighbours; }),
               groups.end());
  windows.clear();
  for (const Group& group : groups) {
    const bool inside = std::any_of(groups.begin(), groups.end(), [&](const Group& other) {
      return &other != &group && IsInside(group, other, epsilon);
    });
    if (!inside) windows.push_back(group.mean);
  }
}

}  // namespace emochat
