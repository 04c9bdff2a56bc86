#include "run/link_files.h"

#include <system_error>

#include "adatom/base/error.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;

void duplicate_file(const fs::path& from, const fs::path& to) {
  create_folder(to.parent_path());
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (!error) return;
  throw InputError({.what = "cannot be copied",
                    .where = from.string(),
                    .why = error.message(),
                    .remedy = "check the disk and the permissions of " + to.string()});
}

void link_file(const fs::path& from, const fs::path& to) {
  create_folder(to.parent_path());
  std::error_code error;
  fs::create_hard_link(from, to, error);
  if (error) duplicate_file(from, to);
}

void link_files(const fs::path& from, const fs::path& to) {
  for (const std::string& name : list_files(from)) {
    const std::string file = fs::path(name).filename().string();
    if (!file.starts_with('.')) link_file(from / name, to / name);
  }
}

}  // namespace adatom::pipeline
