#include "cli/output_folder.h"

#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const fs::path& path, const std::error_code& error) {
  throw InputError(Complaint{"cannot be written", path.string(), error.message(),
                             "name another folder with -o"});
}

}  // namespace

OutputFolder::OutputFolder(const fs::path& folder)
    : folder_(folder), scratch_(folder / (".adatom-" + std::to_string(getpid()))) {
  std::error_code error;
  is_new_ = !fs::exists(folder_, error);
  fs::create_directories(scratch_, error);
  if (error) refuse(folder_, error);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
  if (is_new_) fs::remove(folder_, ignored);  // only if it is empty: nothing was committed
}

void OutputFolder::commit() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(scratch_)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const fs::path target = folder_ / file.lexically_relative(scratch_);
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::rename(file, target, error);
    if (error) refuse(target, error);
  }
}

}  // namespace adatom::pipeline
