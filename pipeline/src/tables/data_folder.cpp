#include "adatom/pipeline/data_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;

fs::path find_data_folder(const char* named, const fs::path& executable) {
  const std::string name = named == nullptr ? "" : named;
  fs::path folder =
      name.empty() ? executable.parent_path().parent_path() / "share" / "adatom" : fs::path(name);
  std::error_code error;
  if (fs::is_directory(folder, error)) return folder;
  throw InputError(Complaint{
      "the program's data are not there", folder.string(),
      name.empty() ? "they belong beside the program's folder" : "ADATOM_DATA names this folder",
      name.empty() ? "install them, or set the environment variable ADATOM_DATA to the folder data "
                     "of the program's sources"
                   : "name the folder data of the program's sources, or unset the variable"});
}

fs::path data_folder() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return find_data_folder(std::getenv("ADATOM_DATA"), executable);
}

}  // namespace adatom::pipeline
