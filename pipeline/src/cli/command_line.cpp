#include "adatom/pipeline/command_line.h"

#include <csignal>
#include <exception>
#include <iostream>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/signals.h"
#include "adatom/pipeline/yaml_options.h"
#include "cli/command.h"
#include "cli/option_flags.h"

namespace adatom::pipeline {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done; 2 wrong input or configuration; 3 not converged or below the\n"
    "quality asked for (results are written); 4 interrupted; 1 anything else.\n"
    "`adatom COMMAND --help` shows the options of a command, with examples.";

ExitCode run_command(Command& command, Console& console) {
  const ThreadLimit limit(command.threads());
  return command.run(console);
}

// Turns whatever a command throws into a message and an exit code.
ExitCode run_guarded(Command& command, Console& console) {
  try {
    return run_command(command, console);
  } catch (const InputError& error) {
    for (const auto& complaint : error.complaints()) console.say("error: " + complaint.text());
    return ExitCode::wrong_input;
  } catch (const Interrupted&) {
    console.say(command.resumes() ? "interrupted; run the same command to go on"
                                  : "interrupted; nothing was kept, run it again to start over");
    return ExitCode::interrupted;
  } catch (const std::bad_alloc&) {
    console.say("error: not enough memory");
  } catch (const std::exception& error) {
    console.say(fmt::format("error: {}", error.what()));
  }
  return ExitCode::failure;
}

/// The complaint about a word that should be a command; empty if the user gave none.
std::string unknown_command(const CLI::App& root) {
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  std::vector<std::string> known;
  for (const CLI::App* command : app->get_subcommands(nullptr)) {
    known.push_back(command->get_name());
  }
  if (known.empty()) return {};
  const std::string parent = app == &root ? "adatom" : "adatom " + app->get_name();
  for (const std::string& word : app->remaining()) {
    if (word.starts_with('-')) continue;
    const std::string near = nearest_name(word, known);
    return fmt::format("error: {}: there is no command '{}'; {}\n", parent, word,
                       near.empty() ? fmt::format("`{} --help` lists them", parent)
                                    : fmt::format("did you mean '{}'?", near));
  }
  return {};
}

/// --help and --version end the parsing as well; they are no mistakes.
ExitCode finish_parsing(const CLI::App& root, const CLI::ParseError& error) {
  if (error.get_exit_code() != 0) {
    const std::string unknown = unknown_command(root);
    if (unknown.empty()) {
      root.exit(error);
    } else {
      std::cerr << unknown;
    }
    return ExitCode::wrong_input;
  }
  root.exit(error);
  if (std::cout.flush()) return ExitCode::done;
  std::cerr << "error: standard output: cannot be written\n";
  return ExitCode::failure;
}

}  // namespace

int run_command_line(int argument_count, const char* const* arguments) {
  CLI::App root("From ADF-STEM frames of metal nanoparticles to counted atom columns.", "adatom");
  root.get_formatter()->column_width(34);
  root.footer(exit_codes);
  root.set_version_flag("--version", [] {
    return fmt::format("adatom {} ({})", program_version(), program_commit());
  });
  root.require_subcommand(1);
  const auto commands = declare_commands(root);
  try {
    root.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(finish_parsing(root, error));
  }
  // A file past its size limit is a failed write with a message, not a sudden end.
  std::signal(SIGXFSZ, SIG_IGN);
  const StopSignals signals;
  ProgressBar bar(standard_error_style(), standard_error_output());
  Console console(bar);
  for (const auto& command : commands) {
    if (command->chosen()) return static_cast<int>(run_guarded(*command, console));
  }
  return static_cast<int>(ExitCode::wrong_input);
}

}  // namespace adatom::pipeline
