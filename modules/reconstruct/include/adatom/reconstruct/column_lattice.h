#pragma once
// The crystal lattices that the columns of a frame belong to.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/reconstruct/observed_column.h"

namespace adatom::reconstruct {

struct LatticeOptions {
  std::string element = "Au";
  std::optional<double> lattice_parameter_angstrom = {};  ///< not given: the element's
  /// Not given: that which fits best, named in the result.
  std::optional<crystal::ZoneAxis> zone_axis = {};
  std::int64_t max_grains = 5;  ///< twins and decahedra are separate lattices
  /// A column farther than this share of the shortest lattice vector from every site is not in it.
  double tolerance = 0.3;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// One lattice: columns at origin + basis (u, v)^T, basis = scale (1 + strain) R(rotation) times
/// the crystal's two shortest vectors.
struct Grain {
  Eigen::Vector2d origin_angstrom = Eigen::Vector2d::Zero();
  Eigen::Matrix2d basis_angstrom = Eigen::Matrix2d::Identity();  ///< columns are the two vectors
  double rotation_rad = 0.0;  ///< of the crystal about the beam, as `rotation_about_beam`
  /// Square root of the area of a cell measured over that of the crystal (pixel size).
  double scale = 1.0;
  double scale_stderr = 0.0;
  std::array<double, 3> strain = {};  ///< e_xx, e_yy, e_xy, the scale taken off
  double rms_residual_angstrom = 0.0;
  std::int64_t columns = 0;
};

struct LatticeSite {
  std::int64_t grain = -1;  ///< -1: in no lattice
  std::int64_t u = 0;
  std::int64_t v = 0;
  /// Height of level 0 in units of the spacing along the beam, in [0, 1): the column's parity.
  double phase = 0.0;
  double residual_angstrom = 0.0;
  std::vector<std::int64_t> other_grains = {};  ///< on a twin boundary
};

struct ColumnLattice {
  std::string element = "Au";
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_110;
  double lattice_parameter_angstrom = 0.0;  ///< of the crystal
  double spacing_angstrom = 0.0;            ///< along the beam
  std::vector<Grain> grains = {};           ///< the largest first
  std::vector<LatticeSite> sites = {};      ///< of each observed column
  /// What the image does to every grain alike, scale (pixel size) and shear (drift): a symmetrical
  /// matrix, 1 for a perfect image.
  Eigen::Matrix2d distortion = Eigen::Matrix2d::Identity();
  Eigen::Vector2d centre_angstrom = Eigen::Vector2d::Zero();  ///< mean of the columns in a lattice
  std::vector<std::string> warnings = {};
};

/// Places of the frame without its distortion, and back; both leave the centre where it is.
[[nodiscard]] Eigen::Vector2d undistorted(const ColumnLattice& lattice,
                                          const Eigen::Vector2d& frame_angstrom);
[[nodiscard]] Eigen::Vector2d distorted(const ColumnLattice& lattice,
                                        const Eigen::Vector2d& model_angstrom);

/// Grains grow from places where the columns follow the crystal's projection, by least squares over
/// all that they reach; equal ones are merged. Columns on the boundary of two grains are sites of
/// both, and give the two the same heights there. Of a crystal along [111] or [112] the columns
/// tell the heights up to a change of their sign, which a warning says.
/// @throws InputError: too few columns, columns that are no lattice, an element that is not fcc
[[nodiscard]] ColumnLattice find_column_lattice(std::span<const ObservedColumn> columns,
                                                const LatticeOptions& options);

}  // namespace adatom::reconstruct
