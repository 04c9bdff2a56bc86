#pragma once
// What every command has: its place on the command line, and what it does.
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/progress_bar.h"
#include "cli/arguments.h"

namespace adatom::pipeline {

enum class ExitCode { done = 0, failure = 1, wrong_input = 2, below_quality = 3, interrupted = 4 };

/// Where a command writes: results, and messages beside the progress bar.
class Console {
 public:
  explicit Console(ProgressBar& bar) : bar_(bar) {}
  [[nodiscard]] Progress& progress() { return bar_; }
  /// To standard output, as it is. @throws SystemFailure if it does not take it
  void print(std::string_view text);
  /// A line to standard error.
  void say(std::string_view line) { bar_.say(line); }
  void warn(std::span<const std::string> warnings);

 private:
  ProgressBar& bar_;
};

class Command {
 public:
  virtual ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  [[nodiscard]] bool chosen() const { return arguments_.parsed(); }
  [[nodiscard]] std::size_t threads() const { return threads_; }
  virtual ExitCode run(Console& console) = 0;
  /// Does an interrupted one go on when it is called again?
  [[nodiscard]] virtual bool resumes() const { return false; }

 protected:
  /// `what` stands in the list of commands; `more` on the command's own help page.
  Command(CLI::App& parent, const std::string& name, std::string_view what, std::string_view more,
          std::string_view examples);
  [[nodiscard]] Arguments& app() { return arguments_; }
  void accept_threads();

 private:
  Arguments arguments_;
  std::size_t threads_ = 0;
};

/// Says what a calculation remarked; below_quality if it fell short of what was asked.
ExitCode finish(Console& console, const Remarks& remarks);

/// Every command, declared on `root` in the order of the help page.
[[nodiscard]] std::vector<std::unique_ptr<Command>> declare_commands(CLI::App& root);

// One function a file; each declares its command or group of commands.
using CommandList = std::vector<std::unique_ptr<Command>>;
void declare_run(CLI::App& root, CommandList& commands);
void declare_run_directory_commands(CLI::App& root, CommandList& commands);
void declare_info(CLI::App& root, CommandList& commands);
void declare_convert(CLI::App& root, CommandList& commands);
void declare_build(CLI::App& root, CommandList& commands);
void declare_simulate(CLI::App& root, CommandList& commands);
void declare_simulate_saed(CLI::App& simulate, CommandList& commands);
void declare_simulate_hrtem(CLI::App& simulate, CommandList& commands);
void declare_simulate_video(CLI::App& simulate, CommandList& commands);
void declare_simulate_scs_library(CLI::App& simulate, CommandList& commands);
void declare_simulate_stem(CLI::App& simulate, CommandList& commands);
void declare_preprocess(CLI::App& root, CommandList& commands);
void declare_fit_columns(CLI::App& root, CommandList& commands);
void declare_count_atoms(CLI::App& root, CommandList& commands);
void declare_reconstruct(CLI::App& root, CommandList& commands);
void declare_energy(CLI::App& root, CommandList& commands);
void declare_md(CLI::App& root, CommandList& commands);
void declare_lindemann(CLI::App& root, CommandList& commands);
void declare_clusters(CLI::App& root, CommandList& commands);
void declare_lens(CLI::App& root, CommandList& commands);
void declare_timesoap(CLI::App& root, CommandList& commands);
void declare_potential(CLI::App& root, CommandList& commands);
void declare_soap(CLI::App& root, CommandList& commands);
void declare_dictionary(CLI::App& root, CommandList& commands);
void declare_environments(CLI::App& root, CommandList& commands);
void declare_track(CLI::App& root, CommandList& commands);
void declare_track_conditions(CLI::App& root, CommandList& commands);
void declare_phase_map(CLI::App& root, CommandList& commands);
void declare_saed(CLI::App& root, CommandList& commands);
void declare_driving_force(CLI::App& root, CommandList& commands);
void declare_compare(CLI::App& root, CommandList& commands);
void declare_validate(CLI::App& root, CommandList& commands);
void declare_schema(CLI::App& root, CommandList& commands);

}  // namespace adatom::pipeline
