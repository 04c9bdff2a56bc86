#include "adatom/pipeline/schema.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {

std::string range_text(const Field& field) {
  // Bounds are round numbers: six digits say them.
  const auto text = [](double bound) { return fmt::format("{:g}", bound); };
  const bool low = std::isfinite(field.min);
  const bool high = std::isfinite(field.max);
  if (low && high) return text(field.min) + " to " + text(field.max);
  if (low) return ">= " + text(field.min);
  if (high) return "<= " + text(field.max);
  return {};
}

SchemaEntry& SchemaCollector::add(const Field& field, std::string type, std::string default_value) {
  SchemaGroup& group = groups_[open_.back()];
  SchemaEntry entry;
  entry.name = group.name.empty() ? std::string(field.name) : group.name + '.';
  if (!group.name.empty()) entry.name += field.name;
  entry.type = std::move(type);
  entry.default_value = std::move(default_value);
  entry.unit = field.unit;
  entry.range = range_text(field);
  entry.help = field.help;
  group.entries.push_back(std::move(entry));
  return group.entries.back();
}

void SchemaCollector::visit(const Field& field, bool& value) {
  add(field, "true/false", value ? "true" : "false");
}
void SchemaCollector::visit(const Field& field, std::int64_t& value) {
  add(field, "integer", std::to_string(value));
}
void SchemaCollector::visit(const Field& field, double& value) {
  add(field, "number", shortest(value));
}
void SchemaCollector::visit(const Field& field, std::string& value) {
  add(field, "text", value.empty() ? "\"\"" : value);
}
void SchemaCollector::visit(const Field& field, InputFile& value) {
  add(field, "file", value.given() ? value.path : "null");
}
void SchemaCollector::visit(const Field& field, std::optional<double>& value) {
  add(field, "number", value ? shortest(*value) : "null");
}
void SchemaCollector::visit(const Field& field, std::optional<std::int64_t>& value) {
  add(field, "integer", value ? std::to_string(*value) : "null");
}
void SchemaCollector::visit(const Field& field, std::vector<double>& value) {
  std::string list;
  for (const double element : value) list += (list.empty() ? "" : ", ") + shortest(element);
  add(field, "list of numbers", '[' + list + ']');
}
void SchemaCollector::visit(const Field& field, Choice& value) {
  auto& entry = add(field, "choice", value.names[value.index]);
  entry.choices.assign(value.names.begin(), value.names.end());
}
void SchemaCollector::visit_files(const Field& field, std::vector<InputFile>& files) {
  std::string list;
  for (const auto& file : files) list += (list.empty() ? "" : ", ") + file.path;
  add(field, "list of files", '[' + list + ']');
}

void SchemaCollector::begin_group(std::string_view name, std::string_view help) {
  const std::string& outer = groups_[open_.back()].name;
  const std::string path = outer.empty() ? std::string(name) : outer + '.' + std::string(name);
  open_.push_back(groups_.size());
  groups_.push_back({path, std::string(help), {}});
}
void SchemaCollector::end_group() { open_.pop_back(); }

}  // namespace adatom::pipeline
