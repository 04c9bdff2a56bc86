#include "io/text_lines.h"

#include <cmath>

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
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
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
  words.clear();
  std::size_t at = 0;
  while (true) {
    at = line.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return;
    const std::size_t end = line.find_first_of(" \t", at);
    words.push_back(line.substr(at, end - at));
    if (end == std::string_view::npos) return;
    at = end;
  }
}

}  // namespace adatom::crystal
