#include "soap/soap_parts.h"

#include <sstream>
#include <system_error>
#include <utility>

#include "adatom/storage/files.h"

namespace adatom::pipeline {

SoapParts::SoapParts(std::filesystem::path folder, std::string key, std::size_t values_per_frame)
    : folder_(std::move(folder)),
      key_(std::move(key)),
      values_per_frame_(values_per_frame),
      lock_(folder_) {
  read_state();
  std::error_code error;
  const auto size = std::filesystem::file_size(values_path(), error);
  if (error || size < static_cast<std::uintmax_t>(bytes_of(frames_))) frames_ = 0;
  kept_ = frames_;
  cut(frames_);
}

SoapParts::~SoapParts() {
  if (!finished_ && kept_ > 0) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::int64_t SoapParts::bytes_of(std::size_t frames) const {
  return static_cast<std::int64_t>(header_bytes + frames * values_per_frame_ * sizeof(double));
}

void SoapParts::read_state() {
  std::error_code error;
  if (!std::filesystem::exists(folder_ / "state", error)) return;
  std::istringstream state(storage::read_file(folder_ / "state"));
  std::string key;
  std::string last;
  std::size_t frames = 0;
  if (!(state >> key >> frames >> last) || key != key_) return;
  frames_ = frames;
  last_frame_ = last;
}

void SoapParts::cut(std::size_t frames) {
  frames_ = frames;
  file_.reset();
  if (frames == 0) {
    file_ = std::make_unique<GrowingFile>(values_path(), 0);
    file_->append(std::string(header_bytes, ' '));
  } else {
    file_ = std::make_unique<GrowingFile>(values_path(), bytes_of(frames));
  }
}

void SoapParts::append(std::span<const double> values) {
  const auto bytes = std::as_bytes(values);
  file_->append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool SoapParts::wants_checkpoint() const {
  return std::chrono::steady_clock::now() - saved_ > std::chrono::seconds(3);
}

void SoapParts::checkpoint(const std::string& last_frame) {
  file_->sync();
  kept_ = frames_;
  last_frame_ = last_frame;
  storage::write_file(folder_ / "state",
                      key_ + ' ' + std::to_string(frames_) + ' ' + last_frame_ + '\n');
  saved_ = std::chrono::steady_clock::now();
}

}  // namespace adatom::pipeline
