#pragma once
// STEM images by multislice with frozen phonons.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/part_store.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/scattering_factor.h"
#include "adatom/crystal/structure.h"
#include "adatom/simulate/detector.h"
#include "adatom/simulate/probe.h"

namespace adatom::simulate {

struct ScanOptions {
  std::int64_t width = 128;   ///< probe positions along a row
  std::int64_t height = 128;  ///< rows
  double step_angstrom = 0.24;
  double offset_x_angstrom = 0.0;  ///< of the scan's middle from that of the specimen
  double offset_y_angstrom = 0.0;
  double row_jitter_angstrom = 0.0;  ///< s.d. of a row's displacement along x (flyback)
  double drift_x_angstrom = 0.0;     ///< of the specimen, from the first to the last position
  double drift_y_angstrom = 0.0;

  void describe(OptionVisitor& v);
};

/// Whether all rows of probes see the atoms at the same instants, or each at instants of its own.
/// Several rows cross a column: its position is the mean over more instants then. Its cross-section
/// is no more exact, as displacements between rows no longer leave the sum over the column
/// unchanged.
enum class Instants { image, row };

/// How atoms move by heat.
struct ThermalOptions {
  double temperature_k = 300.0;  ///< 0: they stand still, or stand displaced already
  /// Of all atoms along each axis, in place of the temperature's; a file's own are stronger.
  std::optional<double> rms_displacement_angstrom = std::nullopt;
  std::int64_t configurations = 8;
  Instants instants = Instants::image;

  void describe(OptionVisitor& v);
};

/// What decides accuracy and time.
struct AccuracyOptions {
  double window_angstrom = 12.0;  ///< side of the square around the probe in which waves live
  double slice_thickness_angstrom = 2.0;
  std::optional<std::int64_t> grid = std::nullopt;  ///< points along the window
  crystal::ScatteringTable scattering_factors = crystal::ScatteringTable::lobato_van_dyck;

  void describe(OptionVisitor& v);
};

/// Does the structure's rectangular cell repeat sideways?
enum class SidewaysCell { single, repeats };

struct StemOptions {
  ProbeOptions probe;
  ScanOptions scan;
  ThermalOptions thermal;
  AccuracyOptions accuracy;
  std::int64_t seed = 1;

  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Of each detector in turn.
struct StemResult {
  std::vector<Grid<double>> images;         ///< mean of the configurations, fraction of the beam
  std::vector<Grid<double>> stderr_images;  ///< of that mean; none for a single configuration
  double lost_fraction = 0.0;               ///< beyond the grid's band, mean over the image
  std::int64_t grid = 0;                    ///< points along the window
  std::int64_t slices = 0;
  double slice_thickness_angstrom = 0.0;
};

/// The structure in coordinates of the image: the first probe is at (0, 0), and the middle of the
/// atoms' outline in the middle of the scan but for its offset.
/// @throws InputError: no atoms, a position that is not finite
[[nodiscard]] crystal::Structure place_in_scan(crystal::Structure structure,
                                               const ScanOptions& scan);

/// Images of a structure whose coordinates are those of the image, beam along +z. Every probe
/// sees the window around it, cut out of transmission functions of the whole specimen. Rows of
/// probes are the parts of `parts`, configuration by configuration.
/// @throws InputError: invalid options, no atoms, an element without scattering factor or
/// displacement; Interrupted
[[nodiscard]] StemResult simulate_stem(const crystal::Structure& structure, SidewaysCell cell,
                                       std::span<const Detector> detectors,
                                       const StemOptions& options, PartStore& parts,
                                       Progress& progress);

}  // namespace adatom::simulate

namespace adatom {
template <>
struct EnumNames<simulate::SidewaysCell> {
  static constexpr std::array names = {"single", "repeats"};
};
template <>
struct EnumNames<simulate::Instants> {
  static constexpr std::array names = {"image", "row"};
};
}  // namespace adatom
