#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace emochat {

/// A file's bytes, mapped for reading: shared between processes, loaded as they are touched.
///
/// Files that are mapped here are replaced by renaming, never written in place: who has the old one mapped
/// keeps it. That is a rule, not a guarantee. If somebody cuts a file short while it is mapped, or its disk
/// fails, touching what is gone ends the process (SIGBUS), as with any mapped file.
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
