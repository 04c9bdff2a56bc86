#include <array>

#include "adatom/pipeline/config.h"
#include "adatom/pipeline/schema.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "validate/validate_options.h"

namespace adatom::pipeline {
namespace {

enum class SchemaOf { run, validate };

}  // namespace
}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::SchemaOf> {
  static constexpr std::array names = {"run", "validate"};
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
    const auto groups =
        options.of == SchemaOf::validate ? collect_schema<ValidateOptions>() : config_schema();
    console.print(format_schema(groups, options.format));
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
