// Commands that look at a run and change nothing.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>

#include "adatom/base/error.h"
#include "adatom/pipeline/plan.h"
#include "adatom/pipeline/stages.h"
#include "cli/command.h"
#include "cli/run_target.h"

namespace adatom::pipeline {
namespace {

class PlanCommand final : public Command {
 public:
  explicit PlanCommand(CLI::App& root)
      : Command(root, "plan", "Prints which stages would run, and why. Changes nothing.", "",
                "  adatom plan configs/sample.yaml\n"
                "  adatom plan my.yaml --set columns.fit.background=plane"),
        target_(app()) {}
  ExitCode run(Console& console) override {
    const RunConfig config = target_.read();
    const auto stages = make_stages(config);
    for (const auto& plan : plan_run(target_.directory(config), stages)) {
      console.print(plan.text() + '\n');
    }
    return ExitCode::done;
  }

 private:
  RunTarget target_;
};

class StatusCommand final : public Command {
 public:
  explicit StatusCommand(CLI::App& root)
      : Command(root, "status", "Prints what a run directory holds.",
                "A stage is outdated when the configuration or its inputs ask for other results "
                "than those that are there.",
                "  adatom status runs/sample\n"
                "  adatom status configs/sample.yaml"),
        target_(app()) {}
  ExitCode run(Console& console) override {
    const RunDirectory directory = target_.existing_directory();
    if (is_locked(directory)) console.print("running now\n");
    const auto stages = read_status(directory);
    const auto plans = compare(directory, console);
    for (const auto& stage : stages) {
      std::string line = stage.stage + ": " + state_of(stage, plans);
      if (stage.finished > 0) line += fmt::format(", {} items finished", stage.finished);
      if (stage.interrupted > 0) line += fmt::format(", {} interrupted", stage.interrupted);
      if (stage.warnings > 0) line += fmt::format(", {} warnings", stage.warnings);
      console.print(line + '\n');
      for (const auto& shortfall : stage.shortfalls) console.print("  " + shortfall + '\n');
    }
    return ExitCode::done;
  }

 private:
  using Plans = std::optional<std::vector<StagePlan>>;

  /// What the configuration asks for beside what is there; nothing if it cannot be had any more.
  Plans compare(const RunDirectory& directory, Console& console) const {
    // A wrong configuration on the command line is an error; that of the directory may be old.
    std::optional<RunConfig> config;
    if (target_.config_file() != directory.config()) config = target_.read();
    try {
      if (!config) config = target_.read();
      return plan_run(directory, make_stages(*config));
    } catch (const InputError& error) {
      console.say("not compared with its configuration: " + std::string(error.what()));
      return {};
    }
  }

  static std::string state_of(const StageStatus& stage, const Plans& plans) {
    if (plans) {
      const auto plan = std::ranges::find(*plans, stage.stage, &StagePlan::stage);
      if (plan == plans->end()) return "not part of this configuration";
      if (stage.complete && !plan->up_to_date()) {
        return fmt::format("outdated ({})", fmt::join(plan->reasons, "; "));
      }
    }
    return stage.complete ? "done" : "not done";
  }

  RunTarget target_;
};

class VerifyCommand final : public Command {
 public:
  explicit VerifyCommand(CLI::App& root)
      : Command(root, "verify",
                "Hashes every file of a run again and names those that are not as recorded.",
                "Exit code 1 if there are any; the next run computes them again.",
                "  adatom verify runs/sample\n"
                "  adatom verify --run-dir runs/sample"),
        target_(app()) {
    accept_threads();
  }
  ExitCode run(Console& console) override {
    const auto damages = verify_run(target_.existing_directory(), console.progress());
    for (const auto& damage : damages) {
      console.print(damage.file + ": " + damage.problem + '\n');
    }
    if (damages.empty()) console.print("all files are as recorded\n");
    return damages.empty() ? ExitCode::done : ExitCode::failure;
  }

 private:
  RunTarget target_;
};

}  // namespace

void declare_run_directory_commands(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<PlanCommand>(root));
  commands.push_back(std::make_unique<StatusCommand>(root));
  commands.push_back(std::make_unique<VerifyCommand>(root));
}

}  // namespace adatom::pipeline
