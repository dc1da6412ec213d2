#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// One JSON object, printed on a line of its own when it is destroyed: how the programs of the benchmark
/// report.
class JsonLine {
 public:
  JsonLine() = default;
  ~JsonLine() {
    std::printf("{%s}\n", text_.c_str());
    std::fflush(stdout);
  }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  JsonLine& Text(std::string_view key, std::string_view value) {
    Key(key);
    Quote(value);
    return *this;
  }

  JsonLine& Flag(std::string_view key, bool value) {
    Key(key);
    text_ += value ? "true" : "false";
    return *this;
  }

  /// What is no number in JSON (infinite, not a number) becomes null.
  JsonLine& Number(std::string_view key, double value) {
    Key(key);
    Append(value);
    return *this;
  }

  JsonLine& Numbers(std::string_view key, const std::vector<double>& values) {
    Key(key);
    text_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text_ += ',';
      Append(values[i]);
    }
    text_ += ']';
    return *this;
  }

 private:
  void Key(std::string_view key) {
    if (!text_.empty()) text_ += ',';
    Quote(key);
    text_ += ':';
  }

  void Quote(std::string_view value) {
    text_ += '"';
    for (const char character : value) {
      char code[8];
      if (static_cast<unsigned char>(character) < 0x20) {
        std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(character));
        text_ += code;
      } else {
        if (character == '"' || character == '\\') text_ += '\\';
        text_ += character;
      }
    }
    text_ += '"';
  }

  void Append(double value) {
    char number[32];
    std::snprintf(number, sizeof number, "%.9g", value);
    text_ += std::isfinite(value) ? number : "null";
  }

  std::string text_;
};

}  // namespace support
