#pragma once
// Resolved options as text: what enters the key of a stored result, and what `plan` compares.
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::pipeline {

/// "fit.background" and "plane". A file's value is "sha256:" and the hash of its content.
struct OptionValue {
  std::string name;
  std::string value;
  bool operator==(const OptionValue&) const = default;
};

/// Collects every visited option that can change the result (Effect::result), in order.
class OptionCollector final : public OptionVisitor {
 public:
  using OptionVisitor::visit;
  void visit(const Field& field, bool& value) override;
  void visit(const Field& field, std::int64_t& value) override;
  void visit(const Field& field, double& value) override;
  void visit(const Field& field, std::string& value) override;
  void visit(const Field& field, InputFile& value) override;
  void visit(const Field& field, std::optional<double>& value) override;
  void visit(const Field& field, std::optional<std::int64_t>& value) override;
  void visit(const Field& field, std::vector<double>& value) override;
  void visit(const Field& field, Choice& value) override;
  void begin_group(std::string_view name, std::string_view help) override;
  void end_group() override;
  [[nodiscard]] const std::vector<OptionValue>& values() const { return values_; }

 private:
  void add(const Field& field, std::string value);
  std::vector<std::string> groups_;
  std::vector<OptionValue> values_;
};

/// The options of one struct, their names preceded by `group` and a dot.
/// @throws InputError if a named file cannot be read
template <class Options>
[[nodiscard]] std::vector<OptionValue> option_values(std::string_view group, Options options) {
  OptionCollector collector;
  collector.visit_group(group, {}, options);
  return collector.values();
}

/// Removes the option of that name, or all of that group: what cannot change the result beside the
/// others' values.
void leave_out(std::vector<OptionValue>& options, std::string_view name);

}  // namespace adatom::pipeline
