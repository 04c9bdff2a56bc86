#pragma once
// The tree of tags that a DigitalMicrograph file (DM3, DM4) is.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_bytes.h"
#include "io/header_fields.h"

namespace adatom::image {

/// The types of DM's numbers, as the file numbers them.
enum class DmType : std::uint8_t {
  int16 = 2,
  int32 = 3,
  uint16 = 4,
  uint32 = 5,
  float32 = 6,
  float64 = 7,
  boolean = 8,
  character = 9,
  octet = 10,
  int64 = 11,
  uint64 = 12
};

/// A group, or where in the file a value stands.
struct DmTag {
  std::string name;  ///< empty in lists
  std::vector<std::size_t> children;
  bool group = false;
  DmType type = DmType::octet;  ///< of a number, or of the elements of an array
  std::uint64_t offset = 0;
  std::uint64_t count = 0;  ///< 0: no plain number or array (a struct)
};

/// Values are read when they are asked for: arrays may be gigabytes.
class DmTags {
 public:
  /// @throws InputError: no such file, damaged, deeper or larger than any microscope writes
  explicit DmTags(const FileBytes& file);

  [[nodiscard]] int version() const { return version_; }
  [[nodiscard]] bool little_endian() const { return little_endian_; }
  /// Does the file end before its last tag?
  [[nodiscard]] bool cut_short() const { return cut_short_; }

  static constexpr std::size_t root = 0;
  [[nodiscard]] const DmTag& tag(std::size_t index) const { return tags_[index]; }
  /// The tag at a path below `from`: names with dots between them, "Dimension.0.Scale"; a number is
  /// the place in a list.
  [[nodiscard]] std::optional<std::size_t> find(std::size_t from, std::string_view path) const;
  /// Infinite values come as NaN.
  [[nodiscard]] std::optional<double> number(std::size_t from, std::string_view path) const;
  /// A whole number that is not negative.
  [[nodiscard]] std::optional<std::uint64_t> count(std::size_t from, std::string_view path) const;
  /// A text (UTF-8; DM writes UTF-16), at most 4096 characters of it.
  [[nodiscard]] std::optional<std::string> text(std::size_t from, std::string_view path) const;

 private:
  class Parser;
  [[nodiscard]] const DmTag* single(std::size_t from, std::string_view path) const;
  [[nodiscard]] HeaderFields fields() const;

  const FileBytes& file_;
  int version_ = 3;
  bool little_endian_ = true;
  bool cut_short_ = false;
  std::vector<DmTag> tags_;
};

/// Bytes of one number.
[[nodiscard]] std::size_t size_of(DmType type);

}  // namespace adatom::image
