#pragma once
// Numbers as text and back, the same on every machine whatever its locale.
#include <optional>
#include <string>
#include <string_view>

namespace adatom {

/// The shortest decimal text that reads back as exactly `value` ("nan", "inf", "-inf" included).
[[nodiscard]] std::string shortest(double value);

/// The number that the whole of `text` spells, blanks around it allowed; nothing otherwise.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);
[[nodiscard]] std::optional<long long> parse_integer(std::string_view text);

}  // namespace adatom
