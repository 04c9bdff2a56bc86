#include "lammps_folder.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "adatom/base/system_failure.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/md/lammps_engine.h"
#include "adatom/md/lammps_script.h"

namespace adatom::md {
namespace {

using std::filesystem::path;

void write_text(const path& file_path, const std::string& text) {
  errno = 0;
  std::ofstream file(file_path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    throw_file_error({.what = "cannot be written", .where = file_path, .why = {}, .remedy = {}},
                     errno);
  }
}

std::string data_text(const LammpsJob& job) {
  crystal::Structure structure = job.structure;
  structure.ids.clear();  // groups and dumps go by the order of the atoms
  structure.columns.clear();
  if (job.velocities == LammpsVelocities::create) structure.velocities_angstrom_per_ps.clear();
  return crystal::format_lammps_data(structure, {.elements = lammps_elements(job)});
}

std::string content(const LammpsFile& file) {
  return file.source.empty() ? file.text : read_text(file.source);
}

/// Without the lines that say how long the run is.
std::string without_steps(const std::string& script) {
  std::istringstream lines(script);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool length = line.starts_with("variable steps ") || line.starts_with('#');
    if (!length) text += line + '\n';
  }
  return text;
}

/// Of a file that may not be there.
std::string text_or_nothing(const path& file_path) {
  return std::filesystem::exists(file_path) ? read_text(file_path) : std::string();
}

}  // namespace

std::string read_text(const path& file_path) {
  errno = 0;
  std::ifstream file(file_path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || !text) {
    throw_file_error({.what = "cannot be read", .where = file_path, .why = {}, .remedy = {}},
                     errno);
  }
  return text.str();
}

void write_lammps_folder(const LammpsJob& job, const path& folder) {
  const std::string script = format_lammps_script(job);
  const std::string resume_script = format_lammps_resume_script(job);
  std::filesystem::create_directories(folder);
  write_text(folder / LammpsFiles::data, data_text(job));
  for (const auto& file : job.potential.files) write_text(folder / file.name, content(file));
  write_text(folder / LammpsFiles::resume_script, resume_script);
  write_text(folder / LammpsFiles::script, script);
}

FolderContent compare_folder(const LammpsJob& job, const path& folder) {
  if (!std::filesystem::exists(folder / LammpsFiles::script)) return FolderContent::nothing;
  bool same = without_steps(read_text(folder / LammpsFiles::script)) ==
                  without_steps(format_lammps_script(job)) &&
              text_or_nothing(folder / LammpsFiles::data) == data_text(job);
  for (const auto& file : job.potential.files) {
    same = same && text_or_nothing(folder / file.name) == content(file);
  }
  return same ? FolderContent::same_job : FolderContent::other_job;
}

void remove_results(const path& folder) {
  using Files = LammpsFiles;
  for (const char* name :
       {Files::log, Files::minimised, Files::trajectory, Files::final_state, Files::restart_start,
        Files::restart_a, Files::restart_b, Files::restart_end, Files::stop}) {
    std::filesystem::remove(folder / name);
  }
}

}  // namespace adatom::md
