#include "io/file_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "adatom/base/system_failure.h"

namespace adatom::crystal {
namespace {

/// Fits the second-level cache; small files need no more than themselves.
std::size_t first_size(const std::filesystem::path& path) {
  constexpr std::uintmax_t most = 1 << 19;
  constexpr std::uintmax_t least = 1 << 12;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? most : static_cast<std::size_t>(std::clamp(size + 1, least, most));
}

}  // namespace

OpenFile::OpenFile(const std::filesystem::path& path, int flags)
    : name_(path.string()), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail("the file cannot be opened");
}

OpenFile::~OpenFile() { ::close(descriptor_); }

void OpenFile::fail(const char* what) const {
  throw_file_error({.what = what, .where = name_, .why = {}, .remedy = {}}, errno);
}

std::size_t OpenFile::read(char* bytes, std::size_t size, std::uint64_t offset) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(descriptor_, bytes + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("the file cannot be read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

FileLines::FileLines(const std::filesystem::path& path)
    : file_(path, O_RDONLY), buffer_(first_size(path)) {}

/// More of the file behind what is in the buffer; false at its end.
bool FileLines::refill() {
  const std::size_t first = is_kept_ ? kept_ : line_;
  const std::size_t wanted = buffer_.size() / 2;
  if (first > 0 && buffer_.size() - end_ < wanted) {
    std::memmove(buffer_.data(), buffer_.data() + first, end_ - first);
    buffer_offset_ += first;
    kept_ -= std::min(kept_, first);
    line_ -= first;
    at_ -= first;
    end_ -= first;
  }
  if (buffer_.size() - end_ < wanted) buffer_.resize(2 * buffer_.size());
  const std::size_t got =
      file_.read(buffer_.data() + end_, buffer_.size() - end_, buffer_offset_ + end_);
  end_ += got;
  return got > 0;
}

LineEnd FileLines::next(std::string_view& line) {
  line_ = at_;
  std::size_t searched = at_;
  while (true) {
    const void* found = std::memchr(buffer_.data() + searched, '\n', end_ - searched);
    if (found != nullptr) {
      const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      line = {buffer_.data() + line_, end - line_};
      at_ = end + 1;
      ++number_;
      return LineEnd::found;
    }
    const std::size_t length = end_ - line_;
    if (length > longest_line) {
      line = {buffer_.data() + line_, longest_line};
      ++number_;
      return LineEnd::far;
    }
    if (!refill()) break;
    searched = line_ + length;
  }
  if (line_ == end_) return LineEnd::file;
  line = {buffer_.data() + line_, end_ - line_};
  at_ = end_;
  ++number_;
  return LineEnd::missing;
}

void FileLines::back() {
  at_ = line_;
  --number_;
}

void FileLines::keep() {
  is_kept_ = true;
  kept_ = line_;
}

}  // namespace adatom::crystal
