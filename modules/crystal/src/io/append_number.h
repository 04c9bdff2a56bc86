#pragma once
// Numbers at the end of a text, without a string of their own.
#include <array>
#include <charconv>
#include <string>

namespace adatom::crystal {

/// In shortest round-trip form.
template <class Number>
void append_number(std::string& text, Number value) {
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  text.append(buffer.data(), end);
}

/// A blank and each value.
template <class Values>
void append_vector(std::string& text, const Values& values) {
  for (const auto value : values) {
    text += ' ';
    append_number(text, value);
  }
}

}  // namespace adatom::crystal
