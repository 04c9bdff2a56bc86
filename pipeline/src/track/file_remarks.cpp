#include "track/file_remarks.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {
namespace {

struct NumberedName {
  std::string before;
  std::int64_t number = 0;
};

/// The last number in the name, and what stands before it.
std::optional<NumberedName> numbered(const std::filesystem::path& file) {
  constexpr std::size_t most_digits = 18;
  const std::string stem = file.stem().string();
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t end = stem.size();
  while (end > 0 && !digit(stem[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && digit(stem[begin - 1])) --begin;
  if (begin == end || end - begin > most_digits) return std::nullopt;
  const auto number = parse_integer(stem.substr(begin, end - begin));
  if (!number) return std::nullopt;
  return NumberedName{(file.parent_path() / stem.substr(0, begin)).string(), *number};
}

}  // namespace

std::vector<std::string> file_remarks(const image::FrameSeries& series,
                                      const std::vector<std::filesystem::path>& files) {
  auto remarks = grouped(series.warnings());
  for (auto& remark : name_remarks(files)) remarks.push_back(std::move(remark));
  return remarks;
}

std::vector<std::string> name_remarks(const std::vector<std::filesystem::path>& files) {
  if (files.size() < 3) return {};
  std::vector<std::int64_t> steps;
  std::map<std::int64_t, std::int64_t> counts;
  for (std::size_t i = 1; i < files.size(); ++i) {
    const auto before = numbered(files[i - 1]);
    const auto now = numbered(files[i]);
    if (!before || !now || before->before != now->before) return {};
    steps.push_back(now->number - before->number);
    ++counts[steps.back()];
  }
  const auto usual =
      std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; })->first;
  std::int64_t others = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == usual) continue;
    if (others == 0) first = i;
    ++others;
  }
  if (others == 0) return {};
  std::string text =
      fmt::format("the numbers in the names of the files jump: {} follows {}",
                  files[first + 1].filename().string(), files[first].filename().string());
  if (others > 1) text += fmt::format(", and {} more such places", others - 1);
  const bool backwards = std::ranges::any_of(steps, [](auto step) { return step <= 0; });
  text += backwards ? ": frames are taken in the order that the files are given in; give them in "
                      "that of the time"
                    : ": frames are missing; all are taken for evenly spaced, so that times after "
                      "the gap are too early and displacements across it belong to a longer time";
  return {text};
}

std::vector<std::string> grouped(const std::vector<std::string>& warnings) {
  struct Group {
    std::string first;
    std::string text;
    std::int64_t more = 0;
  };
  std::vector<Group> groups;
  for (const auto& warning : warnings) {
    const auto colon = warning.find(": ");
    const std::string file = colon == std::string::npos ? "" : warning.substr(0, colon);
    const std::string text = colon == std::string::npos ? warning : warning.substr(colon);
    const auto same = std::ranges::find(groups, text, &Group::text);
    if (same == groups.end()) {
      groups.push_back({file, text});
    } else {
      ++same->more;
    }
  }
  std::vector<std::string> result;
  for (const auto& group : groups) {
    const auto others = fmt::format(" and {} other file{}", group.more, group.more == 1 ? "" : "s");
    result.push_back(group.first + (group.more > 0 ? others : "") + group.text);
  }
  return result;
}

}  // namespace adatom::pipeline
