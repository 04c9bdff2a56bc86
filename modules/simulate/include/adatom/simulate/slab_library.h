#pragma once
// Libraries of scattering cross-sections by multislice with frozen phonons.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/part_store.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/scattering_factor.h"
#include "adatom/crystal/structure.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/simulate/angular_library.h"

namespace adatom::simulate {

struct SlabLibraryOptions {
  std::string element = "Au";                                       ///< of an fcc metal
  std::optional<double> lattice_parameter_angstrom = std::nullopt;  ///< empty: the element's
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_110;
  /// A rectangular cell instead, beam along z, each column one atom a period. Atoms move as their
  /// own elements do; `element` is then what the library is filed under.
  InputFile structure;
  std::int64_t atoms = 20;  ///< columns of 1 to so many
  double temperature_k = 300.0;
  /// Along each axis, instead of the temperature's.
  std::optional<double> rms_displacement_angstrom = std::nullopt;
  double voltage_kv = 300.0;
  double aperture_mrad = 20.0;  ///< semi-angle of the probe
  crystal::ScatteringTable scattering_factors = crystal::ScatteringTable::lobato_van_dyck;
  double largest_angle_mrad = 180.0;  ///< the distribution's last bin ends here
  std::int64_t configurations = 96;   ///< of displaced atoms
  std::int64_t beam_directions = 8;   ///< within the aperture, for each configuration
  double box_angstrom = 11.0;         ///< the crystal repeats sideways after at least so much
  double slice_thickness_angstrom = 2.1;
  std::optional<std::int64_t> grid = std::nullopt;  ///< points along the longer side
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct SlabLibrary {
  AngularLibrary library;
  double box_x_angstrom = 0.0;
  double box_y_angstrom = 0.0;
  std::int64_t grid_x = 0;
  std::int64_t grid_y = 0;
  double slice_thickness_angstrom = 0.0;
  /// By number of atoms: what scattered beyond the band of the grid and was lost, of the beam.
  std::vector<double> lost_fraction;
};

/// A slab with columns of 1, 2, ... atoms, atoms displaced at random along x and y, is lit by plane
/// waves from quasi-random directions within the aperture; the mean over them is what a probe
/// yields on average over its positions, whatever its defocus and aberrations, and times the area
/// of a column it is the column's cross-section. One run to the deepest slab gives all thinner
/// ones. Configurations are the parts of `parts`, and run side by side.
/// @param cell content of options.structure
/// @throws InputError: invalid options, an element without scattering factor or displacement;
/// Interrupted
[[nodiscard]] SlabLibrary simulate_slab_library(const SlabLibraryOptions& options,
                                                const std::optional<crystal::Structure>& cell,
                                                PartStore& parts, Progress& progress);

/// What each part of `parts` holds for these options: as many numbers.
[[nodiscard]] std::size_t slab_library_part_size(const SlabLibraryOptions& options);

}  // namespace adatom::simulate
