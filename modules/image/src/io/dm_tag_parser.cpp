// Walks through a DigitalMicrograph file's tags. Written after the descriptions of the format by
// G. Jefferis (DM3) and C. Boothroyd (DM3 and DM4).
#include <algorithm>
#include <span>

#include "adatom/base/bytes.h"
#include "adatom/base/error.h"
#include "io/dm_tags.h"

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
constexpr std::size_t window_bytes = 16384;

bool is_type(std::uint64_t code) { return code >= 2 && code <= 12; }

}  // namespace

/// Walks through the file once. The numbers of the structure are big-endian in every file.
class DmTags::Parser {
 public:
  Parser(DmTags& tags, const FileBytes& file) : tags_(tags), file_(file) {}

  void run() {
    tags_.tags_.emplace_back().group = true;
    try {
      tags_.version_ = static_cast<int>(take<std::uint32_t>());
      if (tags_.version_ != 3 && tags_.version_ != 4) refuse("the version is neither 3 nor 4");
      (void)take_word();  // the file's length, which not every writer knows
      tags_.little_endian_ = take<std::uint32_t>() == 1;
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
  void require(std::uint64_t bytes) const {
    if (!file_.holds(at_, bytes)) throw EndOfFile{};
  }
  /// The next bytes, through a window: tags are small and stand close together.
  std::span<const std::byte> take_bytes(std::size_t count) {
    require(count);
    if (at_ < window_at_ || at_ + count > window_at_ + window_.size()) {
      window_.resize(std::max(window_bytes, count));
      window_.resize(file_.read_some(at_, window_));
      window_at_ = at_;
      if (window_.size() < count) throw EndOfFile{};
    }
    const auto bytes = std::span(window_).subspan(at_ - window_at_, count);
    at_ += count;
    return bytes;
  }
  template <class Unsigned>
  Unsigned take() {
    std::uint64_t value = 0;
    for (const std::byte b : take_bytes(sizeof(Unsigned))) {
      value = (value << 8U) | std::to_integer<std::uint64_t>(b);
    }
    return static_cast<Unsigned>(value);
  }
  std::uint64_t take_word() {
    return tags_.version_ == 4 ? take<std::uint64_t>() : take<std::uint32_t>();
  }
  std::string take_name() {
    const auto bytes = take_bytes(take<std::uint16_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  void read_group(std::size_t group, std::size_t depth) {
    if (depth > deepest) refuse("groups stand deeper in one another than in any real file");
    (void)take<std::uint16_t>();  // is it sorted, is it open
    const std::uint64_t count = take_word();
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto kind = take<std::uint8_t>();
      if (kind != group_tag && kind != data_tag) refuse("a tag is neither group nor data");
      DmTag tag;
      tag.name = take_name();
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
    DmType type = DmType::octet;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    if (is_type(code[0]) && codes == 1) {
      type = static_cast<DmType>(code[0]);
      count = 1;
      bytes = size_of(type);
    } else if (code[0] == array_code && codes == 3 && is_type(code[1])) {
      type = static_cast<DmType>(code[1]);
      count = code[2];
      bytes = product(count, size_of(type));
    } else if (code[0] == text_code && codes == 2) {
      type = DmType::uint16;
      count = code[1] / 2;
      bytes = code[1];
    } else if (code[0] == struct_code) {
      bytes = struct_bytes(code);
    } else if (code[0] == array_code && codes > 3 && code[1] == struct_code) {
      bytes = product(code.back(), struct_bytes(std::span(code).subspan(1, codes - 2)));
    } else {
      refuse("a value is of an unknown kind");
    }
    require(bytes);
    DmTag& tag = tags_.tags_[index];
    tag.type = type;
    tag.count = count;
    tag.offset = at_;
    at_ += bytes;
  }

  /// [15, length of name, fields, (length of name, type) for each]
  [[nodiscard]] std::uint64_t struct_bytes(std::span<const std::uint64_t> code) const {
    if (code.size() < 3 || code.size() % 2 == 0 || code[2] != (code.size() - 3) / 2) {
      refuse("a struct is of an unknown kind");
    }
    std::uint64_t bytes = 0;
    for (std::size_t i = 4; i < code.size(); i += 2) {
      if (!is_type(code[i])) refuse("a struct is of an unknown kind");
      bytes += size_of(static_cast<DmType>(code[i]));
    }
    return bytes;
  }
  /// Only if it is at most about the file's size.
  [[nodiscard]] std::uint64_t product(std::uint64_t count, std::uint64_t bytes) const {
    if (bytes != 0 && count > file_.size() / bytes) throw EndOfFile{};
    return count * bytes;
  }

  DmTags& tags_;
  const FileBytes& file_;
  std::uint64_t at_ = 0;
  std::uint64_t window_at_ = 0;
  Bytes window_;
};

DmTags::DmTags(const FileBytes& file) : file_(file) { Parser(*this, file).run(); }

}  // namespace adatom::image
