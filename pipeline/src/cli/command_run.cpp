#include <algorithm>

#include <fmt/core.h>

#include "adatom/base/parallel.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/events.h"
#include "adatom/pipeline/run_directory.h"
#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/stages.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/run_target.h"
#include "md/replica.h"

namespace adatom::pipeline {
namespace {

/// Tells the user what the file of events records.
class ConsoleListener final : public EventListener {
 public:
  ConsoleListener(Console& console, EventFile& file) : console_(console), file_(file) {}
  void hear(const Event& event) override {
    file_.hear(event);
    switch (event.kind) {
      case EventKind::stage_started:
        console_.say(event.message);
        break;
      case EventKind::notice:
        console_.say(event.stage + ": " + event.message);
        break;
      case EventKind::stage_up_to_date:
        console_.say(event.stage + ": up to date");
        break;
      case EventKind::stage_finished:
        console_.say(
            fmt::format("{}: done in {}", event.stage, duration_text(event.seconds.value_or(0.0))));
        break;
      default:
        break;  // remarks are summed up in the end
    }
  }

 private:
  Console& console_;
  EventFile& file_;
};

void say_some(Console& console, const std::string& kind, const std::vector<std::string>& lines) {
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) {
    console.say(kind + ": " + lines[i]);
  }
  if (lines.size() > most) {
    console.say(
        fmt::format("{}: and {} more, in the stages' manifest.json", kind, lines.size() - most));
  }
}

std::vector<InputProvenance> inputs_of(const RunConfig& config) {
  std::vector<InputProvenance> inputs;
  for (const auto& path : list_input_files(config.input)) {
    inputs.push_back({"input.files", path.string()});
  }
  const auto add = [&inputs](const std::string& name, const InputFile& file) {
    if (file.given()) inputs.push_back({name, file.path});
  };
  add("preprocess.normalise.detector_map", config.preprocess.normalise.detector_map);
  add("columns.start", config.columns.start);
  if (config.counting.enabled && reads_library(config.counting)) {
    // One that is calculated comes from the options, not from a file.
    if (const auto file = config.counting.library_file()) {
      inputs.push_back({"counting.library", file->string()});
    }
  }
  if (config.md.enabled) {
    for (const auto& path : list_structure_files(config.md)) {
      inputs.push_back({"md.structures", path.string()});
    }
  }
  if (config.environments.enabled) add("environments.dictionary", config.environments.dictionary);
  return inputs;
}

/// Shared by `run` and `report`, which is a run of the last stage alone.
ExitCode run_config(const RunTarget& target, const RunRequest& request, Console& console) {
  const RunConfig config = target.read();
  const RunDirectory directory = target.directory(config);
  const RunLock lock(directory);
  const std::string config_text = storage::read_file(target.config_file());
  const std::string resolved = resolved_yaml(config);
  storage::write_file(directory.config(), resolved);
  EventFile events(directory.events());
  ConsoleListener listener(console, events);
  const auto stages = make_stages(config);
  write_provenance(directory, config_text, inputs_of(config), thread_count());
  const auto outcome = run_stages(directory, stages, request, listener, console.progress());
  say_some(console, "warning", outcome.warnings);
  say_some(console, "not as asked for", outcome.shortfalls);
  say_some(console, "differs from what was stored", outcome.differences);
  console.say("results in " + directory.path().string());
  return static_cast<ExitCode>(outcome.exit_code());
}

class RunCommand final : public Command {
 public:
  explicit RunCommand(CLI::App& root)
      : Command(root, "run", "Runs the stages of a configuration whose results are not there yet.",
                "Stopped at any moment, the same command goes on.",
                "  adatom run configs/sample.yaml\n"
                "  adatom run my.yaml --set columns.fit.background=plane --threads 4\n"
                "  adatom run my.yaml --only report --force report"),
        target_(app()) {
    app().add_option("--from", from_, "the first stage that may compute")->type_name("STAGE");
    app().add_option("--to", to_, "the last stage that may compute")->type_name("STAGE");
    app().add_option("--only", only_, "the only stage that may compute")->type_name("STAGE");
    app()
        .add_option("--force", force_,
                    wrapped("compute this stage again and compare with what is stored; may be "
                            "repeated; exit code 1 when they differ"))
        ->type_name("STAGE")
        ->expected(1)
        ->take_all();
    accept_threads();
  }
  [[nodiscard]] bool resumes() const override { return true; }
  ExitCode run(Console& console) override {
    RunRequest request;
    const auto set = [](std::optional<std::string>& stage, const std::string& text) {
      if (!text.empty()) stage = text;
    };
    set(request.from, from_);
    set(request.to, to_);
    set(request.only, only_);
    request.force = force_;
    return run_config(target_, request, console);
  }

 private:
  RunTarget target_;
  std::string from_;
  std::string to_;
  std::string only_;
  std::vector<std::string> force_;
};

class ReportCommand final : public Command {
 public:
  explicit ReportCommand(CLI::App& root)
      : Command(root, "report", "Makes report.html of a run whose other stages are up to date.", "",
                "  adatom report runs/sample\n"
                "  adatom report configs/sample.yaml --set report.max_frames=5"),
        target_(app()) {
    accept_threads();
  }
  [[nodiscard]] bool resumes() const override { return true; }
  ExitCode run(Console& console) override {
    RunRequest request;
    request.only = "report";
    return run_config(target_, request, console);
  }

 private:
  RunTarget target_;
};

}  // namespace

void declare_run(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<RunCommand>(root));
  commands.push_back(std::make_unique<ReportCommand>(root));
}

}  // namespace adatom::pipeline
