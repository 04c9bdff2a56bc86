#pragma once
// The directories of a TIFF file (TIFF 6.0, section 2; BigTIFF), read with every claim checked
// against the file's size. libtiff decodes pixels only; it hides second descriptions and trusts
// more than a damaged file deserves.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/bytes.h"
#include "io/file_bytes.h"

namespace adatom::image {

/// One tag of a directory.
struct TiffEntry {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  std::uint64_t place = 0;  ///< where in the file its values stand
};

/// How the file counts.
struct TiffLayout {
  bool big_endian = false;
  bool big_tiff = false;
  std::uint64_t first_directory = 0;
};

class TiffDirectory {
 public:
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::size_t entries() const { return entries_.size(); }

  [[nodiscard]] bool has(std::uint16_t tag) const { return find(tag) != nullptr; }
  /// All values of an integer tag; empty if absent, not of an integer type or outside the file.
  [[nodiscard]] std::vector<std::uint64_t> integers(std::uint16_t tag) const;
  /// The first value of an integer tag, or `otherwise` if absent.
  [[nodiscard]] std::uint64_t integer(std::uint16_t tag, std::uint64_t otherwise) const;
  /// First value of any number type (rationals with a zero denominator are none).
  [[nodiscard]] std::optional<double> number(std::uint16_t tag) const;
  /// The texts of a tag, once per entry (some writers give two descriptions), up to the first zero.
  [[nodiscard]] std::vector<std::string> texts(std::uint16_t tag) const;

 private:
  friend std::optional<TiffDirectory> read_tiff_directory(const FileBytes& file,
                                                          const TiffLayout& layout,
                                                          std::uint64_t offset);
  [[nodiscard]] const TiffEntry* find(std::uint16_t tag) const;
  [[nodiscard]] Bytes bytes_of(const TiffEntry& entry) const;

  const FileBytes* file_ = nullptr;
  TiffLayout layout_;
  std::uint64_t offset_ = 0;
  std::uint64_t next_ = 0;
  std::vector<TiffEntry> entries_;
};

/// The header; nothing if it is none.
[[nodiscard]] std::optional<TiffLayout> read_tiff_layout(const FileBytes& file);

/// The directory at `offset`; nothing if it is not wholly inside the file. `file` must outlive it.
[[nodiscard]] std::optional<TiffDirectory> read_tiff_directory(const FileBytes& file,
                                                               const TiffLayout& layout,
                                                               std::uint64_t offset);

/// An unsigned number of `size` bytes.
[[nodiscard]] std::uint64_t tiff_unsigned(const std::byte* bytes, std::size_t size,
                                          bool big_endian);

}  // namespace adatom::image
