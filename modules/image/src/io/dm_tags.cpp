#include "io/dm_tags.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "adatom/base/number_text.h"

namespace adatom::image {
namespace {

constexpr std::uint64_t longest_text = 4096;

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6U));
    out += static_cast<char>(0x80 | (c & 0x3FU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12U));
    out += static_cast<char>(0x80 | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80 | (c & 0x3FU));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18U));
    out += static_cast<char>(0x80 | ((c >> 12U) & 0x3FU));
    out += static_cast<char>(0x80 | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80 | (c & 0x3FU));
  }
}

bool is_high_surrogate(std::uint32_t c) { return c >= 0xD800 && c < 0xDC00; }
bool is_low_surrogate(std::uint32_t c) { return c >= 0xDC00 && c < 0xE000; }

/// float32 as double: a signalling NaN must not meet a conversion.
double widened(std::uint32_t bits) {
  constexpr std::uint32_t exponent = 0x7F800000U;
  if ((bits & exponent) == exponent) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(std::bit_cast<float>(bits));
}

}  // namespace

std::size_t size_of(DmType type) {
  switch (type) {
    case DmType::boolean:
    case DmType::character:
    case DmType::octet:
      return 1;
    case DmType::int16:
    case DmType::uint16:
      return 2;
    case DmType::int32:
    case DmType::uint32:
    case DmType::float32:
      return 4;
    case DmType::float64:
    case DmType::int64:
    case DmType::uint64:
      return 8;
  }
  return 1;
}

std::optional<std::size_t> DmTags::find(std::size_t from, std::string_view path) const {
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    const auto& children = tags_[from].children;
    if (const auto place = parse_integer(name)) {
      if (*place < 0 || static_cast<std::size_t>(*place) >= children.size()) return std::nullopt;
      from = children[static_cast<std::size_t>(*place)];
      continue;
    }
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](std::size_t child) { return tags_[child].name == name; });
    if (found == children.end()) return std::nullopt;
    from = *found;
  }
  return from;
}

HeaderFields DmTags::fields() const {
  return {file_, little_endian_ ? std::endian::little : std::endian::big};
}

const DmTag* DmTags::single(std::size_t from, std::string_view path) const {
  const auto index = find(from, path);
  if (!index || tags_[*index].group || tags_[*index].count != 1) return nullptr;
  return &tags_[*index];
}

std::optional<std::uint64_t> DmTags::count(std::size_t from, std::string_view path) const {
  const DmTag* tag = single(from, path);
  if (tag == nullptr) return std::nullopt;
  std::int64_t value = -1;
  switch (tag->type) {
    case DmType::int16:
      value = fields().at<std::int16_t>(tag->offset);
      break;
    case DmType::int32:
      value = fields().at<std::int32_t>(tag->offset);
      break;
    case DmType::uint16:
      return fields().at<std::uint16_t>(tag->offset);
    case DmType::uint32:
      return fields().at<std::uint32_t>(tag->offset);
    case DmType::boolean:
    case DmType::character:
    case DmType::octet:
      return fields().at<std::uint8_t>(tag->offset);
    case DmType::int64:
      value = fields().at<std::int64_t>(tag->offset);
      break;
    case DmType::uint64:
      return fields().at<std::uint64_t>(tag->offset);
    case DmType::float32:
    case DmType::float64:
      return std::nullopt;
  }
  return value < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(value));
}

std::optional<double> DmTags::number(std::size_t from, std::string_view path) const {
  const DmTag* tag = single(from, path);
  if (tag == nullptr) return std::nullopt;
  switch (tag->type) {
    case DmType::int16:
      return fields().at<std::int16_t>(tag->offset);
    case DmType::int32:
      return fields().at<std::int32_t>(tag->offset);
    case DmType::int64:
      return static_cast<double>(fields().at<std::int64_t>(tag->offset));
    case DmType::float32:
      return widened(fields().at<std::uint32_t>(tag->offset));
    case DmType::float64:
      return fields().at<double>(tag->offset);
    default: {
      const auto value = count(from, path);
      return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
    }
  }
}

std::optional<std::string> DmTags::text(std::size_t from, std::string_view path) const {
  const auto index = find(from, path);
  if (!index || tags_[*index].group || tags_[*index].type != DmType::uint16) return std::nullopt;
  const DmTag& tag = tags_[*index];
  std::string out;
  for (std::uint64_t i = 0; i < std::min(tag.count, longest_text); ++i) {
    std::uint32_t c = fields().at<std::uint16_t>(tag.offset + 2 * i);
    if (c == 0) break;
    if (is_high_surrogate(c) && i + 1 < tag.count) {
      const std::uint32_t low = fields().at<std::uint16_t>(tag.offset + 2 * (i + 1));
      if (is_low_surrogate(low)) {
        c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
        ++i;
      }
    }
    constexpr std::uint32_t replacement = 0xFFFD;  // for half a pair
    append_utf8(out, is_high_surrogate(c) || is_low_surrogate(c) ? replacement : c);
  }
  return out;
}

}  // namespace adatom::image
