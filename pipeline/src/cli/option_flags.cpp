#include "cli/option_flags.h"

#include <algorithm>

namespace adatom::pipeline {
namespace {

std::string value_name(const SchemaEntry& entry) {
  if (!entry.choices.empty()) {
    std::string names;
    for (const auto& choice : entry.choices) names += (names.empty() ? "" : "|") + choice;
    return names;
  }
  if (entry.type == "integer") return "INTEGER";
  if (entry.type == "number") return "NUMBER";
  if (entry.type == "list of numbers") return "NUMBER,...";
  if (entry.type == "file") return "FILE";
  return "TEXT";
}

/// "one width for all columns or one each [default common]".
std::string description(const SchemaEntry& entry) {
  std::string facts = entry.unit;
  const auto add = [&facts](const std::string& fact) {
    if (!fact.empty()) facts += (facts.empty() ? "" : "; ") + fact;
  };
  add(entry.range);
  if (entry.default_value != "null" && entry.default_value != "\"\"" &&
      entry.default_value != "[]") {
    add("default " + entry.default_value);
  }
  return entry.help + (facts.empty() ? "" : " [" + facts + ']');
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    const auto first_line = word.substr(0, word.find('\n'));  // breaks in the text stay
    if (column > 0 && column + 1 + first_line.size() > width) {
      lines += '\n';
      column = 0;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    const auto last_break = word.rfind('\n');
    column = last_break == word.npos ? column + word.size() : word.size() - last_break - 1;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void OptionFlags::declare_groups(Arguments& arguments, const std::vector<SchemaGroup>& groups) {
  for (const auto& group : groups) {
    for (const auto& entry : group.entries) {
      Flag& flag = flags_.emplace_back();
      flag.name = entry.name;
      const std::string name = flag_name(entry.name);
      if (entry.type == "true/false") {
        flag.is_switch = true;
        flag.switches_off = entry.default_value == "true";
        const std::string help = (flag.switches_off ? "switches off: " : "") + entry.help;
        flag.argument = arguments.add_switch(flag.switches_off ? "--no-" + name.substr(2) : name,
                                             wrapped(help));
      } else {
        flag.is_list = entry.type == "list of numbers";
        flag.argument = arguments.add_option(name, flag.text, wrapped(description(entry)));
        flag.argument->type_name(value_name(entry));
        if (flag.is_list) flag.argument->undivided();
      }
      flag.argument->group(group.name.empty() ? "Options" : "Options: " + group.help);
    }
  }
}

std::vector<GivenOption> OptionFlags::given() const {
  std::vector<GivenOption> values;
  for (const auto& flag : flags_) {
    if (flag.argument->count() == 0) continue;
    std::string text = flag.text;
    const std::string where = flag_name(flag.name);
    if (flag.is_switch) text = flag.switches_off ? "false" : "true";
    if (flag.is_list && text.rfind('[', 0) != 0) text = '[' + text + ']';
    values.push_back({flag.name, text, where});
  }
  return values;
}

bool OptionFlags::gives(std::string_view name) const {
  for (const auto& flag : flags_) {
    if (flag.name == name) return flag.argument->count() > 0;
  }
  return false;
}

}  // namespace adatom::pipeline
