#include "run/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace {

struct Header {
  std::uint64_t mark;
  std::uint64_t part;
  std::uint64_t count;
  std::uint64_t sum;  ///< of what is before and of the values
};

constexpr std::uint64_t mark = 0x3174726170616461;  // "adapart1"

/// FNV-1a over words: only what a broken-off write leaves has to be told from a whole part.
std::uint64_t check_sum(std::uint64_t part, std::span<const double> values) {
  constexpr std::uint64_t prime = 1099511628211U;
  std::uint64_t sum = 14695981039346656037U;
  const auto add = [&sum](std::uint64_t word) { sum = (sum ^ word) * prime; };
  add(part);
  add(values.size());
  for (const double value : values) {
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof(word));
    add(word);
  }
  return sum;
}

bool read_at(int file, void* to, std::size_t bytes, std::int64_t offset) {
  auto* place = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = ::pread(file, place, bytes, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    place += got;
    offset += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

PartFile::PartFile(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) return;
  open(O_RDWR);
  index();
}

PartFile::~PartFile() {
  if (file_ >= 0) ::close(file_);
}

void PartFile::fail(int error) const {
  throw_file_error({.what = "cannot be written",
                    .where = path_.string(),
                    .why = {},
                    .remedy = "name another folder with -o"},
                   error);
}

void PartFile::open(int flags) {
  file_ = ::open(path_.c_str(), flags | O_CLOEXEC, 0666);
  if (file_ < 0) fail(errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    // What belongs to the other is neither written nor removed.
    ::close(file_);
    file_ = -1;
    throw InputError({.what = "another program is at work here",
                      .where = path_.parent_path().string(),
                      .why = {},
                      .remedy = "wait until it has ended, or name another folder with -o"});
  }
}

void PartFile::index() {
  struct stat facts = {};
  if (::fstat(file_, &facts) != 0) fail(errno);
  std::vector<double> values;
  for (;;) {
    Header header{};
    if (!read_at(file_, &header, sizeof(header), end_) || header.mark != mark) break;
    const std::int64_t first = end_ + static_cast<std::int64_t>(sizeof(header));
    const auto room = static_cast<std::uint64_t>(facts.st_size - first) / sizeof(double);
    if (header.count > room) break;
    values.resize(header.count);
    if (!read_at(file_, values.data(), values.size() * sizeof(double), first)) break;
    if (check_sum(header.part, values) != header.sum) break;
    places_[header.part] = {first, values.size()};
    end_ = first + static_cast<std::int64_t>(values.size() * sizeof(double));
  }
  found_ = places_.size();
}

bool PartFile::load(std::size_t part, std::span<double> values) {
  const std::scoped_lock lock(mutex_);
  const auto place = places_.find(part);
  if (place == places_.end() || place->second.count != values.size()) return false;
  return read_at(file_, values.data(), values.size_bytes(), place->second.offset);
}

void PartFile::save(std::size_t part, std::span<const double> values) {
  const std::scoped_lock lock(mutex_);
  if (file_ < 0) {
    std::error_code error;
    std::filesystem::create_directories(path_.parent_path(), error);
    if (error) fail(error.value());
    open(O_RDWR | O_CREAT);
  }
  const Header header{mark, part, values.size(), check_sum(part, values)};
  const auto* header_bytes = reinterpret_cast<const char*>(&header);
  const auto* value_bytes = reinterpret_cast<const char*>(values.data());
  std::vector<char> bytes(header_bytes, header_bytes + sizeof(header));
  bytes.insert(bytes.end(), value_bytes, value_bytes + values.size_bytes());
  // Over whatever an unfinished write left behind the last whole part.
  std::int64_t at = end_;
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t put = ::pwrite(file_, bytes.data() + done, bytes.size() - done, at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    done += static_cast<std::size_t>(put);
    at += put;
  }
  places_[part] = {end_ + static_cast<std::int64_t>(sizeof(header)), values.size()};
  end_ = at;
}

void PartFile::remove() {
  std::error_code ignored;
  if (file_ >= 0) std::filesystem::remove(path_, ignored);
}

}  // namespace adatom::pipeline
