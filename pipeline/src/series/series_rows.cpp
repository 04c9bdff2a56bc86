#include "series/series_rows.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace {

/// A file's bytes as memory; the system keeps of them what it has room for.
class MappedValues {
 public:
  MappedValues(const std::filesystem::path& path, std::size_t count)
      : bytes_(count * sizeof(double)) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    int failed = errno;
    if (file >= 0) {
      memory_ = ::mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file, 0);
      failed = errno;
      ::close(file);
    }
    if (file < 0 || memory_ == MAP_FAILED) {
      throw_file_error({.what = "cannot be read", .where = path.string(), .why = {}, .remedy = {}},
                       failed);
    }
  }
  ~MappedValues() { ::munmap(memory_, bytes_); }
  MappedValues(const MappedValues&) = delete;
  MappedValues& operator=(const MappedValues&) = delete;
  [[nodiscard]] const double* data() const { return static_cast<const double*>(memory_); }

 private:
  std::size_t bytes_;
  void* memory_ = nullptr;
};

}  // namespace

void each_rows(const std::filesystem::path& values, std::size_t atoms, std::size_t intervals,
               Progress& progress, const TakeRows& take) {
  progress.begin("writing", atoms);
  if (atoms == 0 || intervals == 0) return;
  const MappedValues mapped(values, atoms * intervals);
  constexpr std::size_t most_values = std::size_t{1} << 22;  // 32 MiB
  const std::size_t at_once = std::clamp<std::size_t>(most_values / intervals, 1, atoms);
  std::vector<double> rows(at_once * intervals);
  for (std::size_t first = 0; first < atoms; first += at_once) {
    stop_if_cancelled(progress);
    const std::size_t count = std::min(at_once, atoms - first);
    for (std::size_t t = 0; t < intervals; ++t) {
      const double* const from = mapped.data() + t * atoms + first;
      for (std::size_t k = 0; k < count; ++k) rows[k * intervals + t] = from[k];
    }
    take(first, count, std::span(rows).first(count * intervals));
    progress.advance(count);
  }
}

}  // namespace adatom::pipeline
