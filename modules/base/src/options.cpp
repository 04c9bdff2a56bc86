#include "adatom/base/options.h"

#include <cmath>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom {

void RangeCheck::check(const Field& field, double value) {
  if (!std::isnan(value) && value >= field.min && value <= field.max) return;
  std::string name;
  for (const auto& group : groups_) name += group + '.';
  name += field.name;
  std::string message = shortest(value) + " is outside ";
  message += '[' + shortest(field.min) + ", " + shortest(field.max) + ']';
  if (!field.unit.empty()) message += ' ' + std::string(field.unit);
  issues_.push_back({std::move(name), std::move(message)});
}

void RangeCheck::visit(const Field& field, std::int64_t& value) {
  check(field, static_cast<double>(value));
}
void RangeCheck::visit(const Field& field, double& value) { check(field, value); }
void RangeCheck::visit(const Field& field, std::optional<double>& value) {
  if (value) check(field, *value);
}
void RangeCheck::visit(const Field& field, std::optional<std::int64_t>& value) {
  if (value) check(field, static_cast<double>(*value));
}
void RangeCheck::visit(const Field& field, std::vector<double>& value) {
  for (const double element : value) check(field, element);
}
void RangeCheck::begin_group(std::string_view name, std::string_view) {
  groups_.emplace_back(name);
}
void RangeCheck::end_group() { groups_.pop_back(); }

void require_valid(std::span<const OptionIssue> issues) {
  if (issues.empty()) return;
  std::vector<Complaint> complaints;
  for (const auto& issue : issues) {
    complaints.push_back({.what = issue.message, .where = issue.name, .why = {}, .remedy = {}});
  }
  throw InputError(std::move(complaints));
}

}  // namespace adatom
