#pragma once
// Some options of a struct, so that they can stand elsewhere than the others.
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"
#include "config/potential_text.h"

namespace adatom::pipeline {

enum class Keep { those, others };

/// Hands on the options that are named (or all others) of those that it is shown.
class OptionSubset final : public OptionVisitor, public PotentialVisitor {
 public:
  using OptionVisitor::visit;
  OptionSubset(OptionVisitor& to, Keep keep, std::span<const std::string_view> names)
      : to_(to), keep_(keep), names_(names.begin(), names.end()) {}

  void visit(const Field& field, bool& value) override { hand_on(field, value); }
  void visit(const Field& field, std::int64_t& value) override { hand_on(field, value); }
  void visit(const Field& field, double& value) override { hand_on(field, value); }
  void visit(const Field& field, std::string& value) override { hand_on(field, value); }
  void visit(const Field& field, InputFile& value) override { hand_on(field, value); }
  void visit(const Field& field, std::optional<double>& value) override { hand_on(field, value); }
  void visit(const Field& field, std::optional<std::int64_t>& value) override {
    hand_on(field, value);
  }
  void visit(const Field& field, std::vector<double>& value) override { hand_on(field, value); }
  void visit(const Field& field, Choice& value) override { hand_on(field, value); }
  void visit_potential(const Field& field, std::string& value) override {
    if (keeps(field)) pipeline::visit_potential(to_, field, value);
  }
  void begin_group(std::string_view name, std::string_view help) override {
    to_.begin_group(name, help);
    ++depth_;
  }
  void end_group() override {
    to_.end_group();
    --depth_;
  }

 private:
  template <class Value>
  void hand_on(const Field& field, Value& value) {
    if (keeps(field)) to_.visit(field, value);
  }
  [[nodiscard]] bool keeps(const Field& field) const {
    const bool named = depth_ == 0 && names_.contains(field.name);
    return named == (keep_ == Keep::those);
  }
  OptionVisitor& to_;
  Keep keep_;
  std::set<std::string_view> names_;
  int depth_ = 0;  ///< of groups; names are those of the outermost
};

}  // namespace adatom::pipeline
