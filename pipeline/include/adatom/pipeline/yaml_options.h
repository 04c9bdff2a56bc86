#pragma once
// Options structs from YAML text and back, with every mistake reported at once.
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/options.h"

namespace adatom::pipeline {

/// A list of files (or of patterns with * and ?) is an option that only visitors of this kind see.
class FileListVisitor {
 public:
  virtual ~FileListVisitor() = default;
  virtual void visit_files(const Field& field, std::vector<InputFile>& files) = 0;
};

/// Groups of options under names of the user's own: visitors that read them say which there are.
class GroupNamesVisitor {
 public:
  virtual ~GroupNamesVisitor() = default;
  /// Of the groups within the group that is open, in their order.
  [[nodiscard]] virtual std::vector<std::string> group_names() const = 0;
};

template <class Options>
struct NamedOptions {
  std::string name;
  Options options;
};

/// A group of groups of one kind, each with a name of its own.
template <class Options>
void visit_named_groups(OptionVisitor& v, std::string_view name, std::string_view help,
                        std::vector<NamedOptions<Options>>& groups) {
  v.begin_group(name, help);
  if (const auto* reader = dynamic_cast<const GroupNamesVisitor*>(&v)) {
    groups.clear();
    for (const auto& each : reader->group_names()) groups.push_back({each, {}});
  }
  for (auto& each : groups) v.visit_group(each.name, "a name of your own", each.options);
  v.end_group();
}

/// An option's value from somewhere else than the document: the command line.
struct GivenOption {
  std::string name;   ///< dotted
  std::string text;   ///< a value as YAML writes it; a list is [a, b]
  std::string where;  ///< for messages: "--set columns.fit.tolerance"
};

/// "detection.use_lattice" as the command line spells it: "--detection-use-lattice".
[[nodiscard]] std::string flag_name(std::string_view option);

/// Splits "key.of.option=value". @throws InputError without a name or without =
[[nodiscard]] GivenOption parse_override(const std::string& text);

/// A YAML document that fills a struct of options.
///
///   YamlOptions yaml(text, "run.yaml", overrides);
///   yaml.fill(config);                 // what is wrong is kept
///   yaml.finish(config.validate());    // and thrown here, all of it
class YamlOptions {
 public:
  /// @param file names the text in messages; relative paths in it start at its folder. Empty: there
  ///        is no file, all options are overrides
  /// @param overrides stronger than the text; relative paths in them start at the current folder
  /// @param lister the command that lists the options, for messages
  /// @throws InputError if the text is not YAML
  YamlOptions(std::string_view text, const std::filesystem::path& file,
              std::span<const GivenOption> overrides = {},
              std::string_view lister = "adatom schema");
  ~YamlOptions();
  YamlOptions(const YamlOptions&) = delete;
  YamlOptions& operator=(const YamlOptions&) = delete;

  /// Keeps the value of an option that the document does not give, or gives wrongly.
  template <class Options>
  void fill(Options& options) {
    begin();
    options.describe(visitor());
    end();
  }

  /// Is the option (dotted name) given, in the text or by an override?
  [[nodiscard]] bool gives(std::string_view name) const;

  /// Is it given, but wrong? Then finish() throws.
  [[nodiscard]] bool refuses(std::string_view name) const;

  /// @throws InputError with all mistakes met so far, then `issues` at the lines of their options
  void finish(std::span<const OptionIssue> issues);

 private:
  void begin();
  OptionVisitor& visitor();
  void end();
  class Reader;
  std::unique_ptr<Reader> reader_;
};

/// The name that is nearest to `wrong`, or nothing when none is near (for "did you mean ...?").
[[nodiscard]] std::string nearest_name(std::string_view wrong, std::span<const std::string> names);

namespace detail {
/// Collects an options struct as YAML text.
class YamlText final : public OptionVisitor, public FileListVisitor {
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
  void visit_files(const Field& field, std::vector<InputFile>& files) override;
  void begin_group(std::string_view name, std::string_view help) override;
  void end_group() override;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void line(std::string_view name, std::string_view value);
  std::string indent_;
  std::string text_;
};
}  // namespace detail

/// Every option with its value as YAML; YamlOptions reads it back to the same values.
template <class Options>
[[nodiscard]] std::string write_yaml(Options options) {
  detail::YamlText text;
  options.describe(text);
  return text.text();
}

}  // namespace adatom::pipeline
