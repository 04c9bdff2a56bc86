#include "io/tiff_directory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace adatom::image {
namespace {

// Field types of TIFF 6.0 and BigTIFF, and their bytes per value.
constexpr std::uint16_t type_byte = 1;
constexpr std::uint16_t type_ascii = 2;
constexpr std::uint16_t type_short = 3;
constexpr std::uint16_t type_long = 4;
constexpr std::uint16_t type_rational = 5;
constexpr std::uint16_t type_undefined = 7;
constexpr std::uint16_t type_srational = 10;
constexpr std::uint16_t type_float = 11;
constexpr std::uint16_t type_double = 12;
constexpr std::uint16_t type_ifd = 13;
constexpr std::uint16_t type_long8 = 16;
constexpr std::uint16_t type_ifd8 = 18;

std::size_t size_of_type(std::uint16_t type) {
  constexpr std::array<std::uint8_t, 19> sizes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4,
                                                  8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < sizes.size() ? sizes[type] : 0;
}

bool is_integer_type(std::uint16_t type) {
  return type == type_byte || type == type_short || type == type_long || type == type_long8 ||
         type == type_ifd || type == type_ifd8;
}

// A description longer than this is no description; it is cut.
constexpr std::uint64_t longest_text = 1U << 24U;

}  // namespace

std::uint64_t tiff_unsigned(const std::byte* bytes, std::size_t size, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto b = std::to_integer<std::uint64_t>(bytes[big_endian ? i : size - 1 - i]);
    value = (value << 8U) | b;
  }
  return value;
}

const TiffEntry* TiffDirectory::find(std::uint16_t tag) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [tag](const TiffEntry& e) { return e.tag == tag; });
  return found == entries_.end() ? nullptr : &*found;
}

Bytes TiffDirectory::bytes_of(const TiffEntry& entry) const {
  const std::size_t size = size_of_type(entry.type);
  if (size == 0 || entry.count > file_->size() / size) return {};
  if (!file_->holds(entry.place, entry.count * size)) return {};
  Bytes bytes(entry.count * size, std::byte{0});
  file_->read(entry.place, bytes);
  return bytes;
}

std::vector<std::uint64_t> TiffDirectory::integers(std::uint16_t tag) const {
  const TiffEntry* entry = find(tag);
  if (entry == nullptr || !is_integer_type(entry->type)) return {};
  const auto bytes = bytes_of(*entry);
  const std::size_t size = size_of_type(entry->type);
  std::vector<std::uint64_t> values(bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = tiff_unsigned(bytes.data() + i * size, size, layout_.big_endian);
  }
  return values;
}

std::uint64_t TiffDirectory::integer(std::uint16_t tag, std::uint64_t otherwise) const {
  const TiffEntry* entry = find(tag);
  if (entry == nullptr || entry->count == 0 || !is_integer_type(entry->type)) return otherwise;
  const std::size_t size = size_of_type(entry->type);
  if (!file_->holds(entry->place, size)) return otherwise;
  std::array<std::byte, 8> bytes{};
  file_->read(entry->place, std::span(bytes).first(size));
  return tiff_unsigned(bytes.data(), size, layout_.big_endian);
}

std::optional<double> TiffDirectory::number(std::uint16_t tag) const {
  const TiffEntry* entry = find(tag);
  if (entry == nullptr || entry->count == 0) return std::nullopt;
  const std::size_t size = size_of_type(entry->type);
  if (size == 0 || !file_->holds(entry->place, size)) return std::nullopt;
  std::array<std::byte, 8> bytes{};
  file_->read(entry->place, std::span(bytes).first(size));
  const bool big = layout_.big_endian;
  switch (entry->type) {
    case type_rational:
    case type_srational: {
      const auto top = static_cast<std::uint32_t>(tiff_unsigned(bytes.data(), 4, big));
      const auto bottom = static_cast<std::uint32_t>(tiff_unsigned(bytes.data() + 4, 4, big));
      if (bottom == 0) return std::nullopt;
      if (entry->type == type_rational) return static_cast<double>(top) / bottom;
      return static_cast<double>(static_cast<std::int32_t>(top)) /
             static_cast<std::int32_t>(bottom);
    }
    case type_float:
      return std::bit_cast<float>(static_cast<std::uint32_t>(tiff_unsigned(bytes.data(), 4, big)));
    case type_double:
      return std::bit_cast<double>(tiff_unsigned(bytes.data(), 8, big));
    default:
      if (!is_integer_type(entry->type)) return std::nullopt;
      return static_cast<double>(tiff_unsigned(bytes.data(), size, big));
  }
}

std::vector<std::string> TiffDirectory::texts(std::uint16_t tag) const {
  std::vector<std::string> texts;
  for (auto entry : entries_) {
    const bool is_text =
        entry.type == type_ascii || entry.type == type_byte || entry.type == type_undefined;
    if (entry.tag != tag || !is_text) continue;
    entry.count = std::min(entry.count, longest_text);
    const auto bytes = bytes_of(entry);
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text.resize(std::min(text.size(), text.find('\0')));
    texts.push_back(std::move(text));
  }
  return texts;
}

std::optional<TiffLayout> read_tiff_layout(const FileBytes& file) {
  std::array<std::byte, 16> head{};
  const std::size_t there = file.read_some(0, head);
  if (there < 8) return std::nullopt;
  const auto is_char = [&](std::size_t i, char c) { return head[i] == static_cast<std::byte>(c); };
  TiffLayout layout;
  if (is_char(0, 'M') && is_char(1, 'M')) {
    layout.big_endian = true;
  } else if (!is_char(0, 'I') || !is_char(1, 'I')) {
    return std::nullopt;
  }
  const auto magic = tiff_unsigned(head.data() + 2, 2, layout.big_endian);
  if (magic == 42) {
    layout.first_directory = tiff_unsigned(head.data() + 4, 4, layout.big_endian);
    return layout;
  }
  if (magic != 43 || there < 16) return std::nullopt;
  if (tiff_unsigned(head.data() + 4, 2, layout.big_endian) != 8) return std::nullopt;
  layout.big_tiff = true;
  layout.first_directory = tiff_unsigned(head.data() + 8, 8, layout.big_endian);
  return layout;
}

std::optional<TiffDirectory> read_tiff_directory(const FileBytes& file, const TiffLayout& layout,
                                                 std::uint64_t offset) {
  const std::size_t word = layout.big_tiff ? 8 : 4;
  const std::size_t count_size = layout.big_tiff ? 8 : 2;
  const std::size_t entry_size = 4 + 2 * word;
  std::array<std::byte, 8> count_bytes{};
  if (offset == 0 || !file.holds(offset, count_size)) return std::nullopt;
  file.read(offset, std::span(count_bytes).first(count_size));
  const auto count = tiff_unsigned(count_bytes.data(), count_size, layout.big_endian);
  // Tag numbers have 16 bits, so more entries than that cannot all be meant.
  if (count > 65535 || !file.holds(offset + count_size, count * entry_size)) return std::nullopt;
  Bytes table(count * entry_size + word, std::byte{0});
  const bool has_next = file.holds(offset + count_size, table.size());
  file.read(offset + count_size,
            std::span(table).first(has_next ? table.size() : count * entry_size));
  TiffDirectory directory;
  directory.file_ = &file;
  directory.layout_ = layout;
  directory.offset_ = offset;
  directory.entries_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* at = table.data() + i * entry_size;
    TiffEntry entry;
    entry.tag = static_cast<std::uint16_t>(tiff_unsigned(at, 2, layout.big_endian));
    entry.type = static_cast<std::uint16_t>(tiff_unsigned(at + 2, 2, layout.big_endian));
    entry.count = tiff_unsigned(at + 4, word, layout.big_endian);
    const std::size_t size = size_of_type(entry.type);
    const bool inside = size > 0 && entry.count <= word / size;
    entry.place = inside ? offset + count_size + i * entry_size + 4 + word
                         : tiff_unsigned(at + 4 + word, word, layout.big_endian);
    directory.entries_.push_back(entry);
  }
  // A file cut inside the last link: the directory itself is whole.
  directory.next_ = has_next
                        ? tiff_unsigned(table.data() + count * entry_size, word, layout.big_endian)
                        : file.size();
  return directory;
}

}  // namespace adatom::image
