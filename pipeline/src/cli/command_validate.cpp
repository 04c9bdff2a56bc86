// `adatom validate`: known particles through the whole chain.
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/option_flags.h"
#include "validate/validate_work.h"

namespace adatom::pipeline {
namespace {

class ValidateCommand final : public Command {
 public:
  explicit ValidateCommand(CLI::App& root)
      : Command(root, "validate", "Sends known particles through the whole chain.",
                "Particles whose atoms are known are imaged, by multislice with thermal motion or "
                "fast, with dose noise, drift and scan jitter; columns are found, fitted and "
                "counted, models made, and all is compared with the truth: validation.csv (a row "
                "for each case, temperature and dose), limits.csv (what has to be reached, what "
                "was measured), validation.json, figures, report.html, and cases/ with the tables "
                "of each. Interrupted or killed, the same command goes on; images that are there "
                "are taken again. Exit code 3 where a limit of the configuration is missed.",
                "  adatom validate configs/validate_small.yaml -o validation\n"
                "  adatom validate configs/validate.yaml -o validation --set "
                "limits.counts_exact=0.99") {
    app().add_option("CONFIG", config_, "configuration (YAML)")->required()->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    app()
        .add_option("--set", settings_,
                    wrapped("an option of the configuration (adatom schema --of validate lists "
                            "them), stronger than the file; may be repeated"))
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all();
    accept_threads();
  }
  [[nodiscard]] bool resumes() const override { return true; }

  ExitCode run(Console& console) override {
    const auto options = read_validate_options(config_, settings_);
    return finish(console,
                  run_validation(
                      options, folder_, [&](const std::string& line) { console.say(line); },
                      console.progress()));
  }

 private:
  std::string config_;
  std::string folder_;
  std::vector<std::string> settings_;
};

}  // namespace

void declare_validate(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<ValidateCommand>(root));
}

}  // namespace adatom::pipeline
