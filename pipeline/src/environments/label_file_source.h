#pragma once
// Labels on the disk as a source of labels.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "adatom/dynamics/label_source.h"
#include "environments/label_file.h"

namespace adatom::pipeline {

class LabelFileSource final : public dynamics::LabelSource {
 public:
  /// @param of_environment what each environment counts as
  /// @param frames that the file has
  LabelFileSource(const std::filesystem::path& path, std::span<const std::uint8_t> of_environment,
                  std::size_t frames);
  [[nodiscard]] std::size_t atoms() const override { return reader_.head().atoms; }
  [[nodiscard]] std::size_t frames() const override { return frames_; }
  [[nodiscard]] bool next(std::span<std::uint8_t> labels) override;
  void rewind() override { go_to(0); }
  void go_to(std::size_t frame);
  /// Distances of the frame that `next` gave last, in steps (label_file.h).
  [[nodiscard]] std::span<const std::uint16_t> distances() const { return frame_labels_.distances; }

 private:
  LabelFileReader reader_;
  std::vector<std::uint8_t> of_environment_;
  std::size_t frames_;
  std::size_t frame_ = 0;
  LabelledFrame frame_labels_;
};

}  // namespace adatom::pipeline
