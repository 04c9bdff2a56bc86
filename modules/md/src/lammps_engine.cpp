#include "adatom/md/lammps_engine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <limits>
#include <sstream>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"
#include "child_process.h"
#include "lammps_folder.h"
#include "lammps_follower.h"
#include "lammps_restart.h"

namespace adatom::md {
namespace {

using std::filesystem::path;
using Files = LammpsFiles;
using std::chrono::milliseconds;

void add_words(std::vector<std::string>& words, const std::string& text) {
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
}

std::vector<std::string> command_line(const LammpsJob& job, const LammpsProgram& program,
                                      const std::optional<RestartFile>& restart) {
  std::vector<std::string> words;
  add_words(words, program.prefix);
  words.push_back(program.binary);
  const char* const script = restart ? Files::resume_script : Files::script;
  for (const char* word : {"-in", script, "-log", "none"}) words.emplace_back(word);
  if (restart) {
    constexpr std::int64_t first_purpose = 1000;  // the scripts' own seeds are below
    const auto seed = lammps_seed(job.dynamics.seed, first_purpose + restart->step);
    for (const auto& word : std::array<std::string, 6>{"-var", "from", restart->name, "-var",
                                                       "seed", std::to_string(seed)}) {
      words.push_back(word);
    }
  }
  add_words(words, program.arguments);
  return words;
}

struct Outcome {
  Ending ending;
  std::string last_words;
  bool cancelled = false;
};

/// Lets the program run to its end, or to the user's wish.
Outcome watch(ChildProcess& child, LammpsFollower& follower, const path& folder,
              Progress& progress) {
  constexpr milliseconds look_every(100);
  constexpr milliseconds to_write_restart(10000);
  constexpr milliseconds to_end(3000);
  for (;;) {
    const auto ending = child.wait(look_every);
    follower.look();
    if (ending) return {.ending = *ending, .last_words = child.last_words(), .cancelled = false};
    if (!progress.cancelled()) continue;
    if (follower.in_dynamics()) {
      std::ofstream(folder / Files::stop).close();
      child.wait(to_write_restart);
    }
    const Ending last = child.end(to_end);
    return {.ending = last, .last_words = child.last_words(), .cancelled = true};
  }
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::string remedy_for(const std::string& error) {
  if (has(error, "Lost atoms") || has(error, "Non-numeric") || has(error, "out of range")) {
    return "atoms move too fast: minimise first, or take a shorter time step";
  }
  if (has(error, "nrecognized") || has(error, "nknown")) {
    return "use a LAMMPS that has it (lmp -h lists what there is)";
  }
  if (has(error, "annot open") || has(error, "Could not find")) {
    return "check the names of files in the potential";
  }
  return "the log says more; the script is beside it";
}

/// The last lines that say something, as one.
std::string tail(const std::string& text) {
  constexpr std::size_t most = 3;
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) lines.push_back(line);
  }
  std::string result;
  for (std::size_t i = lines.size() - std::min(most, lines.size()); i < lines.size(); ++i) {
    result += (result.empty() ? "" : " | ") + lines[i];
  }
  return result;
}

/// @param logged what this run, not an earlier one, added to the log
[[noreturn]] void throw_failure(const Outcome& outcome, const LammpsLog& logged,
                                const path& folder) {
  auto errors = parse_lammps_log(outcome.last_words).errors;
  if (errors.empty()) errors = logged.errors;
  if (!errors.empty()) {
    throw InputError({.what = "LAMMPS stopped",
                      .where = folder / Files::log,
                      .why = errors.back(),
                      .remedy = remedy_for(errors.back())});
  }
  const std::string said = tail(outcome.last_words);
  throw SystemFailure(
      {.what = "LAMMPS did not reach the end of its script",
       .where = folder,
       .why = outcome.ending.text() + (said.empty() ? ", nothing said" : "; it last said: " + said),
       .remedy = "check the program; the same command goes on from the last "
                 "restart file"});
}

LammpsLog read_log(const path& folder) {
  if (!std::filesystem::exists(folder / Files::log)) return {};
  return parse_lammps_log(read_text(folder / Files::log));
}

/// Where to go on from; writes the folder where that is the beginning.
std::optional<RestartFile> prepare(const LammpsJob& job, const path& folder) {
  const FolderContent content = compare_folder(job, folder);
  if (content == FolderContent::other_job) {
    throw InputError({.what = "the folder holds another run of LAMMPS",
                      .where = folder,
                      .why = "its script, atoms or potential differ",
                      .remedy = "take another folder, or remove this one"});
  }
  std::optional<RestartFile> restart;
  if (content == FolderContent::same_job) restart = newest_restart(folder);
  if (!restart && std::filesystem::exists(folder)) remove_results(folder);
  write_lammps_folder(job, folder);
  std::filesystem::remove(folder / Files::stop);
  if (restart) cut_dump(folder / Files::trajectory, restart->step);
  return restart;
}

}  // namespace

LammpsResult run_lammps(const LammpsJob& job, const LammpsProgram& program, const path& folder,
                        Progress& progress) {
  if (program.binary.empty()) {
    throw InputError({.what = "names no program",
                      .where = "the command of LAMMPS",
                      .why = {},
                      .remedy = "give lmp, or its path"});
  }
  stop_if_cancelled(progress);
  LammpsResult result;
  const auto finish = [&](LammpsLog log) {
    result.thermo = dynamics_thermo(log, job.dynamics.timestep_fs);
    result.log = std::move(log);
    return result;
  };
  if (compare_folder(job, folder) == FolderContent::same_job) {
    LammpsLog log = read_log(folder);
    if (log.end_step && *log.end_step >= job.steps) return finish(std::move(log));
  }
  const auto restart = prepare(job, folder);
  if (restart) result.resumed_from_step = restart->step;
  LammpsFollower follower(folder / Files::log, job, restart ? restart->step : 0, progress);
  ChildProcess child(command_line(job, program, restart), folder);
  const Outcome outcome = watch(child, follower, folder, progress);
  cut_dump(folder / Files::trajectory, std::numeric_limits<std::int64_t>::max());
  std::filesystem::remove(folder / Files::stop);
  LammpsLog log = read_log(folder);
  const bool ended = outcome.ending.well() && log.end_step;
  if (ended && *log.end_step >= job.steps) return finish(std::move(log));
  if (ended || outcome.cancelled) throw Interrupted();
  throw_failure(outcome, follower.log(), folder);
}

}  // namespace adatom::md
