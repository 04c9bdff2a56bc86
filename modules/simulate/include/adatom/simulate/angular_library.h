#pragma once
// Scattering cross-sections of columns by their number of atoms and by scattering angle: what one
// calculation yields for every annular detector at once.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"

namespace adatom::simulate {

/// Under which conditions a library of scattering cross-sections was calculated.
struct LibraryConditions {
  std::string element;    ///< symbol, "Au"
  std::string zone_axis;  ///< "100", "110", "111", "112", or the user's name of a structure
  double lattice_parameter_angstrom = 0.0;
  std::optional<double> temperature_k;     ///< nothing: the displacement was given by hand
  double rms_displacement_angstrom = 0.0;  ///< along each axis
  double voltage_kv = 300.0;
  double aperture_mrad = 20.0;  ///< semi-angle of the probe
  std::string scattering_factors = "Lobato and Van Dyck 2014";
};

/// Cross-sections of columns of 1 ... `atoms` atoms, by scattering angle in bins that begin at
/// zero, one value per batch of independent phonon configurations. All batches weigh the same.
struct AngularLibrary {
  LibraryConditions conditions;
  double bin_mrad = 1.0;
  std::int64_t batches = 0;
  std::int64_t atoms = 0;
  std::int64_t bins = 0;
  std::vector<float> scs_angstrom2;  ///< [batch][atom_count - 1][bin]

  /// Where a value stands in scs_angstrom2. Counts begin at 1.
  [[nodiscard]] std::size_t index(std::int64_t batch, std::int64_t atom_count,
                                  std::int64_t bin) const {
    return static_cast<std::size_t>((batch * atoms + atom_count - 1) * bins + bin);
  }
  /// The upper edge of the last bin.
  [[nodiscard]] double largest_mrad() const { return bin_mrad * static_cast<double>(bins); }
};

/// The mean of the batches and its standard error, sqrt(variance / batches); the error is NaN if
/// there is one batch only.
struct ScsValue {
  double scs_angstrom2 = 0.0;
  double stderr_angstrom2 = 0.0;
};

/// Cross-sections on an annulus, of 1, 2, ... atoms. A bin that an edge cuts counts by its share of
/// angle.
/// @throws InputError: outer beyond the last bin, inner below the aperture (the detector would see
/// the unscattered beam), outer not above inner
[[nodiscard]] std::vector<ScsValue> scs_on_detector(const AngularLibrary& library,
                                                    double inner_mrad, double outer_mrad);

/// Cross-sections on a detector whose sensitivity changes with the angle: the sum over the bins of
/// the sensitivity at the middle of each.
/// @param sensitivity relative to the incident beam's signal (1: a perfect detector), by mrad
[[nodiscard]] std::vector<ScsValue> scs_on_detector(
    const AngularLibrary& library, const std::function<double(double mrad)>& sensitivity);

/// The library of one detector: element,zone_axis,atom_count,inner_mrad,outer_mrad,scs_angstrom2,
/// scs_stderr_angstrom2. @throws InputError as scs_on_detector
[[nodiscard]] storage::Table library_table(const AngularLibrary& library, double inner_mrad,
                                           double outer_mrad);

/// atom_count,angle_mrad,scs_angstrom2,scs_stderr_angstrom2: what each bin receives; angle_mrad is
/// the bin's lower edge.
[[nodiscard]] storage::Table radial_table(const AngularLibrary& library);

/// One cross-section a line, the line's number the number of atoms: the list StatSTEM reads.
/// @throws InputError as scs_on_detector
[[nodiscard]] std::string plain_list(const AngularLibrary& library, double inner_mrad,
                                     double outer_mrad);

/// Writes HDF5: the dataset /scs_angstrom2 (float32, [batch, atom_count, angle], packed), its axis
/// order, units and conditions as attributes. The same library gives the same bytes.
/// @throws InputError, SystemFailure: cannot be written
void write_angular_library(const AngularLibrary& library, const std::filesystem::path& path);

/// @throws InputError: missing, no such library, values that are no cross-sections
[[nodiscard]] AngularLibrary read_angular_library(const std::filesystem::path& path);

}  // namespace adatom::simulate
