#include "cli/command.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "adatom/base/system_failure.h"
#include "cli/option_flags.h"

namespace adatom::pipeline {

void Console::print(std::string_view text) {
  bar_.finish();
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!whole || std::fflush(stdout) != 0) {
    throw SystemFailure(Complaint{"cannot be written", "standard output",
                                  std::generic_category().message(errno),
                                  "free space on the disk or send it elsewhere"});
  }
}

void Console::warn(std::span<const std::string> warnings) {
  for (const auto& warning : warnings) say("warning: " + warning);
}

Command::Command(CLI::App& parent, const std::string& name, std::string_view what,
                 std::string_view more, std::string_view examples)
    : arguments_(add_command(parent, name, wrapped(what, 64))) {
  const std::string details = more.empty() ? "" : wrapped(more, 96) + "\n\n";
  arguments_.footer(details + "Examples:\n" + std::string(examples));
}

void Command::accept_threads() {
  arguments_.add_count("--threads", threads_, 1, 4096,
                       "threads to use [default: all of the machine]");
}

ExitCode finish(Console& console, const Remarks& remarks) {
  console.warn(remarks.warnings);
  for (const auto& shortfall : remarks.shortfalls) console.say("not as asked for: " + shortfall);
  return remarks.shortfalls.empty() ? ExitCode::done : ExitCode::below_quality;
}

CommandList declare_commands(CLI::App& root) {
  CommandList commands;
  declare_run(root, commands);
  declare_run_directory_commands(root, commands);
  declare_info(root, commands);
  declare_convert(root, commands);
  declare_build(root, commands);
  declare_simulate(root, commands);
  declare_preprocess(root, commands);
  declare_fit_columns(root, commands);
  declare_count_atoms(root, commands);
  declare_reconstruct(root, commands);
  declare_energy(root, commands);
  declare_md(root, commands);
  declare_lens(root, commands);
  declare_timesoap(root, commands);
  declare_potential(root, commands);
  declare_soap(root, commands);
  declare_dictionary(root, commands);
  declare_environments(root, commands);
  declare_lindemann(root, commands);
  declare_clusters(root, commands);
  declare_track(root, commands);
  declare_track_conditions(root, commands);
  declare_phase_map(root, commands);
  declare_saed(root, commands);
  declare_driving_force(root, commands);
  declare_compare(root, commands);
  declare_validate(root, commands);
  declare_schema(root, commands);
  return commands;
}

}  // namespace adatom::pipeline
