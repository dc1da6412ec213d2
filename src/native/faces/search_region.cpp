#include "faces/search_region.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace emochat {
namespace {

constexpr int kMostGrowth = 7;
constexpr int kLeastGrowth = 5;
constexpr double kReach = 0.4;

bool IsAboutAsLarge(const cv::Size& window, const cv::Rect& face) {
  return kLeastGrowth * window.width <= kMostGrowth * face.width &&
         kLeastGrowth * face.width <= kMostGrowth * window.width;
}

double Reach(const cv::Rect& face) {
  return kReach * face.width;
}

/// How far the centre of a window that starts at `start` is from that of a face, along one side.
double Shift(int start, int length, int face_start, int face_length) {
  return std::abs((start + length / 2.0) - (face_start + face_length / 2.0));
}

bool IsNear(const cv::Rect& window, const cv::Rect& face) {
  const double reach = Reach(face);
  return IsAboutAsLarge(window.size(), face) && Shift(window.x, window.width, face.x, face.width) <= reach &&
         Shift(window.y, window.height, face.y, face.height) <= reach;
}

struct Range {
  int first;
  int end;
};

/// Positions at a level, along one side, of the windows whose centres are near that of a face, and of one or
/// two more: a corner is rounded when it is enlarged.
Range PositionsNear(int face_start, int face_length, int window_length, double reach, float scale,
                    int positions) {
  const double start = face_start + (face_length - window_length) / 2.0;
  const int first = static_cast<int>(std::floor((start - reach - 1) / scale));
  const int last = static_cast<int>(std::ceil((start + reach + 1) / scale));
  return {std::clamp(first, 0, positions), std::clamp(last + 1, 0, positions)};
}

LevelBand BandAround(const cv::Rect& face, const PyramidLevel& level) {
  const double reach = Reach(face);
  const Range columns =
      PositionsNear(face.x, face.width, level.window.width, reach, level.scale, level.columns);
  const Range rows = PositionsNear(face.y, face.height, level.window.height, reach, level.scale, level.rows);
  const int end = (rows.end + level.step - 1) / level.step * level.step;
  return {.rows = {rows.first / level.step * level.step, std::min(end, level.rows)},
          .first_column = columns.first,
          .end_column = columns.end};
}

bool IsEmpty(const LevelBand& band) {
  return band.rows.first >= band.rows.end || band.first_column >= band.end_column;
}

/// Makes one band of those that have rows in common.
void JoinBands(std::vector<LevelBand>& bands) {
  std::sort(bands.begin(), bands.end(),
            [](const LevelBand& a, const LevelBand& b) { return a.rows.first < b.rows.first; });
  std::size_t kept = 0;
  for (const LevelBand& band : bands) {
    if (kept == 0 || bands[kept - 1].rows.end <= band.rows.first) {
      bands[kept++] = band;
      continue;
    }
    LevelBand& last = bands[kept - 1];
    last.rows.end = std::max(last.rows.end, band.rows.end);
    last.first_column = std::min(last.first_column, band.first_column);
    last.end_column = std::max(last.end_column, band.end_column);
  }
  bands.resize(kept);
}

}  // namespace

bool SearchRegion::Holds(const cv::Rect& window) const {
  return std::any_of(faces_.begin(), faces_.end(),
                     [&](const cv::Rect& face) { return IsNear(window, face); });
}

void SearchRegion::FindBands(const PyramidLevel& level, std::vector<LevelBand>& bands) const {
  bands.clear();
  for (const cv::Rect& face : faces_) {
    if (!IsAboutAsLarge(level.window, face)) continue;
    const LevelBand band = BandAround(face, level);
    if (!IsEmpty(band)) bands.push_back(band);
  }
  JoinBands(bands);
}

}  // namespace emochat
