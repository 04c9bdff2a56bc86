#pragma once
// What many items say alike, said once.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace adatom::pipeline {

struct ItemRemark {
  std::string item;
  std::string text;
};

/// "frame 7: ..."; texts of three items and more that are the same, or the same but for their
/// numbers, become one: "all 10: ...", "4 of 10 (frame 0, ...): ...", with a word on whose numbers
/// these are. In the order of the first of each.
/// @param items how many there are, with those that say nothing
[[nodiscard]] std::vector<std::string> group_remarks(std::span<const ItemRemark> remarks,
                                                     std::size_t items);

}  // namespace adatom::pipeline
