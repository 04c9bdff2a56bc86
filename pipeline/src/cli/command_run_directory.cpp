// Commands that look at a run and change nothing.
#include <fmt/core.h>

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
      : Command(root, "status", "Prints what a run directory holds.", "",
                "  adatom status runs/sample\n"
                "  adatom status configs/sample.yaml"),
        target_(app()) {}
  ExitCode run(Console& console) override {
    const RunDirectory directory = target_.existing_directory();
    if (is_locked(directory)) console.print("running now\n");
    for (const auto& stage : read_status(directory)) {
      std::string line = fmt::format("{}: {}", stage.stage, stage.complete ? "done" : "not done");
      if (stage.finished > 0) line += fmt::format(", {} items finished", stage.finished);
      if (stage.interrupted > 0) line += fmt::format(", {} interrupted", stage.interrupted);
      if (stage.warnings > 0) line += fmt::format(", {} warnings", stage.warnings);
      console.print(line + '\n');
      for (const auto& shortfall : stage.shortfalls) console.print("  " + shortfall + '\n');
    }
    return ExitCode::done;
  }

 private:
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
