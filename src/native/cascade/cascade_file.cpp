#include "cascade/cascade_file.h"

#include <charconv>
#include <cmath>
#include <iomanip>
#include <iterator>
#include <limits>
#include <locale>
#include <new>
#include <optional>
#include <sstream>
#include <string_view>

#include <pugixml.hpp>

#include "base/errors.h"
#include "base/text.h"

namespace emochat {
namespace {

constexpr int kMaxSide = 1024;
constexpr std::size_t kMaxNodes = 1024;

/// The words of a text that are separated by blanks, one after the other.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(Trim(text)) {}

  /// The next one; empty at the end.
  std::string_view Next() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kBlank));
    rest_ = Trim(rest_.substr(word.size()));
    return word;
  }

 private:
  std::string_view rest_;
};

template <typename T>
std::optional<T> NumberOf(std::string_view word) {
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// Reads XML as OpenCV writes it into `document`: one outermost element, and in every element either elements
/// or one text, which is found as its `child_value()` without the blanks around it. Attributes and comments
/// mean nothing, entities are left as they stand. Returns the outermost element.
///
/// Throws ModelFileError for anything else. `name` stands for the file.
pugi::xml_node ParseXml(const std::string& xml, const std::string& name, pugi::xml_document& document) {
  const auto fail = [&name](const std::string& what) {
    throw ModelFileError(name + ": not an OpenCV XML file (" + what + ")");
  };
  // To pugixml it would be the end of the file.
  if (xml.find('\0') != std::string::npos) fail("there is a zero byte in it");
  // An element's text is kept in the element, so that a text with a node of its own is one too many; the text
  // of CDATA and beside the outermost element would otherwise be passed over.
  constexpr unsigned int kOptions =
      pugi::parse_embed_pcdata | pugi::parse_trim_pcdata | pugi::parse_cdata | pugi::parse_fragment;
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(), kOptions, pugi::encoding_utf8);
  if (parsed.status == pugi::status_out_of_memory) throw std::bad_alloc();
  if (!parsed) fail(parsed.description());
  const pugi::xml_node root = document.first_child();
  if (!root) fail("there is no element");
  if (root.next_sibling()) fail("something stands beside its outermost element");
  const auto has_stray_text = [](const pugi::xml_node& node) {
    return node.type() != pugi::node_element || (node.first_child() && *node.child_value() != '\0');
  };
  if (document.find_node(has_stray_text)) fail("a text is in pieces or between elements");
  return root;
}

class CascadeParser {
 public:
  explicit CascadeParser(const std::string& name) : name_(name) {}

  CascadeFile Read(const pugi::xml_node& root) {
    const pugi::xml_node cascade = root.first_child();
    Require(cascade, "there is nothing in it");
    Require(TextOf(cascade, "stageType") == "BOOST", "stageType is not BOOST (an old-format file?)");
    Require(TextOf(cascade, "featureType") == "HAAR", "featureType is not HAAR");
    file_.width = Whole(TextOf(cascade, "width"), 3, kMaxSide, "width");
    file_.height = Whole(TextOf(cascade, "height"), 3, kMaxSide, "height");
    const std::string_view categories = TextOf(cascade.child("featureParams"), "maxCatCount");
    Require(categories.empty() || categories == "0", "its features are categories");
    for (const pugi::xml_node feature : cascade.child("features")) file_.features.push_back(Feature(feature));
    Require(!file_.features.empty(), "there are no features");
    for (const pugi::xml_node stage : cascade.child("stages")) file_.stages.push_back(Stage(stage));
    Require(!file_.stages.empty(), "there are no stages");
    return std::move(file_);
  }

 private:
  void Require(bool holds, const char* what) const {
    if (!holds) throw ModelFileError(name_ + ": " + what);
  }

  /// The text of an element's first child of a name; empty if there is none.
  static std::string_view TextOf(const pugi::xml_node& element, const char* child) {
    return element.child(child).child_value();
  }

  [[nodiscard]] int Whole(std::string_view word, int min, int max, const char* what) const {
    const std::optional<int> value = NumberOf<int>(word);
    if (!value || *value < min || *value > max) {
      throw ModelFileError(name_ + ": " + what + " is missing or out of range");
    }
    return *value;
  }

  /// A number that is one in single precision, too.
  [[nodiscard]] double Number(std::string_view word, const char* what) const {
    const std::optional<double> value = NumberOf<double>(word);
    if (!value || !(std::abs(*value) <= std::numeric_limits<float>::max())) {
      throw ModelFileError(name_ + ": " + what + " is missing, too large or not a number");
    }
    return *value;
  }

  [[nodiscard]] CascadeFile::Feature Feature(const pugi::xml_node& element) const {
    CascadeFile::Feature feature{.rects = {}, .tilted = false};
    if (const std::string_view tilted = TextOf(element, "tilted"); !tilted.empty()) {
      feature.tilted = Whole(tilted, 0, 1, "tilted") != 0;
    }
    const auto rects = element.child("rects").children();
    const auto count = std::distance(rects.begin(), rects.end());
    Require(count == 2 || count == 3, "a feature has not two or three rectangles");
    for (const pugi::xml_node rect : rects) {
      feature.rects.push_back(Rect(rect.child_value(), feature.tilted));
    }
    return feature;
  }

  [[nodiscard]] CascadeFile::Rect Rect(std::string_view text, bool tilted) const {
    Words words(text);
    CascadeFile::Rect rect{};
    rect.x = Whole(words.Next(), 0, file_.width, "a rectangle's x");
    rect.y = Whole(words.Next(), 0, file_.height, "a rectangle's y");
    rect.width = Whole(words.Next(), 0, file_.width, "a rectangle's width");
    rect.height = Whole(words.Next(), 0, file_.height, "a rectangle's height");
    rect.weight = Number(words.Next(), "a rectangle's weight");
    Require(words.Next().empty(), "a rectangle has not five numbers");
    const bool inside = tilted ? rect.x - rect.height >= 0 && rect.x + rect.width <= file_.width &&
                                     rect.y + rect.width + rect.height <= file_.height
                               : rect.x + rect.width <= file_.width && rect.y + rect.height <= file_.height;
    Require(inside, "a rectangle reaches outside the window");
    return rect;
  }

  [[nodiscard]] CascadeFile::Stage Stage(const pugi::xml_node& element) const {
    CascadeFile::Stage stage{.threshold = Number(TextOf(element, "stageThreshold"), "stageThreshold"),
                             .trees = {}};
    for (const pugi::xml_node tree : element.child("weakClassifiers")) stage.trees.push_back(Tree(tree));
    Require(!stage.trees.empty(), "a stage has no classifiers");
    return stage;
  }

  [[nodiscard]] CascadeFile::Tree Tree(const pugi::xml_node& element) const {
    CascadeFile::Tree tree;
    Words nodes(TextOf(element, "internalNodes"));
    for (std::string_view left = nodes.Next(); !left.empty(); left = nodes.Next()) {
      Require(tree.nodes.size() < kMaxNodes, "a tree is too large");
      CascadeFile::Node& node = tree.nodes.emplace_back();
      node.left = Whole(left, -static_cast<int>(kMaxNodes), kMaxNodes, "a node's child");
      node.right = Whole(nodes.Next(), -static_cast<int>(kMaxNodes), kMaxNodes, "a node's child");
      node.feature = Whole(nodes.Next(), 0, static_cast<int>(file_.features.size()) - 1, "a feature index");
      node.threshold = Number(nodes.Next(), "a threshold");
    }
    Require(!tree.nodes.empty(), "internalNodes is not made of fours");
    Words leaves(TextOf(element, "leafValues"));
    for (std::string_view leaf = leaves.Next(); !leaf.empty(); leaf = leaves.Next()) {
      tree.leaves.push_back(Number(leaf, "a leaf value"));
    }
    Require(tree.leaves.size() == tree.nodes.size() + 1, "leafValues does not fit internalNodes");
    const int count = static_cast<int>(tree.nodes.size());
    for (int i = 0; i < count; ++i) {
      CheckChild(tree.nodes[static_cast<std::size_t>(i)].left, i, count);
      CheckChild(tree.nodes[static_cast<std::size_t>(i)].right, i, count);
    }
    return tree;
  }

  /// A child that is a node must be a later one, or the walk would never end.
  void CheckChild(int child, int node, int count) const {
    Require(child >= -count && child < count, "a node's child is missing or out of range");
    Require(child <= 0 || child > node, "a node leads back to an earlier one");
  }

  const std::string& name_;
  CascadeFile file_{};
};

void Write(std::ostream& out, const CascadeFile::Feature& feature) {
  out << "<_><rects>";
  for (const CascadeFile::Rect& rect : feature.rects) {
    out << "<_>" << rect.x << ' ' << rect.y << ' ' << rect.width << ' ' << rect.height << ' ' << rect.weight
        << "</_>";
  }
  out << "</rects><tilted>" << (feature.tilted ? 1 : 0) << "</tilted></_>\n";
}

void Write(std::ostream& out, const CascadeFile::Tree& tree) {
  out << "<_><internalNodes>";
  for (const CascadeFile::Node& node : tree.nodes) {
    out << node.left << ' ' << node.right << ' ' << node.feature << ' ' << node.threshold << ' ';
  }
  out << "</internalNodes><leafValues>";
  for (const double leaf : tree.leaves) out << leaf << ' ';
  out << "</leafValues></_>\n";
}

}  // namespace

CascadeFile ParseCascadeFile(const std::string& xml, const std::string& name) {
  pugi::xml_document document;
  return CascadeParser(name).Read(ParseXml(xml, name, document));
}

std::string CascadeFileText(const CascadeFile& file) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  // With a point and an exponent, or OpenCV takes a number for a whole one, which may be too large for that.
  out << std::scientific << std::setprecision(std::numeric_limits<double>::max_digits10 - 1)
      << "<?xml version=\"1.0\"?>\n<opencv_storage><cascade>\n"
      << "<stageType>BOOST</stageType><featureType>HAAR</featureType>\n"
      << "<height>" << file.height << "</height><width>" << file.width << "</width>\n"
      << "<featureParams><maxCatCount>0</maxCatCount></featureParams>\n"
      << "<stageNum>" << file.stages.size() << "</stageNum>\n<stages>\n";
  for (const CascadeFile::Stage& stage : file.stages) {
    out << "<_><stageThreshold>" << stage.threshold << "</stageThreshold>\n<weakClassifiers>\n";
    for (const CascadeFile::Tree& tree : stage.trees) Write(out, tree);
    out << "</weakClassifiers></_>\n";
  }
  out << "</stages>\n<features>\n";
  for (const CascadeFile::Feature& feature : file.features) Write(out, feature);
  out << "</features></cascade></opencv_storage>\n";
  return std::move(out).str();
}

}  // namespace emochat
