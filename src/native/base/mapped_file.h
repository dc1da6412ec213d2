#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace emochat {

/// A file's bytes, mapped for reading while it is parsed or copied. Not to be kept: if somebody cuts the file
/// short while it is mapped, or its disk fails, touching what is gone ends the process (SIGBUS).
class MappedFile {
 public:
  /// Throws ModelFileError with the system's reason.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace emochat
