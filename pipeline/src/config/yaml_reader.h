#pragma once
// The visitor behind YamlOptions.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "adatom/pipeline/yaml_options.h"
#include "config/potential_text.h"

namespace adatom::pipeline {

class YamlOptions::Reader final : public OptionVisitor,
                                  public FileListVisitor,
                                  public PotentialVisitor,
                                  public GroupNamesVisitor {
 public:
  Reader(std::string_view text, const std::filesystem::path& file,
         std::span<const GivenOption> overrides, std::string_view lister);

  using OptionVisitor::visit;
  void visit(const Field& field, bool& value) override { read_scalar(field, value); }
  void visit(const Field& field, std::int64_t& value) override { read_scalar(field, value); }
  void visit(const Field& field, double& value) override { read_scalar(field, value); }
  void visit(const Field& field, std::string& value) override;
  void visit(const Field& field, InputFile& value) override;
  void visit(const Field& field, std::optional<double>& value) override;
  void visit(const Field& field, std::optional<std::int64_t>& value) override;
  void visit(const Field& field, std::vector<double>& value) override;
  void visit(const Field& field, Choice& value) override { read_scalar(field, value); }
  void visit_files(const Field& field, std::vector<InputFile>& files) override;
  void visit_potential(const Field& field, std::string& value) override;
  void begin_group(std::string_view name, std::string_view help) override;
  void end_group() override;
  [[nodiscard]] std::vector<std::string> group_names() const override;

  void begin_document();
  void end_document();
  [[nodiscard]] bool gives(const std::string& name) const { return given_.count(name) > 0; }
  [[nodiscard]] bool refuses(const std::string& name) const { return wrong_.count(name) > 0; }
  void finish(std::span<const OptionIssue> issues);

 private:
  struct Place {
    int line = 0;  ///< from 1; 0: not in the text
    int column = 0;
    std::string label;  ///< of an override
  };
  /// A value and where it stands.
  struct Given {
    YAML::Node node;
    Place place;
    bool from_document = true;
  };
  struct Entry {
    YAML::Node value;
    Place place;
    std::string key;
  };
  struct Level {
    std::string prefix;  ///< "columns.fit."
    std::vector<Entry> entries;
    std::vector<std::string> known;
  };
  struct Mistake {
    Place place;
    Complaint complaint;
  };

  template <class T>
  void read_scalar(const Field& field, T& value);
  template <class T>
  void read_optional(const Field& field, std::optional<T>& value);
  /// The option's value, if it is given; it then counts as known.
  std::optional<Given> find(const Field& field);
  /// The text of a scalar that stands for something else than text; complains otherwise.
  std::optional<std::string> plain_text(const Field& field, const Given& given);
  void open_level(const std::string& prefix, const YAML::Node& map);
  void close_level();
  [[nodiscard]] std::string dotted(std::string_view name) const;
  void complain(const Place& place, const std::string& name, std::string why,
                std::string remedy = {});
  std::optional<InputFile> existing_file(const Field& field, const YAML::Node& node,
                                         const Given& given);
  /// A path as the option's text has it, if there is such a file; complains otherwise.
  std::optional<std::filesystem::path> existing_path(const Field& field, const std::string& text,
                                                     const Place& place, bool from_document);
  [[nodiscard]] Complaint complaint_at(const Place& place, const std::string& name, std::string why,
                                       std::string remedy) const;
  [[nodiscard]] std::string text_of(const Place& place) const;
  static Place place_of(const YAML::Node& node);

  std::filesystem::path file_;  ///< empty: all options come from the command line
  std::filesystem::path folder_;
  std::string lister_;
  YAML::Node root_;
  std::map<std::string, GivenOption> overrides_;
  std::set<std::string> used_overrides_;
  std::vector<Level> levels_;
  std::vector<std::string> all_options_;
  std::vector<std::string> all_groups_;
  std::map<std::string, Place> given_;
  std::set<std::string> wrong_;
  std::vector<Mistake> mistakes_;
};

}  // namespace adatom::pipeline
