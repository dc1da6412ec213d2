#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace emochat {

/// A file's bytes, mapped for reading: shared between processes, loaded as they are touched.
/// Files that are mapped here are replaced by renaming, never written in place.
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
