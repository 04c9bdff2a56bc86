#pragma once
// Every option with its default, unit and range: what `adatom schema` prints and the README holds.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {

/// One option as its reader needs to see it.
struct SchemaEntry {
  std::string name;           ///< dotted
  std::string type;           ///< "number", "integer", "true/false", "text", "file", ...
  std::string default_value;  ///< as YAML
  std::string unit;
  std::string range;                 ///< "0 to 1", ">= 0", empty: any
  std::vector<std::string> choices;  ///< of an option that is one of some names
  std::string help;
  bool depends = false;  ///< not given, its value follows from other options
};

/// A group of options in the order of description; groups come before their options.
struct SchemaGroup {
  std::string name;  ///< dotted; empty at the top
  std::string help;
  std::vector<SchemaEntry> entries;
};

/// "0 to 1", ">= 0", "<= 5", or nothing.
[[nodiscard]] std::string range_text(const Field& field);

/// Collects a description; of groups under names of the user's own one, NAME.
class SchemaCollector final : public OptionVisitor,
                              public FileListVisitor,
                              public GroupNamesVisitor {
 public:
  SchemaCollector() : groups_(1), open_{0} {}
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
  void visit_files(const Field& field, std::vector<InputFile>& files) override;
  void begin_group(std::string_view name, std::string_view help) override;
  void end_group() override;
  [[nodiscard]] std::vector<std::string> group_names() const override { return {"NAME"}; }
  [[nodiscard]] const std::vector<SchemaGroup>& groups() const { return groups_; }

 private:
  SchemaEntry& add(const Field& field, std::string type, std::string default_value);
  std::vector<SchemaGroup> groups_;
  std::vector<std::size_t> open_;
};

template <class Options>
[[nodiscard]] std::vector<SchemaGroup> collect_schema(Options options = Options()) {
  SchemaCollector collector;
  options.describe(collector);
  return collector.groups();
}

enum class SchemaFormat { text, markdown, json, yaml };

/// The schema as a page; yaml is a configuration of all defaults with comments, to copy and edit.
/// Options that are not given by default, or depend on others, stand there as comments.
[[nodiscard]] std::string format_schema(const std::vector<SchemaGroup>& groups,
                                        SchemaFormat format);

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::SchemaFormat> {
  static constexpr std::array names = {"text", "markdown", "json", "yaml"};
};
}  // namespace adatom
