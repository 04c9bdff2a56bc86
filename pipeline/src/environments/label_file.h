#pragma once
// The labels of a trajectory's atoms on the disk, frame after frame, while it is labelled.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "adatom/pipeline/option_values.h"
#include "md/growing_file.h"

namespace adatom::pipeline {

/// Distances are kept in steps of 2^-15: far finer than what tells environments apart, exact in
/// single precision.
inline constexpr double label_distance_step = 1.0 / 32768.0;
[[nodiscard]] std::uint16_t distance_steps(double distance);

/// One entry for each atom; dynamics::no_label and 0 for those that are of another element.
struct LabelledFrame {
  std::uint64_t digest = 0;  ///< of what was labelled: the same atoms in the same places have one
  std::vector<std::uint8_t> environments;
  std::vector<std::uint16_t> distances;
};

/// What the labels are of.
struct LabelFileHead {
  std::vector<OptionValue> identity;  ///< all that decides a frame's labels, but the frame
  std::size_t atoms = 0;
};

/// A line with its kind, a line of JSON, then records of equal length, each with a check sum: what
/// a killed program left unfinished is not taken.
class LabelFile {
 public:
  /// Goes on with a file of the same head; any other is begun anew.
  /// @throws InputError: cannot be written
  LabelFile(const std::filesystem::path& path, const LabelFileHead& head);

  [[nodiscard]] std::size_t frames() const { return frames_; }
  /// "dictionary is sha256:12 there and sha256:34 here": why labels that were there are not taken;
  /// empty: they are, or there were none.
  [[nodiscard]] const std::string& anew_because() const { return anew_because_; }
  /// Digest of one of the frames.
  [[nodiscard]] std::uint64_t digest(std::size_t frame) const;
  /// Only the first `frames` stay.
  void cut(std::size_t frames);
  void append(const LabelledFrame& frame);
  /// Waits until all of it is on the disk.
  void sync() { file_->sync(); }

 private:
  std::filesystem::path path_;
  std::size_t atoms_;
  std::size_t head_bytes_ = 0;
  std::size_t frames_ = 0;
  std::string anew_because_;
  std::unique_ptr<GrowingFile> file_;
};

/// Reads such a file from its beginning.
class LabelFileReader {
 public:
  /// @throws InputError: missing, no such file
  explicit LabelFileReader(const std::filesystem::path& path);
  [[nodiscard]] const LabelFileHead& head() const { return head_; }
  [[nodiscard]] std::size_t head_bytes() const { return head_bytes_; }
  /// False behind the last whole record.
  [[nodiscard]] bool next(LabelledFrame& frame);
  void go_to(std::size_t frame);

 private:
  std::filesystem::path path_;
  LabelFileHead head_;
  std::size_t head_bytes_ = 0;
  std::ifstream file_;
  std::string record_;
};

}  // namespace adatom::pipeline
