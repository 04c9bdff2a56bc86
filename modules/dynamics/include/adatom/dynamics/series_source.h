#pragma once
// Signals of atoms over time, atom by atom: LENS, TimeSOAP.
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace adatom::dynamics {

/// Can be read from several threads at once; all signals are equally long.
class SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  [[nodiscard]] virtual std::size_t atoms() const = 0;
  [[nodiscard]] virtual std::size_t length() const = 0;
  /// @param series length() values
  virtual void read(std::size_t atom, std::span<double> series) const = 0;
};

/// In memory, atoms x length.
class SeriesInMemory final : public SeriesSource {
 public:
  SeriesInMemory(std::size_t atoms, std::vector<double> values)
      : atoms_(atoms), values_(std::move(values)) {}
  [[nodiscard]] std::size_t atoms() const override { return atoms_; }
  [[nodiscard]] std::size_t length() const override {
    return atoms_ == 0 ? 0 : values_.size() / atoms_;
  }
  void read(std::size_t atom, std::span<double> series) const override;

 private:
  std::size_t atoms_;
  std::vector<double> values_;
};

}  // namespace adatom::dynamics
