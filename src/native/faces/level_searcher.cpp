#include "faces/level_searcher.h"

#include <algorithm>

namespace emochat {

void LevelSearcher::Search(const Picture& picture, const PyramidLevel& level, const LevelBand& band,
                           const PackedCascade& cascade, const PackedCascade* patches,
                           std::vector<WindowCorner>& found) {
  const LevelRows& rows = band.rows;
  if (rows.first >= rows.end) return;
  const int last = rows.first + (rows.end - 1 - rows.first) / level.step * level.step;
  const int height = last - rows.first + cascade.model().height;
  const auto width = static_cast<std::size_t>(level.picture.width);
  const std::uint8_t* pixels = picture.pixels + static_cast<std::size_t>(rows.first) * picture.size.width;
  if (level.picture != picture.size) {
    const std::size_t size = width * height + PictureSlack();
    if (reduced_.size() < size) reduced_.resize(size);
    resizer_.Resize({picture.size.width, picture.size.height, static_cast<std::size_t>(picture.size.width)},
                    picture.pixels, {level.picture.width, level.picture.height, width},
                    {rows.first, rows.first + height}, reduced_.data());
    pixels = reduced_.data();
  }
  const std::size_t before = found.size();
  SearchWindows(cascade, patches,
                {.pixels = pixels,
                 .stride = width,
                 .width = std::min(level.picture.width, band.end_column - 1 + cascade.model().width),
                 .height = height,
                 .first_column = band.first_column,
                 .columns = band.end_column,
                 .rows = rows.end - rows.first},
                buffers_, found);
  for (std::size_t i = before; i < found.size(); ++i) found[i].y += rows.first;
}

}  // namespace emochat
