#include "landmarks/refiner_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <zlib.h>

#include "base/byte_reader.h"
#include "base/mapped_file.h"
#include "landmarks/integer_series.h"

namespace emochat {
namespace {

constexpr std::array<char, 8> kMagic = {'E', 'M', 'O', 'E', 'R', 'T', '\r', '\n'};
constexpr std::uint32_t kVersion = 1;
/// More than any usable file has, in unit squares, and so little that all that is computed stays finite.
constexpr float kMostCoordinate = 16;
constexpr float kMostStep = 0.01F;
constexpr float kMostShare = 1;
constexpr float kLeastSide = 0.01F;

void CheckHead(ByteReader& file, std::span<const std::byte> bytes) {
  const auto magic = file.TakeBytes(kMagic.size());
  if (std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0) file.Fail("is no refiner file");
  if (file.Take<std::uint32_t>() != kVersion) file.Fail("was made by another version");
  const auto told = file.Take<std::uint32_t>();
  const auto body = bytes.subspan(kMagic.size() + 2 * sizeof(std::uint32_t));
  const auto found = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  if (found != told) file.Fail("is damaged or cut short: its checksum is another");
}

RefinerShape TakeShape(ByteReader& file) {
  RefinerShape shape;
  for (auto* size :
       {&shape.landmarks, &shape.stages, &shape.trees, &shape.depth, &shape.pixels, &shape.components})
    *size = file.Take<std::uint32_t>();
  if (!shape.IsSane()) file.Fail("sizes out of range");
  return shape;
}

float Checked(const ByteReader& file, float number, float most) {
  if (!(std::abs(number) <= most)) file.Fail("a number is out of range");
  return number;
}

float TakeSingle(ByteReader& file, float most = kMostCoordinate) {
  return Checked(file, file.Take<float>(), most);
}

/// Half precision, which C++20 has no type for.
float TakeHalf(ByteReader& file, float most) {
  constexpr unsigned kFractionBits = 10;
  constexpr unsigned kSpecial = 0x1F;
  const unsigned bits = file.Take<std::uint16_t>();
  const unsigned fraction = bits & ((1U << kFractionBits) - 1);
  const unsigned exponent = (bits >> kFractionBits) & kSpecial;
  if (exponent == kSpecial) file.Fail("a number is not finite");
  const unsigned leading = exponent == 0 ? 0 : 1U << kFractionBits;
  const float size =
      std::ldexp(static_cast<float>(leading + fraction), static_cast<int>(std::max(exponent, 1U)) - 25);
  return Checked(file, (bits >> 15U) != 0 ? -size : size, most);
}

std::vector<float> TakeSingles(ByteReader& file, std::size_t count) {
  std::vector<float> numbers(count);
  for (float& number : numbers) number = TakeSingle(file);
  return numbers;
}

/// A shape without extent can be laid over nothing.
void CheckExtent(const ByteReader& file, std::span<const float> shape) {
  constexpr float kLeast = 1e-3F;
  for (std::size_t i = 2; i < shape.size(); ++i) {
    if (std::abs(shape[i] - shape[i - 2]) >= kLeast) return;
  }
  file.Fail("its mean shape is a single point");
}

struct Range {
  std::int16_t lowest;
  std::int16_t highest;
};

/// Of at least one number. std::ranges::minmax compares pairs, which no compiler makes vectors of.
Range RangeOf(std::span<const std::int16_t> numbers) {
  Range range{.lowest = numbers.front(), .highest = numbers.front()};
  for (const std::int16_t number : numbers) {
    range.lowest = std::min(range.lowest, number);
    range.highest = std::max(range.highest, number);
  }
  return range;
}

/// Reads stage after stage, with buffers that it keeps.
class StageReader {
 public:
  StageReader(ByteReader& file, const RefinerShape& shape) : file_(file), shape_(shape) {}

  RefinerStage Take() {
    RefinerStage stage;
    for (const auto landmark : TakeSeries(shape_.pixels, 0, static_cast<int>(shape_.landmarks) - 1))
      stage.anchors.push_back(static_cast<std::uint16_t>(landmark));
    stage.offsets.resize(std::size_t{2} * shape_.pixels);
    for (float& offset : stage.offsets) offset = TakeHalf(file_, kMostCoordinate);
    TakeSplits(stage);
    stage.bias = TakeSingles(file_, shape_.coordinates());
    TakeBasis(stage);
    TakeLeaves(stage.leaves);
    return stage;
  }

 private:
  std::span<const std::int16_t> TakeSeries(std::size_t count, int least, int most) {
    series_.resize(count);
    reader_.Read(file_, series_);
    const auto [lowest, highest] = RangeOf(series_);
    if (lowest < least || highest > most) file_.Fail("an index or threshold is out of range");
    return series_;
  }

  void TakeSplits(RefinerStage& stage) {
    constexpr int kLeast = -256;
    constexpr int kMost = 255;
    const int last = static_cast<int>(shape_.pixels) - 1;
    stage.splits.resize(shape_.splits());
    const auto fill = [&](auto RefinerSplit::*part, int least, int most) {
      const auto numbers = TakeSeries(shape_.splits(), least, most);
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        stage.splits[i].*part =
            static_cast<std::remove_reference_t<decltype(stage.splits[i].*part)>>(numbers[i]);
      }
    };
    fill(&RefinerSplit::first, 0, last);
    fill(&RefinerSplit::second, 0, last);
    fill(&RefinerSplit::threshold, kLeast, kMost);
  }

  void TakeBasis(RefinerStage& stage) {
    const float step = TakeSingle(file_, kMostStep);
    const std::size_t row = RefinerRowSize(shape_.coordinates());
    const std::size_t rows = RefinerRowSize(shape_.components);
    stage.basis = hwy::AllocateAligned<float>(rows * row);
    std::fill_n(stage.basis.get(), rows * row, 0.0F);
    for (std::size_t component = 0; component < shape_.components; ++component) {
      float* const shares = stage.basis.get() + component * row;
      for (std::size_t i = 0; i < shape_.coordinates(); ++i) shares[i] = TakeHalf(file_, kMostShare) * step;
    }
  }

  void TakeLeaves(RefinerLeaves& leaves) {
    const std::size_t count = shape_.leaves();
    components_.resize(count * shape_.components);
    std::size_t wide = 0;
    series_.resize(count);
    for (std::size_t component = 0; component < shape_.components; ++component) {
      reader_.Read(file_, series_);
      std::ranges::copy(series_, components_.begin() + static_cast<std::ptrdiff_t>(component * count));
      const auto [lowest, highest] = RangeOf(series_);
      if (lowest < std::numeric_limits<std::int8_t>::min() ||
          highest > std::numeric_limits<std::int8_t>::max())
        wide = component + 1;
    }
    const std::size_t wide_size = RefinerRowSize(wide);
    leaves = RefinerLeaves(count, wide_size, RefinerRowSize(shape_.components) - wide_size);
    // Some leaves at a time, whose rows stay in the first cache.
    constexpr std::size_t kAtOnce = 64;
    for (std::size_t first = 0; first < count; first += kAtOnce) {
      const std::size_t end = std::min(first + kAtOnce, count);
      for (std::size_t component = 0; component < shape_.components; ++component) {
        const std::int16_t* const numbers = components_.data() + component * count;
        const auto put = [&](auto* place) {
          const std::size_t step = leaves.stride() / sizeof(*place);
          for (std::size_t leaf = first; leaf < end; ++leaf, place += step)
            *place = static_cast<std::remove_pointer_t<decltype(place)>>(numbers[leaf]);
        };
        if (component < wide_size) {
          put(leaves.wide(first) + component);
        } else {
          put(leaves.narrow(first) + (component - wide_size));
        }
      }
    }
  }

  ByteReader& file_;
  const RefinerShape& shape_;
  IntegerSeriesReader reader_;
  std::vector<std::int16_t> series_;
  std::vector<std::int16_t> components_;
};

}  // namespace

bool RefinerShape::IsSane() const {
  constexpr std::uint32_t kMost = 4096;
  constexpr std::uint32_t kMostDepth = std::bit_width(kRefinerLeavesPerTree) - 1;
  constexpr std::size_t kMostNumbers = std::size_t{1} << 25U;
  const auto within = [](std::uint32_t value, std::uint32_t most) { return value >= 1 && value <= most; };
  return within(landmarks, kMost) && within(stages, kMost) && within(trees, kMost) &&
         within(depth, kMostDepth) && within(pixels, kMost) && within(components, kMost) &&
         stages * leaves() * RefinerRowSize(components) <= kMostNumbers &&
         stages * coordinates() * RefinerRowSize(components) <= kMostNumbers;
}

RefinerModel::RefinerModel(std::span<const std::byte> bytes, const std::string& name) {
  ByteReader file(bytes, name);
  CheckHead(file, bytes);
  shape_ = TakeShape(file);
  haar_to_square_ = {.x = TakeSingle(file), .y = TakeSingle(file), .side = TakeSingle(file)};
  if (haar_to_square_.side < kLeastSide) file.Fail("a number is out of range");
  mean_shape_ = TakeSingles(file, shape_.coordinates());
  CheckExtent(file, mean_shape_);
  StageReader reader(file, shape_);
  for (std::uint32_t stage = 0; stage < shape_.stages; ++stage) stages_.push_back(reader.Take());
  if (!file.AtEnd()) file.Fail("goes on after its end");
}

std::shared_ptr<const RefinerModel> RefinerModel::Load(const std::string& path) {
  const MappedFile file(path);
  return std::make_shared<RefinerModel>(file.bytes(), path);
}

}  // namespace emochat
