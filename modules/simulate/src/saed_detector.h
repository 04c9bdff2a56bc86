#pragma once
// From electrons to the counts of a detector with its faults.
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"
#include "adatom/simulate/saed.h"

namespace adatom::simulate {

class SaedDetector {
 public:
  /// Draws which pixels are hot and dead; `random` is not advanced.
  SaedDetector(const SaedOptions& options, const RandomStream& random);
  /// Electrons, on average, become counts in place. `random`: of this frame.
  void record(Grid<double>& image, const RandomStream& random) const;
  [[nodiscard]] const std::vector<SaedPixel>& hot() const { return hot_; }
  [[nodiscard]] const std::vector<SaedPixel>& dead() const { return dead_; }

 private:
  void record_row(std::size_t y, std::span<double> row, RandomStream random) const;
  SaedDetectorOptions options_;
  std::vector<SaedPixel> hot_;
  std::vector<SaedPixel> dead_;
  std::vector<char> gap_column_;
  std::vector<char> gap_row_;
  double saturation_;
};

}  // namespace adatom::simulate
