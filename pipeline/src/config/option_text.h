#pragma once
// One option's value from text: the same rules for YAML and for the command line.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::pipeline {

/// Each sets `value` and returns nothing, or leaves it and returns what is wrong with the text.
[[nodiscard]] std::optional<std::string> parse_option(std::string_view text, bool& value);
[[nodiscard]] std::optional<std::string> parse_option(std::string_view text, std::int64_t& value);
[[nodiscard]] std::optional<std::string> parse_option(std::string_view text, double& value);
[[nodiscard]] std::optional<std::string> parse_option(std::string_view text, Choice& value);

/// "a, b or c".
[[nodiscard]] std::string join_names(std::span<const char* const> names);

}  // namespace adatom::pipeline
