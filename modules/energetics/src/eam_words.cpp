#include "eam_words.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::energetics {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

/// Fortran writes 1.0D-05 for what is 1.0e-05 elsewhere.
std::optional<double> value_of(std::string_view word) {
  if (const auto value = parse_double(word)) return value;
  std::string other(word);
  std::ranges::replace(other, 'D', 'e');
  std::ranges::replace(other, 'd', 'e');
  return parse_double(other);
}

}  // namespace

EamWords::EamWords(std::string_view text, std::string source)
    : text_(text), source_(std::move(source)) {}

bool EamWords::skip_line_if_any() {
  if (at_ >= text_.size()) return false;
  at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
  ++line_;
  return true;
}

void EamWords::skip_lines(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!skip_line_if_any()) fail("the file ends in its first lines", "");
  }
}

std::vector<std::string_view> EamWords::line_if_any() {
  while (true) {
    const std::size_t begin = at_;
    if (!skip_line_if_any()) return {};
    std::string_view line = text_.substr(begin, at_ - begin);
    if (line.ends_with('\n')) line.remove_suffix(1);
    auto words = words_of(line);
    if (!words.empty()) return words;
  }
}

std::vector<std::string_view> EamWords::line() {
  auto words = line_if_any();
  if (words.empty()) fail("the file ends too early", "");
  return words;
}

std::vector<double> EamWords::numbers(std::size_t count) {
  std::vector<double> values;
  // What a damaged head promises need not be there.
  values.reserve(std::min(count, text_.size() / 2));
  while (values.size() < count) {
    const auto words = line_if_any();
    if (words.empty()) {
      fail("the file ends inside a table", std::to_string(count) + " numbers are declared, " +
                                               std::to_string(values.size()) + " are there");
    }
    for (const auto word : words) values.push_back(number(word));
  }
  if (values.size() > count) {
    fail("a table does not end with its line",
         std::to_string(count) + " numbers are declared, more are there");
  }
  return values;
}

double EamWords::number(std::string_view word) const {
  const auto value = value_of(word);
  if (!value || !std::isfinite(*value)) fail("not a number", "'" + std::string(word) + "'");
  return *value;
}

std::size_t EamWords::count(std::string_view word, std::size_t most) const {
  const auto value = parse_integer(word);
  if (!value || *value < 0 || static_cast<unsigned long long>(*value) > most) {
    fail("not a number of things", "'" + std::string(word) + "'");
  }
  return static_cast<std::size_t>(*value);
}

std::size_t EamWords::words_left() const {
  EamWords rest = *this;
  std::size_t count = 0;
  while (true) {
    const auto words = rest.line_if_any();
    if (words.empty()) return count;
    count += words.size();
  }
}

void EamWords::fail(const std::string& what, const std::string& why) const {
  throw InputError(Complaint{what, source_ + ":" + std::to_string(line_), why,
                             "give a potential in funcfl (eam), setfl (eam/alloy) or eam/fs form"});
}

}  // namespace adatom::energetics
