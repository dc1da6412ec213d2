#pragma once

#include <string_view>

namespace emochat {

/// What separates words in the text of a model file.
inline constexpr std::string_view kBlank = " \t\r\n";

/// The text without the blanks around it.
inline std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace emochat
