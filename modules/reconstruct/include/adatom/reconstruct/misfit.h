#pragma once
// How far a model is from what a frame says of its columns: chi.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/observed_column.h"

namespace adatom::reconstruct {

/// What may be done to the model's projection before it is compared: shifted; or turned and scaled,
/// too (a pixel size or scan rotation not known better than the model).
enum class ProjectionFreedom { translation, similarity };

struct MisfitOptions {
  ProjectionFreedom freedom = ProjectionFreedom::similarity;
  /// What positions of a model that is right may be off (the potential's own relaxation of
  /// surfaces, distortion left by the scan); added in squares to the measured standard error.
  double position_floor_angstrom = 0.1;
  /// An atom farther than this from every column is in none; not given: 0.45 of the shortest
  /// distance between columns.
  std::optional<double> reach_angstrom = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// From the model's projection to the frame: scale R(rotation) r + shift.
struct PlaneMap {
  Eigen::Vector2d shift_angstrom = Eigen::Vector2d::Zero();
  double rotation_rad = 0.0;
  double scale = 1.0;

  [[nodiscard]] Eigen::Vector2d operator()(const Eigen::Vector2d& model_angstrom) const;
};

struct ColumnResidual {
  std::int64_t column_id = 0;
  std::int64_t atoms = 0;     ///< of the model
  std::int64_t observed = 0;  ///< the count of the frame
  double price = 0.0;         ///< -ln p(atoms) / p(observed), as `count_price`
  /// Model less frame, after the map; zero for a column that the model leaves empty.
  double dx_angstrom = 0.0;
  double dy_angstrom = 0.0;
  double chi = 0.0;  ///< 2 price + (dx^2 + dy^2) / (stderr^2 + floor^2): the column's summand
};

/// chi = (sum over columns of 2 price + (dx^2 + dy^2) / (stderr^2 + floor^2), and 2 ln 1e6 for
/// every atom in no column) / columns: -2 ln of the likelihood per column, dimensionless. Zero for
/// a model with the observed counts at the observed places.
struct MisfitResult {
  double chi = 0.0;
  double chi_counts = 0.0;                      ///< its part of counts, stray atoms included
  double chi_positions = 0.0;                   ///< its part of positions; both add up to chi
  std::vector<ColumnResidual> columns = {};     ///< in the order of the frame's
  std::vector<std::int64_t> atom_columns = {};  ///< index of each atom's column; -1: in none
  std::int64_t stray_atoms = 0;
  std::int64_t columns_exact = 0;  ///< with the observed count
  PlaneMap map = {};
};

/// @param structure beam along z. Its atoms are in coordinates of the frame, or anywhere if they
/// have the integer column "column_id" of `build_structure`, which the first map is then found by;
/// else that lays the middle of the atoms on the middle of the counts. Atoms go to the nearest
/// column whatever their id.
/// @throws InputError: no atoms, no columns, a position that is not finite
[[nodiscard]] MisfitResult measure_misfit(const crystal::Structure& structure,
                                          std::span<const ObservedColumn> columns,
                                          const MisfitOptions& options);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::ProjectionFreedom> {
  static constexpr std::array names = {"translation", "similarity"};
};
}  // namespace adatom
