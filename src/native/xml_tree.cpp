#include "xml_tree.h"

#include <algorithm>

#include "errors.h"
#include "text.h"

namespace emochat {
namespace {

class XmlParser {
 public:
  XmlParser(std::string_view xml, const std::string& name) : rest_(xml), name_(name) {}

  XmlElement Document() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    Take(kByteOrderMark);
    SkipBlank();
    if (Take("<?xml")) SkipPast("?>");
    SkipComments();
    Expect("<");
    XmlElement root = Element(0);
    SkipComments();
    if (!rest_.empty()) Fail("something follows its end");
    return root;
  }

 private:
  static constexpr int kMostDepth = 16;

  [[noreturn]] void Fail(const std::string& what) const {
    throw ModelFileError(name_ + ": not an OpenCV XML file (" + what + ")");
  }

  bool Take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  void Expect(std::string_view expected) {
    if (!Take(expected)) Fail("'" + std::string(expected) + "' is missing");
  }

  void SkipBlank() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size())); }

  void SkipPast(std::string_view end) {
    const std::size_t found = rest_.find(end);
    if (found == std::string_view::npos) Fail("it is cut off");
    rest_.remove_prefix(found + end.size());
  }

  void SkipComments() {
    for (SkipBlank(); Take("<!--"); SkipBlank()) SkipPast("-->");
  }

  std::string_view TakeName() {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    const std::size_t length = std::min(rest_.find_first_not_of(kLetters), rest_.size());
    if (length == 0) Fail("a name is missing");
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return name;
  }

  /// The rest of an element whose `<` has been taken.
  XmlElement Element(int depth) {
    if (depth == kMostDepth) Fail("its elements are nested too deep");
    XmlElement element{.name = TakeName(), .text = {}, .children = {}};
    if (SkipAttributes()) return element;
    for (;;) {
      const std::string_view text = Trim(rest_.substr(0, std::min(rest_.find('<'), rest_.size())));
      if (!text.empty() && !element.text.empty()) Fail("a text is in pieces");
      if (!text.empty()) element.text = text;
      SkipPast("<");
      if (Take("!--")) {
        SkipPast("-->");
      } else if (Take("/")) {
        if (TakeName() != element.name) Fail("a tag is closed that is not open");
        SkipBlank();
        Expect(">");
        return element;
      } else {
        element.children.push_back(Element(depth + 1));
      }
      if (!element.text.empty() && !element.children.empty()) Fail("there is text between elements");
    }
  }

  /// Returns whether the element ends with its first tag.
  bool SkipAttributes() {
    for (;;) {
      SkipBlank();
      if (Take("/>")) return true;
      if (Take(">")) return false;
      static_cast<void>(TakeName());
      Expect("=");
      if (!rest_.starts_with('"') && !rest_.starts_with('\'')) Fail("an attribute has no value");
      const std::string_view quote = rest_.substr(0, 1);
      rest_.remove_prefix(1);
      SkipPast(quote);
    }
  }

  std::string_view rest_;
  const std::string& name_;
};

}  // namespace

const XmlElement* XmlElement::Child(std::string_view wanted) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [wanted](const XmlElement& child) { return child.name == wanted; });
  return found == children.end() ? nullptr : &*found;
}

XmlElement ParseXml(std::string_view xml, const std::string& name) {
  return XmlParser(xml, name).Document();
}

}  // namespace emochat
