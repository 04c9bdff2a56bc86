#include "environments/label_file_source.h"

namespace adatom::pipeline {

LabelFileSource::LabelFileSource(const std::filesystem::path& path,
                                 std::span<const std::uint8_t> of_environment, std::size_t frames)
    : reader_(path),
      of_environment_(of_environment.begin(), of_environment.end()),
      frames_(frames) {}

bool LabelFileSource::next(std::span<std::uint8_t> labels) {
  if (frame_ >= frames_ || !reader_.next(frame_labels_)) return false;
  ++frame_;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::uint8_t environment = frame_labels_.environments[i];
    labels[i] =
        environment < of_environment_.size() ? of_environment_[environment] : dynamics::no_label;
  }
  return true;
}

void LabelFileSource::go_to(std::size_t frame) {
  frame_ = frame;
  reader_.go_to(frame);
}

}  // namespace adatom::pipeline
