#include "adatom/pipeline/option_values.h"

#include "adatom/base/number_text.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {

void OptionCollector::add(const Field& field, std::string value) {
  if (field.effect == Effect::none) return;
  std::string name;
  for (const std::string& group : groups_) {
    if (!group.empty()) name += group + '.';
  }
  name += field.name;
  values_.push_back({std::move(name), std::move(value)});
}

void OptionCollector::visit(const Field& field, bool& value) {
  add(field, value ? "true" : "false");
}

void OptionCollector::visit(const Field& field, std::int64_t& value) {
  add(field, std::to_string(value));
}

void OptionCollector::visit(const Field& field, double& value) { add(field, shortest(value)); }

void OptionCollector::visit(const Field& field, std::string& value) { add(field, value); }

void OptionCollector::visit(const Field& field, InputFile& value) {
  // Hashing a file only to leave it out would make an unused option an error.
  if (field.effect == Effect::none) return;
  add(field, value.given() ? "sha256:" + sha256_of_file(value.path) : "none");
}

void OptionCollector::visit(const Field& field, std::optional<double>& value) {
  add(field, value ? shortest(*value) : "none");
}

void OptionCollector::visit(const Field& field, std::optional<std::int64_t>& value) {
  add(field, value ? std::to_string(*value) : "none");
}

void OptionCollector::visit(const Field& field, std::vector<double>& value) {
  std::string text = "[";
  for (const double number : value) {
    if (text.size() > 1) text += ", ";
    text += shortest(number);
  }
  add(field, text + "]");
}

void OptionCollector::visit(const Field& field, Choice& value) {
  add(field, value.names[value.index]);
}

void OptionCollector::begin_group(std::string_view name, std::string_view) {
  groups_.emplace_back(name);
}

void OptionCollector::end_group() { groups_.pop_back(); }

void leave_out(std::vector<OptionValue>& options, std::string_view name) {
  std::erase_if(options, [name](const OptionValue& option) {
    return option.name.starts_with(name) &&
           (option.name.size() == name.size() || option.name[name.size()] == '.');
  });
}

}  // namespace adatom::pipeline
