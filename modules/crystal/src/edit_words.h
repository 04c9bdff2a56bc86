#pragma once
// Options of an edit that are texts.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adatom::crystal {

/// "5,17,20:25": each number, and from the first to the last of each pair, both included. Nothing
/// for anything else, or a number below 1.
[[nodiscard]] std::optional<std::vector<std::pair<std::int64_t, std::int64_t>>> parse_number_ranges(
    std::string_view text);

/// "Ag:0.3": an element and a share between 0 and 1. Nothing for anything else.
struct ElementShare {
  std::string element;
  double share = 0.0;
};
[[nodiscard]] std::optional<ElementShare> parse_share(std::string_view text);

}  // namespace adatom::crystal
