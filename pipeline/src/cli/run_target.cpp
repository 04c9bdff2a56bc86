#include "cli/run_target.h"

#include <system_error>

#include "adatom/base/error.h"
#include "cli/option_flags.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;

RunTarget::RunTarget(Arguments& arguments) {
  arguments
      .add_option("CONFIG", run_,
                  wrapped("configuration (YAML), or a run directory, which holds its own"))
      ->type_name("");
  arguments
      .add_option("--run-dir", directory_,
                  "folder of the run [default runs/NAME in the current folder]")
      ->type_name("DIR");
  arguments
      .add_option("--set", settings_,
                  wrapped("an option of the configuration, stronger than the file, as in --set "
                          "columns.fit.background=plane; may be repeated"))
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

bool RunTarget::names_directory() const {
  std::error_code ignored;
  return fs::is_directory(run_, ignored);
}

fs::path RunTarget::config_file() const {
  if (!run_.empty()) return names_directory() ? RunDirectory(run_).config() : fs::path(run_);
  if (!directory_.empty()) return RunDirectory(directory_).config();
  throw InputError(Complaint{
      "no run is named", "CONFIG", {}, "give a configuration, a run directory or --run-dir"});
}

RunConfig RunTarget::read() const { return read_config(config_file(), settings_); }

RunDirectory RunTarget::directory(const RunConfig& config) const {
  if (!directory_.empty()) return RunDirectory(directory_);
  if (names_directory()) return RunDirectory(run_);
  if (config.name.empty()) {
    throw InputError(Complaint{
        "the run has no name", config_file().string(),
        "it is called as this file without `name:`, and that does not make a folder's name (no "
        "blanks, no dot in front, at most 100 letters)",
        "set `name:` in it, or give --run-dir"});
  }
  return RunDirectory(fs::path("runs") / config.name);
}

RunDirectory RunTarget::existing_directory() const {
  RunDirectory found = !directory_.empty() ? RunDirectory(directory_)
                       : names_directory() ? RunDirectory(run_)
                                           : directory(read());
  if (!found.exists()) {
    throw InputError(Complaint{"there is no run",
                               found.path().string(),
                               {},
                               "`adatom run CONFIG` makes one; --run-dir names its folder"});
  }
  return found;
}

}  // namespace adatom::pipeline
