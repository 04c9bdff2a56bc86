// `adatom driving-force`: velocities against phase fractions and gas.
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/option_flags.h"
#include "driving_force/driving_force_work.h"

namespace adatom::pipeline {
namespace {

class DrivingForceCommand final : public Command {
 public:
  explicit DrivingForceCommand(CLI::App& root)
      : Command(
            root, "driving-force", "Predicts forces of a reaction, beside measured speeds.",
            "For every condition of the configuration (temperature, gas, share of copper from "
            "SAED, share of fast particles from tracking) the force that the oxidation of copper "
            "exerts is predicted and compared with the measured shares: driving_force.csv, "
            "comparison.csv (ranks, one common factor, which is the largest and how surely), "
            "sensitivity.csv (over activation energies), summary.json, figures and report.html. "
            "Conditions of one gas at several temperatures, and of several gases at one "
            "temperature, are series of their own. The model is qualitative: ranks and places of "
            "maxima are compared.",
            "  adatom driving-force configs/driving_force.yaml -o force\n"
            "  adatom driving-force study.yaml -o force --set "
            "rate.activation_energy_kj_per_mol=80") {
    app().add_option("CONFIG", config_, "configuration (YAML)")->required()->type_name("FILE");
    app().add_option("-o", folder_, "folder to write to")->required()->type_name("DIR");
    app()
        .add_option(
            "--set", settings_,
            wrapped("an option of the configuration (adatom schema --of driving-force lists "
                    "them), stronger than the file; may be repeated"))
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all();
    accept_threads();
  }

  ExitCode run(Console& console) override {
    const auto options = read_driving_force_options(config_, settings_);
    return finish(console, run_driving_force(options, folder_, console.progress()));
  }

 private:
  std::string config_;
  std::string folder_;
  std::vector<std::string> settings_;
};

}  // namespace

void declare_driving_force(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<DrivingForceCommand>(root));
}

}  // namespace adatom::pipeline
