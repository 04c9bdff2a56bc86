#pragma once
// How far atoms are from the centre of mass, and the shells that they make.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/crystal/box.h"
#include "adatom/dynamics/frame_histogram.h"

namespace adatom::dynamics {

/// Distances of the atoms from their centre of mass. Of a particle in a periodic box the centre is
/// found from the angles of its fractional coordinates (Bai and Breen, J. Graphics Tools 13 (2008)
/// 53); the particle may lie across borders, but must be smaller than the box.
/// @param masses_u one for each atom, positive
/// @throws InputError: lists of different lengths, masses that are not positive
[[nodiscard]] std::vector<double> distances_from_centre(
    std::span<const Eigen::Vector3d> positions_angstrom, std::span<const double> masses_u,
    const crystal::Box& box);

/// P(r) at the middle of a bin: the density of one atom's distance, its integral over r is 1.
struct RadialBin {
  double r_angstrom = 0.0;
  double density_per_angstrom = 0.0;
  double standard_error_per_angstrom = 0.0;  ///< from 8 to 16 blocks of frames; NaN: too few
};

/// Distances of every atom, frame after frame; memory does not depend on the number of frames.
class RadialSums {
 public:
  static constexpr double bin_angstrom = 0.1;
  static constexpr std::size_t most_bins = 1024;  ///< beyond 102 angstrom all is one

  explicit RadialSums(std::size_t atoms);
  /// One frame: as by distances_from_centre. @throws InputError: another number of atoms
  void add(std::span<const double> distances_angstrom);

  [[nodiscard]] std::size_t frames() const { return counts_.frames(); }
  [[nodiscard]] const std::vector<double>& mean_angstrom() const { return mean_angstrom_; }
  /// Standard deviation of each atom's distance.
  [[nodiscard]] std::vector<double> spread_angstrom() const;
  /// Of these atoms together; empty without atoms or frames.
  [[nodiscard]] std::vector<RadialBin> distribution(std::span<const std::size_t> atoms) const;

  [[nodiscard]] std::vector<double> numbers() const;
  /// @throws InputError: not those of so many atoms
  void restore(std::span<const double> numbers);

 private:
  std::vector<double> mean_angstrom_;
  std::vector<double> square_angstrom2_;
  FrameHistogram counts_;
};

/// Where the borders of shells come from: `gap` is the outermost gap between mean distances that is
/// wider than half the distance of nearest neighbours; `layer` lies that distance within the
/// outermost atom, where there is no such gap.
enum class ShellRule { given, gap, layer };

struct Shells {
  std::vector<std::size_t> of_atoms;
  std::vector<std::string> names;  ///< "core", "shell"; or "core", "shell 1", "shell 2", ...
  std::vector<double> borders_angstrom;
  ShellRule rule = ShellRule::given;

  [[nodiscard]] std::size_t size() const { return names.size(); }
  [[nodiscard]] std::vector<std::size_t> atoms_of(std::size_t shell) const;
};

/// @param borders_angstrom ascending; an atom at a border lies inside. Empty: one is found
[[nodiscard]] Shells find_shells(std::span<const double> mean_distances_angstrom,
                                 double nearest_distance_angstrom,
                                 std::span<const double> borders_angstrom = {});

}  // namespace adatom::dynamics
