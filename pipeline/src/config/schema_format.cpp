#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/pipeline/schema.h"

namespace adatom::pipeline {
namespace {

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::string allowed(const SchemaEntry& entry) {
  std::string text;
  for (const auto& choice : entry.choices) text += (text.empty() ? "" : ", ") + choice;
  return text.empty() ? entry.range : text;
}

/// "0.5 angstrom, 0 to 10".
std::string facts(const SchemaEntry& entry) {
  std::string text = entry.type;
  if (!entry.unit.empty()) text += ", " + entry.unit;
  if (const auto values = allowed(entry); !values.empty()) text += ", " + values;
  return text;
}

std::string as_text(const std::vector<SchemaGroup>& groups) {
  std::string page;
  for (const auto& group : groups) {
    if (!group.name.empty()) page += fmt::format("\n{}: {}\n", group.name, group.help);
    for (const auto& entry : group.entries) {
      page += fmt::format("  {} = {}  ({})\n      {}\n", entry.name, entry.default_value,
                          facts(entry), entry.help);
    }
  }
  return page;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, 1, '\\');
  }
  return text;
}

std::string as_markdown(const std::vector<SchemaGroup>& groups) {
  std::string page;
  for (const auto& group : groups) {
    if (group.entries.empty()) continue;
    if (!group.name.empty())
      page += fmt::format("\n**`{}`**: {}\n\n", group.name, cell(group.help));
    page += "| option | default | unit | allowed | what it is |\n|---|---|---|---|---|\n";
    for (const auto& entry : group.entries) {
      page += fmt::format(
          "| `{}` | `{}` | {} | {} | {} |\n", last_part(entry.name), entry.default_value,
          cell(entry.unit),
          cell(entry.choices.empty() && entry.range.empty() ? entry.type : allowed(entry)),
          cell(entry.help));
    }
  }
  return page;
}

std::string as_json(const std::vector<SchemaGroup>& groups) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& group : groups) {
    for (const auto& entry : group.entries) {
      nlohmann::ordered_json item;
      item["name"] = entry.name;
      item["type"] = entry.type;
      item["default"] = entry.default_value;
      item["unit"] = entry.unit;
      item["range"] = entry.range;
      item["choices"] = entry.choices;
      item["help"] = entry.help;
      list.push_back(std::move(item));
    }
  }
  return list.dump(2) + '\n';
}

/// Is leaving it out something else than giving the default?
bool stays_out(const SchemaEntry& entry) {
  return entry.depends || entry.default_value == "null" || entry.default_value == "\"\"";
}

std::string as_yaml(const std::vector<SchemaGroup>& groups) {
  std::string page =
      "# Every option with its default. `#name: value` is one that is not given: remove the # to "
      "give it.\n";
  for (const auto& group : groups) {
    const auto depth = static_cast<std::size_t>(
        std::count(group.name.begin(), group.name.end(), '.') + (group.name.empty() ? 0 : 1));
    const std::string indent(2 * depth, ' ');
    if (depth > 0) {
      page +=
          fmt::format("\n{0}# {1}\n{0}{2}:\n", indent.substr(2), group.help, last_part(group.name));
    }
    for (const auto& entry : group.entries) {
      page += fmt::format("{0}# {1} ({2})\n{0}{3}{4}: {5}\n", indent, entry.help, facts(entry),
                          stays_out(entry) ? "#" : "", last_part(entry.name), entry.default_value);
    }
  }
  return page;
}

}  // namespace

std::string format_schema(const std::vector<SchemaGroup>& groups, SchemaFormat format) {
  switch (format) {
    case SchemaFormat::markdown:
      return as_markdown(groups);
    case SchemaFormat::json:
      return as_json(groups);
    case SchemaFormat::yaml:
      return as_yaml(groups);
    case SchemaFormat::text:
      break;
  }
  return as_text(groups);
}

}  // namespace adatom::pipeline
