#include <cstring>
#include <limits>
#include <utility>

#include "errors.h"
#include "facemark_model.h"
#include "facemark_yaml.h"

namespace emochat {
namespace {

constexpr std::array<char, 8> kMagic = {'E', 'M', 'O', 'L', 'B', 'F', '\r', '\n'};
constexpr std::uint32_t kVersion = 1;
/// Reads differently on a machine of the other byte order, whose file this then is not.
constexpr std::uint32_t kByteOrder = 0x01020304;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t byte_order = kByteOrder;
  FacemarkShape shape;
  FacemarkSource source;
};
static_assert(std::is_trivially_copyable_v<Header>);

constexpr std::size_t AlignUp(std::size_t size) {
  return (size + 63) / 64 * 64;
}

/// Where the arrays lie: header, mean shape, splits, weights, each on a cache line of its own.
struct Layout {
  explicit Layout(const FacemarkShape& shape)
      : mean_shape(AlignUp(sizeof(Header))),
        splits(AlignUp(mean_shape + shape.coordinates() * sizeof(double))),
        weights(
            AlignUp(splits + shape.stages * shape.trees() * shape.splits_per_tree() * sizeof(FacemarkSplit))),
        end(weights + shape.stages * shape.features() * shape.coordinates() * sizeof(float)) {}

  std::size_t mean_shape;
  std::size_t splits;
  std::size_t weights;
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
  return header;
}

template <typename T>
T* At(std::byte* bytes, std::size_t offset) {
  return reinterpret_cast<T*>(bytes + offset);
}

template <typename T>
const T* At(const std::byte* bytes, std::size_t offset) {
  return reinterpret_cast<const T*>(bytes + offset);
}

}  // namespace

bool FacemarkShape::IsSane() const {
  constexpr std::uint32_t kMost = 4096;
  constexpr std::size_t kMostWeights = (std::size_t{1} << 30U) / sizeof(float);
  const auto within = [](std::uint32_t value, std::uint32_t most) { return value >= 1 && value <= most; };
  return within(landmarks, kMost) && within(stages, kMost) && within(trees_per_landmark, kMost) &&
         depth >= 2 && depth <= 12 && features() <= std::numeric_limits<std::uint32_t>::max() &&
         stages * features() * coordinates() <= kMostWeights;
}

bool IsCompactFacemark(std::span<const std::byte> bytes) {
  return bytes.size() >= kMagic.size() && std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

bool ReadCompactSource(const std::string& path, FacemarkSource& source) {
  try {
    const MappedFile file(path);
    const Header header = HeaderOf(file.bytes(), path);
    if (file.bytes().size() != Layout(header.shape).end) return false;
    source = header.source;
    return true;
  } catch (const ModelFileError&) {
    return false;
  }
}

FacemarkModel::FacemarkModel(std::variant<MappedFile, std::vector<std::byte>> storage,
                             const std::string& name)
    : storage_(std::move(storage)), shape_(HeaderOf(bytes(), name).shape) {
  const Layout layout(shape_);
  const std::byte* const start = bytes().data();
  if (bytes().size() != layout.end)
    throw ModelFileError(name + ": its size does not fit what it says it holds");
  mean_shape_ = {At<double>(start, layout.mean_shape), shape_.coordinates()};
  splits_ = At<FacemarkSplit>(start, layout.splits);
  weights_ = At<float>(start, layout.weights);
}

std::span<const std::byte> FacemarkModel::bytes() const {
  if (const auto* file = std::get_if<MappedFile>(&storage_)) return file->bytes();
  return std::get<std::vector<std::byte>>(storage_);
}

std::shared_ptr<const FacemarkModel> FacemarkModel::Load(const std::string& path) {
  MappedFile file(path);
  if (IsCompactFacemark(file.bytes())) return std::make_shared<FacemarkModel>(std::move(file), path);
  return std::make_shared<FacemarkModel>(ParseFacemarkYaml(file.bytes(), path, FacemarkSource{}), path);
}

CompactFacemark::CompactFacemark(const FacemarkShape& shape, const FacemarkSource& source)
    : shape_(shape), bytes_(Layout(shape).end) {
  const Header header{.shape = shape, .source = source};
  std::memcpy(bytes_.data(), &header, sizeof(header));
}

std::span<double> CompactFacemark::mean_shape() {
  return {At<double>(bytes_.data(), Layout(shape_).mean_shape), shape_.coordinates()};
}

FacemarkSplit* CompactFacemark::tree(std::size_t stage, std::size_t index) {
  return At<FacemarkSplit>(bytes_.data(), Layout(shape_).splits) +
         (stage * shape_.trees() + index) * shape_.splits_per_tree();
}

float* CompactFacemark::weights(std::size_t stage, std::size_t feature) {
  return At<float>(bytes_.data(), Layout(shape_).weights) +
         (stage * shape_.features() + feature) * shape_.coordinates();
}

}  // namespace emochat
