#include "io/text_lines.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::crystal {
namespace {

/// A word as a message can show it: short, printable.
std::string quoted(std::string_view word) {
  std::string text = "\"";
  for (const char c : word.substr(0, 40)) text += c >= ' ' && c < 127 ? c : '?';
  if (word.size() > 40) text += "...";
  return text + '"';
}

}  // namespace

bool TextLines::next(std::string_view& line) {
  if (rest_.empty()) return false;
  ++number_;
  const void* found = std::memchr(rest_.data(), '\n', rest_.size());
  const std::size_t end =
      found == nullptr ? rest_.size()
                       : static_cast<std::size_t>(static_cast<const char*>(found) - rest_.data());
  line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

void TextLines::fail(std::string what, std::string why, std::string remedy) const {
  throw InputError({.what = std::move(what),
                    .where = where(),
                    .why = std::move(why),
                    .remedy = std::move(remedy)});
}

double TextLines::number(std::string_view word, std::string_view what) const {
  // Nearly every word is a plain number.
  double plain = 0.0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), plain);
  if (error == std::errc{} && end == word.data() + word.size() && std::isfinite(plain)) {
    return plain;
  }
  const auto value = parse_double(word);
  if (!value || !std::isfinite(*value)) {
    fail(std::string(what) + " must be a number", quoted(word) + " stands there");
  }
  return *value;
}

long long TextLines::integer(std::string_view word, std::string_view what) const {
  const auto value = parse_integer(word);
  if (!value) fail(std::string(what) + " must be a whole number", quoted(word) + " stands there");
  return *value;
}

void split_words(std::string_view line, std::vector<std::string_view>& words) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  words.clear();
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    while (at != end && is_blank(*at)) ++at;
    if (at == end) return;
    const char* const begin = at;
    while (at != end && !is_blank(*at)) ++at;
    words.emplace_back(begin, static_cast<std::size_t>(at - begin));
  }
}

}  // namespace adatom::crystal
