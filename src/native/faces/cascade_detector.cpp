#include "faces/cascade_detector.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace emochat {
namespace {

/// One layout for all levels of a picture, so that the cascade is laid out but once.
IntegralLayout LayoutFor(const PyramidLevel& largest, bool tilted) {
  const int half = (largest.picture.width / 2 + static_cast<int>(kRowSlack)) / 64 * 64 + 32;
  return {.stride = (tilted ? 4 : 2) * half, .odd_columns = half, .tilted_columns = tilted ? 2 * half : 0};
}

IntegralLayout WithStep(IntegralLayout layout, int step) {
  layout.step = step;
  return layout;
}

cv::Rect Enlarged(const WindowCorner& corner, const PyramidLevel& level) {
  const auto scaled = [&](int length) { return cvRound(static_cast<float>(length) * level.scale); };
  return {cv::Point(scaled(corner.x), scaled(corner.y)), level.window};
}

/// A window takes about as long as the resampling and adding up of eight pixels.
double CostOf(const PyramidLevel& level, const LevelBand& band) {
  constexpr double kWindowCost = 8;
  const double pixels = static_cast<double>(band.end_column) * (band.rows.end - band.rows.first);
  return pixels * (1 + kWindowCost / (level.step * level.step));
}

LevelBand WholeLevel(const PyramidLevel& level) {
  return {.rows = {0, level.rows}, .first_column = 0, .end_column = level.columns};
}

double CostOf(const Pyramid& pyramid) {
  return std::accumulate(
      pyramid.levels.begin(), pyramid.levels.end(), 0.,
      [](double sum, const PyramidLevel& level) { return sum + CostOf(level, WholeLevel(level)); });
}

/// How many threads a search is work enough for.
std::size_t UsefulThreads(double cost) {
  // About half a millisecond, ten times what it takes to wake a thread.
  constexpr double kLeastCost = 400'000;
  return 1 + static_cast<std::size_t>(cost / kLeastCost);
}

}  // namespace

PreparedCascade::PreparedCascade(CascadeModel model)
    : model_(std::move(model)), packed_(model_, PatchLayout()) {}

CascadeDetector::CascadeDetector(std::shared_ptr<const PreparedCascade> cascade)
    : cascade_(std::move(cascade)), dense_(cascade_->packed()), sparse_(cascade_->packed()) {}

CascadeDetector::CascadeDetector(CascadeModel model)
    : CascadeDetector(std::make_shared<const PreparedCascade>(std::move(model))) {}

const std::vector<cv::Rect>& CascadeDetector::FindWindows(const cv::Mat& grey, const SearchLimits& limits) {
  return FindWindows(grey, limits, alone_);
}

const std::vector<cv::Rect>& CascadeDetector::FindWindows(const cv::Mat& grey, const SearchLimits& limits,
                                                          PartRunner& runner) {
  windows_.clear();
  if (!Prepare(grey, limits)) return windows_;
  const std::size_t threads = UsefulThreads(CostOf(pyramid_));
  PlanParts(std::min(runner.Threads(), threads));
  runner.Run(*this, part_count_, threads);
  CollectWindows();
  return windows_;
}

const std::vector<cv::Rect>& CascadeDetector::FindWindowsNear(const cv::Mat& grey, const SearchLimits& limits,
                                                              const SearchRegion& region,
                                                              PartRunner& runner) {
  windows_.clear();
  if (!Prepare(grey, limits)) return windows_;
  PlanPartsNear(region);
  const double cost =
      std::accumulate(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(part_count_), 0.,
                      [](double sum, const Part& part) { return sum + part.cost; });
  runner.Run(*this, part_count_, UsefulThreads(cost));
  CollectWindows();
  return windows_;
}

bool CascadeDetector::Prepare(const cv::Mat& grey, const SearchLimits& limits) {
  pyramid_.Plan(grey.size(), {model().width, model().height}, limits);
  if (pyramid_.levels.empty()) return false;
  const std::size_t size = static_cast<std::size_t>(grey.cols) * grey.rows + PictureSlack();
  if (pixels_.size() < size) pixels_.resize(size);
  grey.copyTo(cv::Mat(grey.size(), CV_8U, pixels_.data()));
  picture_ = {pixels_.data(), grey.size()};
  LayOutFor(pyramid_.levels.front());
  return true;
}

void CascadeDetector::LayOutFor(const PyramidLevel& largest) {
  const IntegralLayout layout = LayoutFor(largest, model().tilted);
  dense_.LayOut(WithStep(layout, 1));
  sparse_.LayOut(WithStep(layout, 2));
}

void CascadeDetector::PlanParts(std::size_t threads) {
  // So many parts a thread keep all of them busy to the end; a band of fewer rows would mostly repeat what
  // its neighbours do, too: the rows that windows reach down to.
  constexpr std::size_t kPartsPerThread = 4;
  constexpr int kLeastRows = 64;
  const double largest = CostOf(pyramid_) / static_cast<double>(kPartsPerThread * threads);
  part_count_ = 0;
  for (std::size_t i = 0; i < pyramid_.levels.size(); ++i) {
    const PyramidLevel& level = pyramid_.levels[i];
    if (level.rows == 0 || level.columns == 0) continue;
    const double cost = CostOf(level, WholeLevel(level));
    const int most = std::max(level.rows / kLeastRows, 1);
    const int bands = threads == 1 ? 1 : static_cast<int>(std::clamp(cost / largest, 1., double(most)));
    const int band_rows = (level.rows / bands + level.step) / level.step * level.step;
    for (int first = 0; first < level.rows; first += band_rows) {
      AddPart(i, {.rows = {first, std::min(first + band_rows, level.rows)},
                  .first_column = 0,
                  .end_column = level.columns});
    }
  }
  SortParts();
}

void CascadeDetector::PlanPartsNear(const SearchRegion& region) {
  part_count_ = 0;
  for (std::size_t i = 0; i < pyramid_.levels.size(); ++i) {
    region.FindBands(pyramid_.levels[i], bands_);
    for (const LevelBand& band : bands_) AddPart(i, band);
  }
  SortParts();
}

void CascadeDetector::SortParts() {
  order_.resize(part_count_);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(),
            [this](std::size_t a, std::size_t b) { return parts_[a].cost > parts_[b].cost; });
}

void CascadeDetector::AddPart(std::size_t level, const LevelBand& band) {
  if (part_count_ == parts_.size()) parts_.emplace_back();
  Part& part = parts_[part_count_++];
  part.level = level;
  part.band = band;
  part.cost = CostOf(pyramid_.levels[level], band);
  part.found.clear();
}

void CascadeDetector::RunPart(std::size_t index) {
  // Buffers for a thread, not for a part or a detector: any lane's thread may do any part.
  thread_local LevelSearcher searcher;
  Part& part = parts_[order_[index]];
  const PyramidLevel& level = pyramid_.levels[part.level];
  searcher.Search(picture_, level, part.band, level.step == 1 ? dense_ : sparse_, cascade_->patches(),
                  part.found);
}

void CascadeDetector::CollectWindows() {
  for (std::size_t i = 0; i < part_count_; ++i) {
    for (const WindowCorner& corner : parts_[i].found) {
      windows_.push_back(Enlarged(corner, pyramid_.levels[parts_[i].level]));
    }
  }
}

}  // namespace emochat
