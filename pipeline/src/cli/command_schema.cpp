#include <array>

#include "adatom/pipeline/config.h"
#include "adatom/pipeline/schema.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "driving_force/driving_force_options.h"
#include "validate/validate_options.h"

namespace adatom::pipeline {
namespace {

enum class SchemaOf { run, validate, driving_force };

}  // namespace
}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::SchemaOf> {
  static constexpr std::array names = {"run", "validate", "driving-force"};
};
}  // namespace adatom

namespace adatom::pipeline {
namespace {

struct SchemaOptions {
  SchemaOf of = SchemaOf::run;
  SchemaFormat format = SchemaFormat::text;
  void describe(OptionVisitor& v) {
    v.visit({.name = "of", .help = "the command that the configuration is for"}, of);
    v.visit({.name = "format", .help = "yaml is a configuration of all defaults, to copy and edit"},
            format);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const { return {}; }
};

std::vector<SchemaGroup> groups_of(SchemaOf command) {
  switch (command) {
    case SchemaOf::validate:
      return collect_schema<ValidateOptions>();
    case SchemaOf::driving_force:
      return collect_schema<DrivingForceOptions>();
    case SchemaOf::run:
      break;
  }
  return config_schema();
}

class SchemaCommand final : public Command {
 public:
  explicit SchemaCommand(CLI::App& root)
      : Command(root, "schema",
                "Prints every option of a configuration with its default, unit and range.", "",
                "  adatom schema\n"
                "  adatom schema --of validate\n"
                "  adatom schema --format yaml > my_run.yaml") {
    flags_.declare<SchemaOptions>(app());
  }
  ExitCode run(Console& console) override {
    SchemaOptions options;
    flags_.fill(options);
    console.print(format_schema(groups_of(options.of), options.format));
    return ExitCode::done;
  }

 private:
  OptionFlags flags_;
};

}  // namespace

void declare_schema(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<SchemaCommand>(root));
}

}  // namespace adatom::pipeline
