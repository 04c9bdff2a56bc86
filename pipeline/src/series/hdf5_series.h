#pragma once
// A dataset atoms x intervals as signals of atoms.
#include <filesystem>
#include <string>

#include "adatom/dynamics/series_source.h"
#include "adatom/storage/hdf5.h"

namespace adatom::pipeline {

class Hdf5Series final : public dynamics::SeriesSource {
 public:
  /// @throws InputError: missing, damaged, not two-dimensional float64
  Hdf5Series(const std::filesystem::path& path, std::string dataset);
  [[nodiscard]] std::size_t atoms() const override { return atoms_; }
  [[nodiscard]] std::size_t length() const override { return length_; }
  void read(std::size_t atom, std::span<double> series) const override;

 private:
  storage::Hdf5Reader file_;
  std::string dataset_;
  std::size_t atoms_ = 0;
  std::size_t length_ = 0;
};

}  // namespace adatom::pipeline
