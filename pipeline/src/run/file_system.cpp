#include "file_system.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string_view what, const fs::path& path, int error) {
  throw_file_error({.what = std::string(what),
                    .where = path.string(),
                    .why = {},
                    .remedy = "check free space and permissions, then run again: what is finished "
                              "stays"},
                   error);
}

void check(const std::error_code& error, std::string_view what, const fs::path& path) {
  if (error) refuse(what, path, error.value());
}

}  // namespace

void create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  check(error, "cannot create the folder", folder);
}

void remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  check(error, "cannot remove", path);
}

void move_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  check(error, "cannot rename to", to);
  sync(to.parent_path());
}

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) refuse("cannot open", path, errno);
  const int failed = ::fsync(descriptor) != 0 ? errno : 0;
  ::close(descriptor);
  // Some network file systems know no fsync of folders.
  if (failed != 0 && failed != EINVAL) refuse("cannot write", path, failed);
}

std::vector<std::string> list_files(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_directory()) {
      names.push_back(entry->path().lexically_relative(folder).generic_string());
    }
  }
  check(error, "cannot list the folder", folder);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> list_entries(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  check(error, "cannot list the folder", folder);
  std::ranges::sort(names);
  return names;
}

}  // namespace adatom::pipeline
