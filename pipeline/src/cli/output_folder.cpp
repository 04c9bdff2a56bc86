#include "cli/output_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view hidden = ".adatom-";

[[noreturn]] void refuse(const fs::path& path, const std::error_code& error) {
  throw_file_error(
      Complaint{"cannot be written", path.string(), error.message(), "name another folder with -o"},
      error.value());
}

/// ".adatom-" and the number of a process, and perhaps "-" and letters.
bool is_scratch_name(std::string_view name) {
  if (!name.starts_with(hidden)) return false;
  name.remove_prefix(hidden.size());
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits > 0 && (digits == name.size() || name[digits] == '-');
}

int open_folder(const fs::path& folder) {
  return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/// The lock ends with the process that holds it; the number in the name may be another's by now.
void remove_scratch_of_the_dead(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_scratch_name(entry->path().filename().string())) found.push_back(entry->path());
  }
  for (const fs::path& scratch : found) {
    const int descriptor = open_folder(scratch);
    if (descriptor < 0) continue;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) fs::remove_all(scratch, error);
    ::close(descriptor);
  }
}

bool is_one_of(const fs::path& file, const std::vector<fs::path>& files) {
  return std::any_of(files.begin(), files.end(), [&file](const fs::path& other) {
    std::error_code error;
    return fs::equivalent(file, other, error);
  });
}

}  // namespace

OutputFolder::OutputFolder(const fs::path& folder) : folder_(folder) {
  std::error_code error;
  is_new_ = !fs::exists(folder_, error);
  fs::create_directories(folder_, error);
  if (error) refuse(folder_, error);
  remove_scratch_of_the_dead(folder_);
  make_scratch();
}

void OutputFolder::make_scratch() {
  // Another program may take the new folder for a dead one's before it is locked.
  for (int attempt = 0; attempt < 10; ++attempt) {
    std::string name =
        (folder_ / (std::string(hidden) + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) break;
    lock_ = open_folder(name);
    if (lock_ < 0) continue;
    // A file system without locks refuses them with another error: nobody can take it for dead.
    const bool taken = ::flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    std::error_code error;
    if (!taken && fs::exists(name, error)) {
      scratch_ = name;
      return;
    }
    ::close(lock_);
  }
  const std::error_code error(errno, std::generic_category());
  std::error_code ignored;
  if (is_new_) fs::remove(folder_, ignored);
  refuse(folder_, error);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
  ::close(lock_);
  if (is_new_) fs::remove(folder_, ignored);  // only if it is empty: nothing was committed
}

void OutputFolder::commit(const std::vector<fs::path>& earlier,
                          const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(scratch_)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(scratch_));
  }
  std::sort(files.begin(), files.end());
  for (const auto& name : earlier) {
    const fs::path old = folder_ / name;
    std::error_code error;
    if (std::binary_search(files.begin(), files.end(), name)) continue;
    if (!fs::is_regular_file(fs::symlink_status(old, error)) || is_one_of(old, inputs)) continue;
    fs::remove(old, error);
    if (error) refuse(old, error);
    if (name.has_parent_path()) fs::remove(old.parent_path(), error);  // only if it is empty
  }
  for (const auto& file : files) {
    const fs::path target = folder_ / file;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::rename(scratch_ / file, target, error);
    if (error) refuse(target, error);
  }
}

}  // namespace adatom::pipeline
