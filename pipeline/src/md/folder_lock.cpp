#include "md/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"
#include "run/file_system.h"

namespace adatom::pipeline {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  create_folder(folder);
  descriptor_ = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  const bool opened = descriptor_ >= 0;
  if (opened && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const int failed = errno;
  if (opened) ::close(descriptor_);
  if (opened && failed == EWOULDBLOCK) {
    throw InputError({.what = "another program is at work here",
                      .where = folder.string(),
                      .why = {},
                      .remedy = "wait until it has ended, or name another folder with -o"});
  }
  throw_file_error({.what = "cannot be written",
                    .where = folder.string(),
                    .why = {},
                    .remedy = "name another folder with -o"},
                   failed);
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace adatom::pipeline
