#pragma once
// Labels of atoms over time, frame by frame: an environment, a class, a domain.
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace adatom::dynamics {

/// What is not labelled: an atom that is not there, or masked.
inline constexpr std::uint8_t no_label = 255;

/// Frames in order, as often as they are asked for, so that they need not be in memory.
class LabelSource {
 public:
  virtual ~LabelSource() = default;
  [[nodiscard]] virtual std::size_t atoms() const = 0;
  [[nodiscard]] virtual std::size_t frames() const = 0;
  /// Fills one label for each atom; false behind the last frame.
  [[nodiscard]] virtual bool next(std::span<std::uint8_t> labels) = 0;
  /// Starts again with the first.
  virtual void rewind() = 0;
};

/// Labels in memory, frame after frame.
class LabelsInMemory final : public LabelSource {
 public:
  LabelsInMemory(std::size_t atoms, std::vector<std::uint8_t> labels)
      : atoms_(atoms), labels_(std::move(labels)) {}
  [[nodiscard]] std::size_t atoms() const override { return atoms_; }
  [[nodiscard]] std::size_t frames() const override {
    return atoms_ == 0 ? 0 : labels_.size() / atoms_;
  }
  [[nodiscard]] bool next(std::span<std::uint8_t> labels) override;
  void rewind() override { frame_ = 0; }

 private:
  std::size_t atoms_;
  std::vector<std::uint8_t> labels_;
  std::size_t frame_ = 0;
};

}  // namespace adatom::dynamics
