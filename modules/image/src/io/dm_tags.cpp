#include "io/dm_tags.h"

#include <algorithm>
#include <bit>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "io/header_fields.h"

namespace adatom::image {
namespace {

constexpr std::uint8_t group_tag = 20;
constexpr std::uint8_t data_tag = 21;
constexpr std::uint64_t struct_code = 15;
constexpr std::uint64_t text_code = 18;
constexpr std::uint64_t array_code = 20;
// Real files have some thousands of tags, twelve deep.
constexpr std::size_t most_tags = 1'000'000;
constexpr std::size_t deepest = 64;
constexpr std::uint64_t longest_text = 4096;

bool is_type(std::uint64_t code) { return code >= 2 && code <= 12; }

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

/// Walks through the file once. The numbers of the structure are big-endian in every file.
class DmTags::Parser {
 public:
  Parser(DmTags& tags, const FileBytes& file)
      : tags_(tags), file_(file), fields_(file, std::endian::big) {}

  void run() {
    const auto version = fields_.at<std::uint32_t>(0);
    tags_.version_ = static_cast<int>(version);
    if (version != 3 && version != 4) refuse("an unknown version of DigitalMicrograph's format");
    at_ = 4 + word();
    tags_.little_endian_ = fields_.at<std::uint32_t>(at_) == 1;
    at_ += 4;
    tags_.tags_.emplace_back().group = true;
    try {
      read_group(root, 0);
    } catch (const EndOfFile&) {
      tags_.cut_short_ = true;
    }
  }

 private:
  struct EndOfFile {};

  [[noreturn]] void refuse(const std::string& why) const {
    throw InputError(Complaint{"the file's tags are damaged", file_.path().string(), why,
                               "copy the file again"});
  }
  [[nodiscard]] std::uint64_t word() const { return tags_.version_ == 3 ? 4 : 8; }
  void require(std::uint64_t bytes) const {
    if (!file_.holds(at_, bytes)) throw EndOfFile{};
  }
  template <class T>
  T take() {
    require(sizeof(T));
    const T value = fields_.at<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  std::uint64_t take_word() {
    return tags_.version_ == 3 ? take<std::uint32_t>() : take<std::uint64_t>();
  }

  void read_group(std::size_t group, std::size_t depth) {
    if (depth > deepest) refuse("groups stand deeper in one another than in any real file");
    require(2);
    at_ += 2;  // sorted, open
    const std::uint64_t count = take_word();
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto kind = take<std::uint8_t>();
      if (kind != group_tag && kind != data_tag) refuse("a tag is neither group nor data");
      const auto length = take<std::uint16_t>();
      require(length);
      DmTag tag;
      tag.name = fields_.text(at_, length);
      at_ += length;
      tag.group = kind == group_tag;
      if (tags_.version_ == 4) (void)take<std::uint64_t>();  // bytes of the tag
      const std::size_t index = tags_.tags_.size();
      if (index >= most_tags) refuse("there are more tags than in any real file");
      tags_.tags_.push_back(std::move(tag));
      tags_.tags_[group].children.push_back(index);
      if (kind == group_tag) {
        read_group(index, depth + 1);
      } else {
        read_value(index);
      }
    }
  }

  void read_value(std::size_t index) {
    if (take<std::uint32_t>() != 0x25252525) refuse("a value does not begin with %%%%");
    const std::uint64_t codes = take_word();
    // The largest that occurs: arrays of structs, two codes for each of a few fields.
    if (codes == 0 || codes > 1000) refuse("a value is of an unknown kind");
    std::vector<std::uint64_t> code(codes);
    for (auto& c : code) c = take_word();
    DmTag& tag = tags_.tags_[index];
    tag.offset = at_;
    std::uint64_t bytes = 0;
    if (is_type(code[0]) && codes == 1) {
      tag.type = static_cast<DmType>(code[0]);
      tag.count = 1;
      bytes = size_of(tag.type);
    } else if (code[0] == array_code && codes == 3 && is_type(code[1])) {
      tag.type = static_cast<DmType>(code[1]);
      tag.count = code[2];
      bytes = product(code[2], size_of(tag.type));
    } else if (code[0] == text_code && codes == 2) {
      tag.type = DmType::uint16;
      tag.count = code[1] / 2;
      bytes = code[1];
    } else if (code[0] == struct_code) {
      bytes = struct_bytes(code, 0);
    } else if (code[0] == array_code && code.size() > 3 && code[1] == struct_code) {
      bytes = product(struct_bytes({code.begin() + 1, code.end() - 1}, 0), code.back());
    } else {
      refuse("a value is of an unknown kind");
    }
    require(bytes);
    at_ += bytes;
  }

  /// [15, length of name, fields, (length of name, type) for each]
  [[nodiscard]] std::uint64_t struct_bytes(const std::vector<std::uint64_t>& code,
                                           std::size_t first) const {
    if (code.size() < first + 3 || code.size() != first + 3 + 2 * code[first + 2]) {
      refuse("a struct is of an unknown kind");
    }
    std::uint64_t bytes = 0;
    for (std::size_t i = first + 4; i < code.size(); i += 2) {
      if (!is_type(code[i])) refuse("a struct is of an unknown kind");
      bytes += size_of(static_cast<DmType>(code[i]));
    }
    return bytes;
  }
  [[nodiscard]] std::uint64_t product(std::uint64_t a, std::uint64_t b) const {
    if (b != 0 && a > file_.size() / b + 1) throw EndOfFile{};
    return a * b;
  }

  DmTags& tags_;
  const FileBytes& file_;
  HeaderFields fields_;
  std::uint64_t at_ = 0;
};

DmTags::DmTags(const FileBytes& file) : file_(file) { Parser(*this, file).run(); }

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

std::optional<double> DmTags::number(std::size_t from, std::string_view path) const {
  const auto index = find(from, path);
  if (!index || tags_[*index].group || tags_[*index].count != 1) return std::nullopt;
  const DmTag& tag = tags_[*index];
  const HeaderFields fields(file_, little_endian_ ? std::endian::little : std::endian::big);
  switch (tag.type) {
    case DmType::int16:
      return fields.at<std::int16_t>(tag.offset);
    case DmType::int32:
      return fields.at<std::int32_t>(tag.offset);
    case DmType::uint16:
      return fields.at<std::uint16_t>(tag.offset);
    case DmType::uint32:
      return fields.at<std::uint32_t>(tag.offset);
    case DmType::float32:
      return static_cast<double>(fields.at<float>(tag.offset));
    case DmType::float64:
      return fields.at<double>(tag.offset);
    case DmType::boolean:
    case DmType::character:
    case DmType::octet:
      return fields.at<std::uint8_t>(tag.offset);
    case DmType::int64:
      return static_cast<double>(fields.at<std::int64_t>(tag.offset));
    case DmType::uint64:
      return static_cast<double>(fields.at<std::uint64_t>(tag.offset));
  }
  return std::nullopt;
}

std::optional<std::string> DmTags::text(std::size_t from, std::string_view path) const {
  const auto index = find(from, path);
  if (!index || tags_[*index].group || tags_[*index].type != DmType::uint16) return std::nullopt;
  const DmTag& tag = tags_[*index];
  const HeaderFields fields(file_, little_endian_ ? std::endian::little : std::endian::big);
  std::string out;
  for (std::uint64_t i = 0; i < std::min(tag.count, longest_text); ++i) {
    std::uint32_t c = fields.at<std::uint16_t>(tag.offset + 2 * i);
    const bool pair = c >= 0xD800 && c < 0xDC00 && i + 1 < tag.count;
    if (pair) {
      const std::uint32_t low = fields.at<std::uint16_t>(tag.offset + 2 * ++i);
      c = 0x10000 + ((c - 0xD800) << 10U) + ((low - 0xDC00) & 0x3FFU);
    }
    if (c == 0) break;
    append_utf8(out, c);
  }
  return out;
}

}  // namespace adatom::image
