#include "landmarks/facemark_yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/errors.h"
#include "base/text.h"

namespace emochat {
namespace {

/// The part of YAML that OpenCV writes at the top level of a file: `key: value`, a value reaching to the next
/// line that is not indented.
class YamlIndex {
 public:
  YamlIndex(std::string_view text, const std::string& name) : name_(name) {
    std::string_view key;
    std::size_t value_start = 0;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      const std::string_view line = text.substr(start, end - start);
      if (!line.empty() && kBlank.find(line.front()) == std::string_view::npos) {
        if (!key.empty()) Add(key, text.substr(value_start, start - value_start));
        const std::size_t colon = IsMarker(line) ? std::string_view::npos : line.find(':');
        key = colon == std::string_view::npos ? std::string_view{} : line.substr(0, colon);
        value_start = start + (key.empty() ? 0 : colon + 1);
      }
      start = end + 1;
    }
    if (!key.empty()) Add(key, text.substr(value_start));
  }

  /// The text of a key's value; an error if there is none.
  [[nodiscard]] std::string_view At(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end())
      throw ModelFileError(name_ + ": " + key + " is missing (is the file cut off?)");
    return found->second;
  }

 private:
  static bool IsMarker(std::string_view line) {
    return line.front() == '%' || line.front() == '#' || line.starts_with("---") || line.starts_with("...");
  }

  void Add(std::string_view key, std::string_view value) {
    if (!values_.emplace(key, value).second) {
      throw ModelFileError(name_ + ": " + std::string(key) + " is given twice");
    }
  }

  const std::string& name_;
  std::unordered_map<std::string_view, std::string_view> values_;
};

constexpr std::uint8_t kNotBase64 = 0xFF;

constexpr std::array<std::uint8_t, 256> kBase64Values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotBase64);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

/// Reads values of the file by key; every error names file and key.
class YamlReader {
 public:
  YamlReader(std::string_view text, const std::string& name) : index_(text, name), name_(name) {}

  [[noreturn]] void Fail(const std::string& key, const std::string& what) const {
    throw ModelFileError(name_ + ": " + key + ": " + what);
  }

  [[nodiscard]] std::uint32_t Size(const std::string& key) const {
    return Whole(key, Trim(index_.At(key)), "the number");
  }

  /// A matrix of doubles, row by row, of just that size.
  [[nodiscard]] std::vector<double> Matrix(const std::string& key, std::size_t rows,
                                           std::size_t columns) const {
    std::string_view value = Trim(index_.At(key));
    constexpr std::string_view kTag = "!!opencv-matrix";
    if (!value.starts_with(kTag)) Fail(key, "not a matrix");
    value.remove_prefix(kTag.size());
    ExpectSize(key, "rows", Whole(key, TakeField(key, value, "rows"), "rows"), rows);
    ExpectSize(key, "columns", Whole(key, TakeField(key, value, "cols"), "cols"), columns);
    if (Unquote(TakeField(key, value, "dt")) != "d") Fail(key, "not made of doubles (dt: d)");
    const std::string_view data = Trim(value);
    constexpr std::string_view kData = "data:";
    if (!data.starts_with(kData)) Fail(key, "data is missing");
    std::vector<double> numbers = Numbers<double>(key, Trim(data.substr(kData.size())), 'd', rows * columns);
    for (const double number : numbers) {
      if (!std::isfinite(number)) Fail(key, "a number is not finite");
    }
    return numbers;
  }

  /// A list of whole numbers of just that length.
  [[nodiscard]] std::vector<std::int32_t> Integers(const std::string& key, std::size_t count) const {
    return Numbers<std::int32_t>(key, Trim(index_.At(key)), 'i', count);
  }

 private:
  static std::string_view Unquote(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
  }

  [[nodiscard]] std::uint32_t Whole(const std::string& key, std::string_view text, const char* what) const {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
      Fail(key, std::string(what) + " is no whole number");
    return value;
  }

  void ExpectSize(const std::string& key, const char* what, std::size_t found, std::size_t expected) const {
    if (found == expected) return;
    Fail(key, std::to_string(found) + " " + what + ", but " + std::to_string(expected) + " are needed");
  }

  /// Takes the line `field: …` off the front of a matrix.
  std::string_view TakeField(const std::string& key, std::string_view& value, std::string_view field) const {
    const std::string_view text = Trim(value);
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with(field) || line.substr(field.size(), 1) != ":") {
      Fail(key, std::string(field) + " is missing");
    }
    value = text.substr(end);
    return Trim(line.substr(field.size() + 1));
  }

  template <typename T>
  [[nodiscard]] std::vector<T> Numbers(const std::string& key, std::string_view text, char type,
                                       std::size_t count) const {
    constexpr std::string_view kBinary = "!!binary |";
    if (text.starts_with(kBinary)) return Base64Numbers<T>(key, text.substr(kBinary.size()), type, count);
    if (text.starts_with('[') && text.ends_with(']')) {
      return TextNumbers<T>(key, text.substr(1, text.size() - 2), count);
    }
    Fail(key, "neither a base64 block nor a list of numbers (is the file cut off?)");
  }

  template <typename T>
  [[nodiscard]] std::vector<T> TextNumbers(const std::string& key, std::string_view text,
                                           std::size_t count) const {
    std::vector<T> numbers;
    while (!Trim(text).empty()) {
      const std::size_t end = std::min(text.find(','), text.size());
      numbers.push_back(TextNumber<T>(key, Trim(text.substr(0, end))));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    ExpectSize(key, "numbers", numbers.size(), count);
    return numbers;
  }

  template <typename T>
  [[nodiscard]] T TextNumber(const std::string& key, std::string_view text) const {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
      Fail(key, "'" + std::string(text.substr(0, 32)) + "' is no number");
    }
    return number;
  }

  /// OpenCV's base64 block: 24 bytes that name the type ("1d": doubles), then the numbers, little-endian.
  template <typename T>
  [[nodiscard]] std::vector<T> Base64Numbers(const std::string& key, std::string_view text, char type,
                                             std::size_t count) const {
    constexpr std::size_t kTypeSize = 24;
    const std::vector<std::uint8_t> bytes = DecodeBase64(key, text);
    if (bytes.size() < kTypeSize) Fail(key, "the base64 block is cut off");
    const std::string_view found(reinterpret_cast<const char*>(bytes.data()), kTypeSize);
    if (Trim(found) != std::string{'1', type})
      Fail(key, std::string("the base64 block is not of type 1") + type);
    const std::size_t size = bytes.size() - kTypeSize;
    if (size != count * sizeof(T)) {
      Fail(key,
           std::to_string(size) + " bytes of data, but " + std::to_string(count * sizeof(T)) + " are needed");
    }
    std::vector<T> numbers(count);
    std::memcpy(numbers.data(), bytes.data() + kTypeSize, size);
    return numbers;
  }

  [[nodiscard]] std::vector<std::uint8_t> DecodeBase64(const std::string& key, std::string_view text) const {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    int digits = 0;
    std::size_t padding = 0;
    for (const char character : text) {
      const std::uint8_t value = kBase64Values[static_cast<std::uint8_t>(character)];
      if (value == kNotBase64) {
        if (kBlank.find(character) != std::string_view::npos) continue;
        if (character != '=' || digits < 2 || ++padding > 2) Fail(key, "the base64 block is damaged");
      } else if (padding > 0) {
        Fail(key, "the base64 block goes on behind its end");
      }
      group = group << 6U | (value & 0x3FU);
      if (++digits < 4) continue;
      for (const unsigned shift : {16U, 8U, 0U}) bytes.push_back(static_cast<std::uint8_t>(group >> shift));
      digits = 0;
    }
    if (digits != 0) Fail(key, "the base64 block is cut off");
    bytes.resize(bytes.size() - padding);
    return bytes;
  }

  YamlIndex index_;
  const std::string& name_;
};

std::string TreeKey(const char* what, std::size_t stage, std::size_t landmark, std::size_t tree) {
  return std::string(what) + "_" + std::to_string(stage) + "_" + std::to_string(landmark) + "_" +
         std::to_string(tree);
}

FacemarkShape ReadShape(const YamlReader& reader, const std::string& name) {
  FacemarkShape shape;
  shape.stages = reader.Size("stages_n");
  shape.trees_per_landmark = reader.Size("tree_n");
  shape.depth = reader.Size("tree_depth");
  shape.landmarks = reader.Size("n_landmarks");
  if (!shape.IsSane())
    throw ModelFileError(name + ": stages_n, tree_n, tree_depth or n_landmarks is out of range");
  return shape;
}

/// OpenCV keeps a tree as a heap from index 1; the first row and those of the leaves hold nothing.
void ReadTree(const YamlReader& reader, std::size_t stage, std::size_t index, CompactFacemark& compact) {
  const FacemarkShape& shape = compact.shape();
  const std::size_t landmark = index / shape.trees_per_landmark;
  const std::size_t tree = index % shape.trees_per_landmark;
  const std::size_t nodes = 2 * shape.leaves_per_tree();
  const auto offsets = reader.Matrix(TreeKey("tree", stage, landmark, tree), nodes, 4);
  const auto thresholds = reader.Integers(TreeKey("thresholds", stage, landmark, tree), nodes);
  for (std::size_t node = 1; node <= shape.splits_per_tree(); ++node) {
    const double* const row = offsets.data() + 4 * node;
    compact.SetSplit(stage, index, node - 1,
                     {.offsets = {row[0], row[1], row[2], row[3]}, .threshold = thresholds[node]});
  }
}

void ReadWeights(const YamlReader& reader, std::size_t stage, CompactFacemark& compact) {
  const std::string key = "weights_" + std::to_string(stage);
  const FacemarkShape& shape = compact.shape();
  const auto matrix = reader.Matrix(key, shape.coordinates(), shape.features());
  for (const double weight : matrix) {
    if (std::abs(weight) > std::numeric_limits<float>::max()) reader.Fail(key, "a weight is too large");
  }
  for (std::size_t i = 0; i < shape.coordinates(); ++i) {
    compact.SetWeights(stage, i, std::span(matrix).subspan(i * shape.features(), shape.features()));
  }
}

}  // namespace

CompactBytes ParseFacemarkYaml(std::span<const std::byte> yaml, const std::string& name,
                               const FacemarkSource& source) {
  const std::string_view text(reinterpret_cast<const char*>(yaml.data()), yaml.size());
  if (!text.starts_with("%YAML")) throw ModelFileError(name + ": does not begin as an OpenCV YAML file");
  const YamlReader reader(text, name);
  const FacemarkShape shape = ReadShape(reader, name);
  // The file must hold eight bytes a weight, as text: refuses sizes that only the header claims, before the
  // memory is taken.
  if (shape.stages * shape.features() * shape.coordinates() > yaml.size()) {
    throw ModelFileError(name + ": too short for the sizes it claims (is it cut off?)");
  }
  CompactFacemark compact(shape, source);
  const auto mean_shape = reader.Matrix("regressor_meanshape", shape.landmarks, 2);
  std::copy(mean_shape.begin(), mean_shape.end(), compact.mean_shape().begin());
  for (std::size_t stage = 0; stage < shape.stages; ++stage) {
    for (std::size_t index = 0; index < shape.trees(); ++index) {
      ReadTree(reader, stage, index, compact);
    }
    ReadWeights(reader, stage, compact);
  }
  return compact.TakeBytes();
}

}  // namespace emochat
