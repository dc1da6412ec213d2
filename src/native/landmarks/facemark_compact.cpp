#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include <zlib.h>

#include "base/errors.h"
#include "base/mapped_file.h"
#include "landmarks/facemark_model.h"
#include "landmarks/facemark_yaml.h"

namespace emochat {
namespace {

constexpr std::array<char, 8> kMagic = {'E', 'M', 'O', 'L', 'B', 'F', '\r', '\n'};
constexpr std::uint32_t kVersion = 4;
/// Reads differently on a machine of the other byte order, whose file this then is not.
constexpr std::uint32_t kByteOrder = 0x01020304;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t byte_order = kByteOrder;
  FacemarkShape shape;
  FacemarkSource source;
  /// CRC-32 of all other bytes of the file.
  std::uint32_t checksum = 0;
  std::uint32_t reserved = 0;
};
static_assert(std::is_trivially_copyable_v<Header>);

constexpr std::size_t AlignUp(std::size_t size) {
  return (size + sizeof(CacheLine) - 1) / sizeof(CacheLine) * sizeof(CacheLine);
}

/// Where the arrays lie: header, mean shape, units, offsets, thresholds, the high and the low part of the
/// rows, each from a cache line on.
struct Layout {
  explicit Layout(const FacemarkShape& shape)
      : mean_shape(AlignUp(sizeof(Header))),
        units(AlignUp(mean_shape + shape.coordinates() * sizeof(double))),
        offsets(AlignUp(units + shape.stages * shape.coordinates() * sizeof(double))),
        thresholds(AlignUp(offsets + shape.stages * shape.splits() * sizeof(FacemarkSplit::offsets))),
        high(AlignUp(thresholds + shape.stages * shape.splits() * sizeof(std::int16_t))),
        low(high + shape.stages * shape.features() * shape.row_size() * sizeof(std::int32_t)),
        end(AlignUp(low + shape.stages * shape.features() * shape.row_size())) {}

  std::size_t mean_shape;
  std::size_t units;
  std::size_t offsets;
  std::size_t thresholds;
  std::size_t high;
  std::size_t low;
  std::size_t end;
};

Header HeaderOf(std::span<const std::byte> bytes, const std::string& name) {
  Header header;
  if (bytes.size() < sizeof(Header) || !IsCompactFacemark(bytes)) {
    throw ModelFileError(name + ": not a compact facemark");
  }
  std::memcpy(&header, bytes.data(), sizeof(Header));
  if (header.version != kVersion || header.byte_order != kByteOrder) {
    throw ModelFileError(name + ": made by another version");
  }
  if (!header.shape.IsSane()) throw ModelFileError(name + ": sizes out of range");
  if (bytes.size() != Layout(header.shape).end)
    throw ModelFileError(name + ": its size does not fit what it says it holds");
  return header;
}

std::uint32_t ChecksumOf(std::span<const std::byte> bytes) {
  constexpr std::size_t kAt = offsetof(Header, checksum);
  const auto add = [](uLong sum, std::span<const std::byte> part) {
    return crc32_z(sum, reinterpret_cast<const Bytef*>(part.data()), part.size());
  };
  return static_cast<std::uint32_t>(
      add(add(0, bytes.first(kAt)), bytes.subspan(kAt + sizeof(Header::checksum))));
}

template <typename T>
T* At(CompactBytes& bytes, std::size_t offset) {
  return reinterpret_cast<T*>(std::as_writable_bytes(std::span(bytes)).data() + offset);
}

template <typename T>
const T* At(const std::byte* bytes, std::size_t offset) {
  return reinterpret_cast<const T*>(bytes + offset);
}

/// Reads so many bytes of a file, filled up to whole cache lines. Read, not copied from a mapping, whose
/// pages would be touched one by one.
CompactBytes ReadBytes(const std::string& path, std::size_t size) {
  CompactBytes bytes((size + sizeof(CacheLine) - 1) / sizeof(CacheLine));
  std::ifstream file(path, std::ios::binary);
  if (!file.read(At<char>(bytes, 0), static_cast<std::streamsize>(size)))
    throw ModelFileError(path + ": cannot be read to its end");
  return bytes;
}

/// By what power of two the weights of a coordinate are multiplied: the largest with which no choice of
/// leaves has a sum that a 32-bit number does not hold.
int ExponentFor(const FacemarkShape& shape, std::span<const double> weights) {
  double highest = 0;
  double lowest = 0;
  double largest = 0;
  for (std::size_t tree = 0; tree < shape.trees(); ++tree) {
    const auto leaves = weights.subspan(tree * shape.leaves_per_tree(), shape.leaves_per_tree());
    const auto [least, greatest] = std::minmax_element(leaves.begin(), leaves.end());
    lowest += *least;
    highest += *greatest;
    largest = std::max({largest, -*least, *greatest});
  }
  const double most = std::max({-lowest, highest, largest});
  if (most == 0) return 0;
  constexpr int kBits = 31;
  int exponent = kBits - std::ilogb(most) - 1;
  // Every weight may have been rounded away from zero by half a unit.
  const double room = std::ldexp(1.0, kBits) - 1 - static_cast<double>(shape.trees());
  if (std::ldexp(most, exponent) > room) --exponent;
  return exponent;
}

}  // namespace

void SealCompactFacemark(CompactBytes& bytes) {
  const std::uint32_t checksum = ChecksumOf(std::as_bytes(std::span(bytes)));
  std::memcpy(At<std::byte>(bytes, offsetof(Header, checksum)), &checksum, sizeof(checksum));
}

bool FacemarkShape::IsSane() const {
  constexpr std::uint32_t kMost = 4096;
  constexpr std::size_t kMostWeights = (std::size_t{1} << 30U) / sizeof(float);
  const auto within = [](std::uint32_t value, std::uint32_t most) { return value >= 1 && value <= most; };
  return within(landmarks, kMost) && within(stages, kMost) && within(trees_per_landmark, kMost) &&
         depth >= 2 && depth <= 12 && features() <= std::numeric_limits<std::uint32_t>::max() &&
         stages * features() * row_size() <= kMostWeights;
}

bool IsCompactFacemark(std::span<const std::byte> bytes) {
  return bytes.size() >= kMagic.size() && std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

bool ReadCompactSource(const std::string& path, FacemarkSource& source) {
  try {
    source = HeaderOf(MappedFile(path).bytes(), path).source;
    return true;
  } catch (const ModelFileError&) {
    return false;
  }
}

FacemarkModel::FacemarkModel(CompactBytes bytes, const std::string& name) : storage_(std::move(bytes)) {
  const std::span<const std::byte> content = std::as_bytes(std::span(storage_));
  const Header header = HeaderOf(content, name);
  shape_ = header.shape;
  source_ = header.source;
  const Layout layout(shape_);
  const std::byte* const start = content.data();
  if (header.checksum != ChecksumOf(content))
    throw ModelFileError(name + ": is damaged: its checksum is another");
  mean_shape_ = {At<double>(start, layout.mean_shape), shape_.coordinates()};
  units_ = {At<double>(start, layout.units), shape_.stages * shape_.coordinates()};
  const auto finite = [](double number) { return std::isfinite(number); };
  if (!std::ranges::all_of(mean_shape_, finite) || !std::ranges::all_of(units_, finite))
    throw ModelFileError(name + ": a number is not finite");
  offsets_ = At<double>(start, layout.offsets);
  thresholds_ = At<std::int16_t>(start, layout.thresholds);
  high_ = At<std::int32_t>(start, layout.high);
  low_ = At<std::int8_t>(start, layout.low);
}

std::shared_ptr<const FacemarkModel> FacemarkModel::Load(const std::string& path) {
  const MappedFile file(path);
  if (IsCompactFacemark(file.bytes())) {
    // Before it is filled up to whole cache lines: a file that lacks a byte is not whole.
    HeaderOf(file.bytes(), path);
    return std::make_shared<FacemarkModel>(ReadBytes(path, file.bytes().size()), path);
  }
  return std::make_shared<FacemarkModel>(ParseFacemarkYaml(file.bytes(), path, FacemarkSource{}), path);
}

CompactFacemark::CompactFacemark(const FacemarkShape& shape, const FacemarkSource& source)
    : shape_(shape), bytes_(Layout(shape).end / sizeof(CacheLine)) {
  const Header header{.shape = shape, .source = source};
  std::memcpy(bytes_.data(), &header, sizeof(header));
}

std::span<double> CompactFacemark::mean_shape() {
  return {At<double>(bytes_, Layout(shape_).mean_shape), shape_.coordinates()};
}

void CompactFacemark::SetSplit(std::size_t stage, std::size_t tree, std::size_t node,
                               const FacemarkSplit& split) {
  const std::size_t level_size = std::bit_floor(node + 1);
  const std::size_t above = level_size - 1;
  const std::size_t at = stage * shape_.splits() + shape_.trees() * above + tree * level_size + node - above;
  const Layout layout(shape_);
  std::copy(split.offsets.begin(), split.offsets.end(),
            At<double>(bytes_, layout.offsets) + kFacemarkPair * at);
  // Pixels differ by 255 at most.
  At<std::int16_t>(bytes_, layout.thresholds)[at] =
      static_cast<std::int16_t>(std::clamp(split.threshold, -256, 256));
}

void CompactFacemark::SetWeights(std::size_t stage, std::size_t coordinate, std::span<const double> weights) {
  // 32 bits alone are not enough: of some thousand faces one had a pixel fall on its neighbour by the error
  // of the sums, which turned a tree and moved a landmark by a pixel. 40 bits keep them within some 1e-10.
  const int exponent = ExponentFor(shape_, weights) + kFacemarkLowBits;
  const Layout layout(shape_);
  At<double>(bytes_, layout.units)[stage * shape_.coordinates() + coordinate] = std::ldexp(1.0, -exponent);
  std::size_t at = stage * shape_.features() * shape_.row_size() + coordinate;
  auto* const high = At<std::int32_t>(bytes_, layout.high);
  auto* const low = At<std::int8_t>(bytes_, layout.low);
  for (const double weight : weights) {
    const auto whole = static_cast<std::int64_t>(std::nearbyint(std::ldexp(weight, exponent)));
    high[at] = static_cast<std::int32_t>((whole + (1 << (kFacemarkLowBits - 1))) >> kFacemarkLowBits);
    low[at] = static_cast<std::int8_t>(whole - (std::int64_t{high[at]} << kFacemarkLowBits));
    at += shape_.row_size();
  }
}

}  // namespace emochat
