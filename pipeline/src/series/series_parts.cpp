#include "series/series_parts.h"

#include <sstream>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

std::int64_t bytes_of(std::size_t intervals, std::size_t atoms) {
  return static_cast<std::int64_t>(intervals * atoms * sizeof(double));
}

}  // namespace

SeriesParts::SeriesParts(const std::filesystem::path& folder, const std::string& key,
                         std::size_t atoms)
    : folder_(folder), key_(key), atoms_(atoms), lock_(folder) {
  read_state();
  std::error_code error;
  const auto size = std::filesystem::file_size(values_path(), error);
  if (error || size < static_cast<std::uintmax_t>(bytes_of(intervals_, atoms_))) intervals_ = 0;
  file_ = std::make_unique<GrowingFile>(values_path(), bytes_of(intervals_, atoms_));
}

void SeriesParts::read_state() {
  std::error_code error;
  if (!std::filesystem::exists(folder_ / "state", error)) return;
  std::istringstream state(storage::read_file(folder_ / "state"));
  std::string key;
  std::string last;
  std::size_t intervals = 0;
  if (!(state >> key >> intervals >> last) || key != key_) return;
  intervals_ = intervals;
  last_frame_ = last;
}

void SeriesParts::begin_anew() {
  intervals_ = 0;
  file_ = std::make_unique<GrowingFile>(values_path(), 0);
}

void SeriesParts::append(std::span<const double> values) {
  const auto bytes = std::as_bytes(values);
  file_->append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  ++intervals_;
}

void SeriesParts::checkpoint(const std::string& last_frame) {
  file_->sync();
  last_frame_ = last_frame;
  storage::write_file(folder_ / "state",
                      key_ + ' ' + std::to_string(intervals_) + ' ' + last_frame_ + '\n');
}

}  // namespace adatom::pipeline
