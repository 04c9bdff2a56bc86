#pragma once
// The spectra of a trajectory on the disk while they are made: an interrupted one goes on.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "md/folder_lock.h"
#include "md/growing_file.h"

namespace adatom::pipeline {

/// `folder`/values holds room for a header, then the values (float64) of frame after frame;
/// `folder`/state says what they are and how many frames are whole. The folder goes with the
/// object where no frame was finished, or when all is where it belongs.
class SoapParts {
 public:
  /// Bytes before the first value: as long as the header of an NPY file of any such shape.
  static constexpr std::size_t header_bytes = 128;

  /// @param key of everything that decides the values, but the frames behind the first
  /// @throws InputError: another program is at work there
  SoapParts(std::filesystem::path folder, std::string key, std::size_t values_per_frame);
  ~SoapParts();
  SoapParts(const SoapParts&) = delete;
  SoapParts& operator=(const SoapParts&) = delete;

  /// Whole frames that are there, and what identifies the last one of the last checkpoint.
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] const std::string& last_frame() const { return last_frame_; }
  /// Only the first `frames` stay.
  void cut(std::size_t frames);

  /// Values of the frame being made.
  void append(std::span<const double> values);
  /// The frame is whole.
  void end_frame() { ++frames_; }
  /// Is it time for a checkpoint?
  [[nodiscard]] bool wants_checkpoint() const;
  /// @param last_frame of the frames that are whole
  void checkpoint(const std::string& last_frame);

  [[nodiscard]] std::filesystem::path values_path() const { return folder_ / "values"; }
  void sync() { file_->sync(); }
  /// The values have been taken elsewhere.
  void finish() { finished_ = true; }

 private:
  void read_state();
  [[nodiscard]] std::int64_t bytes_of(std::size_t frames) const;
  std::filesystem::path folder_;
  std::string key_;
  std::size_t values_per_frame_;
  FolderLock lock_;
  std::size_t frames_ = 0;
  std::size_t kept_ = 0;  ///< frames of the last checkpoint
  std::string last_frame_ = {};
  bool finished_ = false;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
  std::unique_ptr<GrowingFile> file_;
};

}  // namespace adatom::pipeline
