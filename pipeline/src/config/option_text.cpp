#include "config/option_text.h"

#include <cmath>

#include "adatom/base/number_text.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {
namespace {

std::string in_quotes(std::string_view text) { return '\'' + std::string(text) + '\''; }

}  // namespace

std::optional<std::string> parse_option(std::string_view text, bool& value) {
  if (text != "true" && text != "false") return in_quotes(text) + " is neither true nor false";
  value = text == "true";
  return {};
}

std::optional<std::string> parse_option(std::string_view text, std::int64_t& value) {
  if (const auto integer = parse_integer(text)) {
    value = *integer;
    return {};
  }
  // 1e5 is how people write 100000; past 2^53 a double does not hold every integer.
  const auto number = parse_double(text);
  constexpr double exact = 9007199254740992.0;
  if (number && std::isfinite(*number) && std::abs(*number) <= exact &&
      std::trunc(*number) == *number) {
    value = static_cast<std::int64_t>(*number);
    return {};
  }
  return in_quotes(text) + " is not an integer";
}

std::optional<std::string> parse_option(std::string_view text, double& value) {
  const auto number = parse_double(text);
  if (!number || !std::isfinite(*number)) return in_quotes(text) + " is not a finite number";
  value = *number;
  return {};
}

std::optional<std::string> parse_option(std::string_view text, Choice& value) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < value.names.size(); ++i) {
    if (text == value.names[i]) {
      value.index = i;
      return {};
    }
    names.emplace_back(value.names[i]);
  }
  std::string message = in_quotes(text) + " is not one of " + join_names(value.names);
  if (const auto near = nearest_name(text, names); !near.empty()) {
    message += "; did you mean " + in_quotes(near) + '?';
  }
  return message;
}

std::string join_names(std::span<const char* const> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace adatom::pipeline
