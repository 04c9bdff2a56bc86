#include "run/group_remarks.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace adatom::pipeline {
namespace {

constexpr std::size_t least_alike = 3;  ///< two lines are no list
constexpr std::size_t most_named = 6;

struct AlikeRemarks {
  std::vector<const ItemRemark*> members = {};
  std::vector<std::string> items = {};  ///< each once
  bool same_numbers = true;
};

/// Every run of digits becomes one mark, so that texts differing in numbers agree.
std::string without_numbers(const std::string& text) {
  constexpr char mark = '#';
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool point = text[i] == '.' && !plain.empty() && plain.back() == mark &&
                       i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!digit && !point) plain += text[i];
    if (digit && (plain.empty() || plain.back() != mark)) plain += mark;
  }
  return plain;
}

std::string names_of(const std::vector<std::string>& items) {
  std::string names;
  for (std::size_t i = 0; i < std::min(items.size(), most_named); ++i) {
    names += (i == 0 ? "" : ", ") + items[i];
  }
  return names + (items.size() > most_named ? ", ..." : "");
}

}  // namespace

std::vector<std::string> group_remarks(std::span<const ItemRemark> remarks, std::size_t items) {
  std::vector<AlikeRemarks> groups;
  std::map<std::string, std::size_t> group_of;
  for (const ItemRemark& remark : remarks) {
    const auto [place, is_new] = group_of.try_emplace(without_numbers(remark.text), groups.size());
    if (is_new) groups.emplace_back();
    AlikeRemarks& group = groups[place->second];
    if (!group.members.empty() && group.members.front()->text != remark.text) {
      group.same_numbers = false;
    }
    group.members.push_back(&remark);
    if (std::ranges::find(group.items, remark.item) == group.items.end()) {
      group.items.push_back(remark.item);
    }
  }
  std::vector<std::string> lines;
  for (const AlikeRemarks& group : groups) {
    // Several of one item differ in what they are about: "atom 3 ...", "atom 7 ...".
    if (group.items.size() < least_alike || group.members.size() > group.items.size()) {
      for (const ItemRemark* one : group.members) lines.push_back(one->item + ": " + one->text);
      continue;
    }
    const std::string who =
        group.items.size() == items
            ? fmt::format("all {}", items)
            : fmt::format("{} of {} ({})", group.items.size(), items, names_of(group.items));
    const std::string whose =
        group.same_numbers ? "" : fmt::format(" (the numbers are those of {})", group.items[0]);
    lines.push_back(who + ": " + group.members.front()->text + whose);
  }
  return lines;
}

}  // namespace adatom::pipeline
