#include "io/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::image {

FileBytes::FileBytes(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  const auto refuse = [this](const std::string& what, const std::string& why,
                             const std::string& remedy) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw InputError(Complaint{what, path_.string(), why, remedy});
  };
  if (descriptor_ < 0) {
    refuse("cannot be opened", std::generic_category().message(errno),
           "check the path and its permissions");
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    refuse("cannot be read", std::generic_category().message(errno), "");
  }
  if (S_ISDIR(status.st_mode)) refuse("is a folder, an image file is needed", "", "");
  if (!S_ISREG(status.st_mode)) refuse("is no ordinary file", "", "copy it to a file first");
  size_ = static_cast<std::uint64_t>(status.st_size);
}

FileBytes::~FileBytes() { ::close(descriptor_); }

std::size_t FileBytes::read_some(std::uint64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  while (done < out.size() && offset + done < size_) {
    const ssize_t count = ::pread(descriptor_, out.data() + done, out.size() - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw InputError(
          Complaint{"cannot be read", path_.string(), std::generic_category().message(errno), ""});
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

void FileBytes::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (read_some(offset, out) != out.size()) {
    throw InputError(Complaint{"the file ends too early", path_.string(),
                               std::to_string(offset + out.size()) + " bytes are needed, " +
                                   std::to_string(size_) + " were there when it was opened",
                               "copy the file again"});
  }
}

}  // namespace adatom::image
