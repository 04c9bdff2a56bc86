#include "md/growing_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"

namespace adatom::pipeline {

GrowingFile::GrowingFile(std::filesystem::path path, std::int64_t bytes)
    : path_(std::move(path)), bytes_(bytes) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) fail(errno);
  struct stat facts = {};
  if (::fstat(file_, &facts) != 0) fail(errno);
  if (facts.st_size < bytes) {
    ::close(file_);
    throw InputError(
        {.what = "the file is shorter than the checkpoint beside it says",
         .where = path_.string(),
         .why = fmt::format("it has {} bytes of {}", std::to_string(facts.st_size), bytes),
         .remedy = "put the file back, or remove the folder to begin that run again"});
  }
  if (::ftruncate(file_, bytes) != 0) fail(errno);
}

GrowingFile::~GrowingFile() {
  if (file_ >= 0) ::close(file_);
}

void GrowingFile::fail(int error) const {
  throw_file_error({.what = "cannot be written",
                    .where = path_.string(),
                    .why = {},
                    .remedy = "free space on the disk, or name another folder with -o"},
                   error);
}

void GrowingFile::append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::pwrite(file_, text.data(), text.size(), bytes_);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    text.remove_prefix(static_cast<std::size_t>(put));
    bytes_ += put;
  }
}

void GrowingFile::sync() {
  if (::fsync(file_) != 0) fail(errno);
}

}  // namespace adatom::pipeline
