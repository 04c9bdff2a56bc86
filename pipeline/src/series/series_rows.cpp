#include "series/series_rows.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace {

/// Reads pieces of a file. Not mapped into memory: all of it would count as this program's.
class ValueFile {
 public:
  explicit ValueFile(const std::filesystem::path& path)
      : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) fail(errno);
  }
  ~ValueFile() { ::close(file_); }
  ValueFile(const ValueFile&) = delete;
  ValueFile& operator=(const ValueFile&) = delete;

  void read(std::size_t first, std::span<double> values) const {
    auto bytes = std::as_writable_bytes(values);
    auto at = static_cast<off_t>(first * sizeof(double));
    while (!bytes.empty()) {
      const ssize_t got = ::pread(file_, bytes.data(), bytes.size(), at);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail(got < 0 ? errno : EIO);
      bytes = bytes.subspan(static_cast<std::size_t>(got));
      at += got;
    }
  }

 private:
  [[noreturn]] void fail(int error) const {
    throw_file_error({.what = "cannot be read", .where = path_.string(), .why = {}, .remedy = {}},
                     error);
  }
  std::filesystem::path path_;
  int file_;
};

}  // namespace

void each_rows(const std::filesystem::path& values, std::size_t atoms, std::size_t intervals,
               Progress& progress, const TakeRows& take) {
  progress.begin("writing", atoms);
  if (atoms == 0 || intervals == 0) return;
  const ValueFile file(values);
  constexpr std::size_t most_values = std::size_t{1} << 21;  // 16 MiB
  const std::size_t at_once = std::clamp<std::size_t>(most_values / intervals, 1, atoms);
  std::vector<double> rows(at_once * intervals);
  std::vector<double> column(at_once);
  for (std::size_t first = 0; first < atoms; first += at_once) {
    stop_if_cancelled(progress);
    const std::size_t count = std::min(at_once, atoms - first);
    for (std::size_t t = 0; t < intervals; ++t) {
      file.read(t * atoms + first, std::span(column).first(count));
      for (std::size_t k = 0; k < count; ++k) rows[k * intervals + t] = column[k];
    }
    take(first, count, std::span(rows).first(count * intervals));
    progress.advance(count);
  }
}

}  // namespace adatom::pipeline
