#include "adatom/pipeline/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view record_name = "record.json";

std::optional<std::string> read_if_there(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  return storage::read_file(path);
}

}  // namespace

fs::path StageFolder::partial(std::string_view key) const {
  return path_ / (".partial-" + std::string(key));
}

std::optional<Manifest> StageFolder::read_manifest() const {
  const std::optional<std::string> text = read_if_there(manifest());
  if (!text) return {};
  return parse_manifest(*text);
}

bool RunDirectory::exists() const {
  std::error_code error;
  return fs::is_directory(path_, error);
}

StageFolder RunDirectory::stage(std::string_view name) const { return StageFolder(path_ / name); }

std::vector<std::string> RunDirectory::stages() const {
  std::vector<std::string> names;
  for (const std::string& name : list_entries(path_)) {
    std::error_code error;
    if (fs::exists(path_ / name / "manifest.json", error) ||
        fs::is_directory(path_ / name / "items", error) ||
        fs::is_directory(path_ / name / "result", error)) {
      names.push_back(name);
    }
  }
  return names;
}

RunLock::RunLock(const RunDirectory& directory) {
  create_folder(directory.path());
  const fs::path file = directory.path() / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw_file_error({.what = "cannot write in the run directory",
                      .where = directory.path().string(),
                      .why = {},
                      .remedy = "check its permissions or choose another with --run-dir"},
                     errno);
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int failed = errno;
    ::close(descriptor_);
    if (failed == EWOULDBLOCK) {
      throw InputError({.what = "another run is using this run directory",
                        .where = directory.path().string(),
                        .why = "its lock is held",
                        .remedy = "wait for it to end, or choose another directory with "
                                  "--run-dir"});
    }
    throw InputError({.what = "cannot lock the run directory",
                      .where = directory.path().string(),
                      .why = std::strerror(failed),
                      .remedy = "put the run directory on a file system that knows flock"});
  }
}

RunLock::~RunLock() { ::close(descriptor_); }

bool is_locked(const RunDirectory& directory) {
  const fs::path file = directory.path() / ".lock";
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return locked;
}

std::vector<std::string> find_damage(const fs::path& folder, const Record& record) {
  std::vector<std::string> problems;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return {"the folder is missing"};
  std::vector<std::string> present = list_files(folder);
  std::erase(present, record_name);
  for (const StoredFile& file : record.outputs) {
    if (std::erase(present, file.name) == 0) {
      problems.push_back(file.name + ": missing");
      continue;
    }
    const std::uintmax_t size = fs::file_size(folder / file.name, error);
    if (error || size != file.size) {
      problems.push_back(file.name + ": " + std::to_string(error ? 0 : size) + " bytes, " +
                         std::to_string(file.size) + " were recorded");
    } else if (sha256_of_file(folder / file.name) != file.sha256) {
      problems.push_back(file.name + ": its content changed");
    }
  }
  for (const std::string& name : present) problems.push_back(name + ": not recorded");
  return problems;
}

std::optional<Record> read_record(const fs::path& folder) {
  const std::optional<std::string> text = read_if_there(folder / record_name);
  if (!text) return {};
  return parse_record(*text);
}

}  // namespace adatom::pipeline
