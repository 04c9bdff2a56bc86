#pragma once
// Command-line flags made from the description of an options struct.
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/pipeline/schema.h"
#include "adatom/pipeline/yaml_options.h"
#include "cli/arguments.h"

namespace adatom::pipeline {

/// `pixel_size_angstrom` becomes `--pixel-size-angstrom NUMBER`, `detection.use_lattice` becomes
/// `--detection-use-lattice`, or `--no-detection-use-lattice` where it is on by default. The text
/// of a flag follows the same rules as a value in YAML.
class OptionFlags {
 public:
  OptionFlags() = default;
  OptionFlags(const OptionFlags&) = delete;
  OptionFlags& operator=(const OptionFlags&) = delete;

  /// Adds a flag for every option; `arguments` keeps pointers into this object.
  template <class Options>
  void declare(Arguments& arguments, const Options& defaults = Options()) {
    declare_groups(arguments, collect_schema(defaults));
  }

  /// What was given, for YamlOptions.
  [[nodiscard]] std::vector<GivenOption> given() const;

  /// Fills `options` with what was given. @throws InputError with all mistakes
  template <class Options>
  void fill(Options& options) const {
    const auto values = given();
    YamlOptions reader({}, {}, values);
    reader.fill(options);
    reader.finish(options.validate());
  }
  [[nodiscard]] bool gives(std::string_view name) const;

 private:
  void declare_groups(Arguments& arguments, const std::vector<SchemaGroup>& groups);
  struct Flag {
    std::string name;  ///< dotted
    std::string text;
    bool is_switch = false;     ///< takes no value
    bool switches_off = false;  ///< --no-name
    bool is_list = false;       ///< brackets around it may be left out
    Argument* argument = nullptr;
  };
  std::deque<Flag> flags_;  // addresses stay
};

/// `text` broken into lines of at most `width` letters; its own line breaks stay.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width = 62);

}  // namespace adatom::pipeline
