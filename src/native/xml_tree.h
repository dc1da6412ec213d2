#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace emochat {

/// An element of an XML file. Its names and texts are parts of the file's own text, which has to outlive it.
struct XmlElement {
  std::string_view name;
  /// What stands between its tags, without the blanks around it; empty if it has children.
  std::string_view text;
  std::vector<XmlElement> children;

  /// The first child of a name, or none.
  [[nodiscard]] const XmlElement* Child(std::string_view wanted) const;
};

/// Reads XML as OpenCV writes it: elements, their text, attributes (which are passed over), comments and a
/// declaration. Entities are left as they stand. Returns the outermost element.
///
/// Throws ModelFileError for anything else, or elements nested more than 16 deep. `name` stands for the file.
XmlElement ParseXml(std::string_view xml, const std::string& name);

}  // namespace emochat
