// The header of an NPY file: a Python dictionary in text.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "adatom/base/error.h"
#include "adatom/storage/npy.h"

namespace adatom::storage {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
// NumPy itself refuses longer headers unless told otherwise (10000); structured types, which are
// the long ones, are refused here anyway.
constexpr std::size_t longest_header = 1U << 20U;
constexpr std::size_t most_dimensions = 64;  // NumPy 2's own limit

[[noreturn]] void refuse(const std::string& source, const std::string& what,
                         const std::string& why = "", const std::string& remedy = "") {
  throw InputError(Complaint{what, source, why, remedy});
}

[[noreturn]] void damaged(const std::string& source, const std::string& why) {
  refuse(source, "the NPY header is damaged", why, "write the file again with numpy.save");
}

NpyType type_of(char kind, std::size_t size, const std::string& descr, const std::string& source) {
  struct Known {
    char kind;
    std::size_t size;
    NpyType type;
  };
  constexpr std::array known = {Known{'b', 1, NpyType::boolean}, Known{'i', 1, NpyType::int8},
                                Known{'u', 1, NpyType::uint8},   Known{'i', 2, NpyType::int16},
                                Known{'u', 2, NpyType::uint16},  Known{'i', 4, NpyType::int32},
                                Known{'u', 4, NpyType::uint32},  Known{'i', 8, NpyType::int64},
                                Known{'u', 8, NpyType::uint64},  Known{'f', 2, NpyType::float16},
                                Known{'f', 4, NpyType::float32}, Known{'f', 8, NpyType::float64}};
  for (const auto& k : known) {
    if (k.kind == kind && k.size == size) return k.type;
  }
  const std::string what = "arrays of type '" + descr + "' are not read";
  if (kind == 'c') {
    refuse(source, what, "the values are complex", "save the modulus or the real part");
  }
  if (kind == 'O') refuse(source, what, "they hold Python objects", "save plain numbers");
  if (kind == 'f') refuse(source, what, "", "save with astype('float64')");
  refuse(source, what, "only numbers are", "save plain numbers");
}

/// Reads the few forms of Python literals a header holds.
class Literal {
 public:
  Literal(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) damaged(source_, std::string("'") + wanted + "' is missing");
  }
  [[nodiscard]] char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') damaged(source_, "a quoted word is missing");
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) damaged(source_, "a quote is never closed");
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }
  bool boolean() {
    skip_blanks();
    for (const std::string_view word : {"False", "True"}) {
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return word == "True";
      }
    }
    damaged(source_, "fortran_order is neither True nor False");
  }
  std::vector<std::size_t> tuple() {
    expect('(');
    std::vector<std::size_t> values;
    while (!take(')')) {
      skip_blanks();
      std::size_t value = 0;
      const char* begin = text_.data() + at_;
      const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
      if (error != std::errc{}) damaged(source_, "the shape is no tuple of whole numbers");
      at_ += static_cast<std::size_t>(end - begin);
      (void)take('L');  // Python 2 wrote long integers so
      values.push_back(value);
      if (values.size() > most_dimensions) damaged(source_, "the shape has too many dimensions");
      if (!take(',') && peek() != ')') damaged(source_, "the shape is no tuple of whole numbers");
    }
    return values;
  }

 private:
  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
};

void set_type(NpyHeader& header, const std::string& descr, const std::string& source) {
  std::string_view rest = descr;
  if (!rest.empty() && std::string_view("<>|=").find(rest[0]) != std::string_view::npos) {
    header.byte_order = rest[0] == '>' ? ByteOrder::big : ByteOrder::little;
    rest.remove_prefix(1);
  }
  if (rest.empty()) damaged(source, "the type '" + descr + "' is unknown");
  if (rest == "?") rest = "b1";
  std::size_t size = 0;
  if (rest.size() > 1) {
    const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), size);
    if (error != std::errc{} || (end != rest.data() + rest.size() && *end != '[')) {
      damaged(source, "the type '" + descr + "' is unknown");
    }
  }
  header.type = type_of(rest[0], size, descr, source);
}

void set_count(NpyHeader& header, const std::string& source) {
  header.count = 1;
  const bool none = std::find(header.shape.begin(), header.shape.end(), 0U) != header.shape.end();
  if (none) {
    header.count = 0;
    return;
  }
  constexpr auto limit = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  const std::size_t most = limit / size_of(header.type);
  for (const auto extent : header.shape) {
    if (header.count > most / extent) {
      damaged(source, "the shape declares more elements than any file can hold");
    }
    header.count *= extent;
  }
}

}  // namespace

bool is_npy(std::string_view head) { return head.substr(0, magic.size()) == magic; }

std::size_t npy_header_size(std::string_view head, const std::string& source) {
  if (!is_npy(head)) refuse(source, "is no NPY file", "", "");
  if (head.size() < 10) damaged(source, "the file ends inside it");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(head[i]));
  };
  const auto version = byte(6);
  if (version < 1 || version > 3) {
    damaged(source, "format version " + std::to_string(version) + " is unknown");
  }
  std::size_t size = 10 + byte(8) + (byte(9) << 8U);
  if (version > 1) {
    if (head.size() < 12) damaged(source, "the file ends inside it");
    size += 2 + (byte(10) << 16U) + (byte(11) << 24U);
  }
  if (size > longest_header) {
    damaged(source, "it declares " + std::to_string(size) + " bytes for itself");
  }
  return size;
}

NpyHeader parse_npy_header(std::string_view head, const std::string& source) {
  NpyHeader header;
  header.data_offset = npy_header_size(head, source);
  if (head.size() < header.data_offset) damaged(source, "the file ends inside it");
  const std::size_t prefix = head[6] == 1 ? 10 : 12;
  Literal literal(head.substr(prefix, header.data_offset - prefix), source);
  std::optional<std::string> descr;
  bool has_order = false;
  bool has_shape = false;
  literal.expect('{');
  while (!literal.take('}')) {
    const auto key = literal.string();
    literal.expect(':');
    if (key == "descr") {
      if (literal.peek() == '[') {
        refuse(source, "structured arrays are not read", "each element has several named fields",
               "save one field of it");
      }
      descr = literal.string();
    } else if (key == "fortran_order") {
      header.order = literal.boolean() ? ArrayOrder::fortran : ArrayOrder::c;
      has_order = true;
    } else if (key == "shape") {
      header.shape = literal.tuple();
      has_shape = true;
    } else {
      damaged(source, "the key '" + key + "' is unknown");
    }
    if (!literal.take(',') && literal.peek() != '}') damaged(source, "'}' is missing");
  }
  if (!descr || !has_order || !has_shape) {
    damaged(source, "one of descr, fortran_order and shape is missing");
  }
  set_type(header, *descr, source);
  set_count(header, source);
  return header;
}

}  // namespace adatom::storage
