#pragma once
// How many atoms are in each class, frame by frame and on average.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/label_source.h"

namespace adatom::dynamics {

/// The number of atoms in each class: frame after frame, `classes` counts each.
struct PopulationSeries {
  std::size_t classes = 0;
  std::vector<std::uint32_t> atoms = {};

  [[nodiscard]] std::size_t frames() const { return classes == 0 ? 0 : atoms.size() / classes; }
  [[nodiscard]] std::span<const std::uint32_t> frame(std::size_t number) const {
    return std::span(atoms).subspan(number * classes, classes);
  }
};

/// Counts frames as they come.
class PopulationCounter {
 public:
  /// @param classes labels are below it, or `no_label`
  /// @param mask one flag for each atom that says whether it is counted; empty: all are
  /// @throws InputError: no class, or more than 254
  explicit PopulationCounter(std::size_t classes, std::span<const std::uint8_t> mask = {});
  /// @throws InputError: a label that is no class, a frame that does not fit the mask
  void add_frame(std::span<const std::uint8_t> labels);
  [[nodiscard]] const PopulationSeries& series() const { return series_; }

 private:
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> taken_ = {};
  PopulationSeries series_;
};

/// All frames of a source, from its first.
[[nodiscard]] PopulationSeries count_populations(LabelSource& labels, std::size_t classes,
                                                 std::span<const std::uint8_t> mask,
                                                 Progress& progress);

/// A row of populations.csv: one class, averaged from some frame on.
struct Population {
  std::uint8_t label = 0;
  double atoms = 0.0;         ///< mean number
  double atoms_stderr = 0.0;  ///< by blocking (numeric/blocking.h)
  double fraction = 0.0;      ///< of all labelled atoms; 0 where there are none
  double fraction_stderr = 0.0;
  /// false: too few frames for how long their numbers hang together, the true errors may be larger
  bool determined = false;
  std::uint32_t start_atoms = 0;  ///< in frame 0, beside which the mean is shown
  double start_fraction = 0.0;
};

/// One for each class. Fractions are means of each frame's fraction.
/// @param first_frame frames before it are left out (`find_plateau`)
/// @throws InputError: no frame left
[[nodiscard]] std::vector<Population> average_populations(const PopulationSeries& series,
                                                          std::size_t first_frame = 0);

}  // namespace adatom::dynamics
