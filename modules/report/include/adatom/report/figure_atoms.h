#pragma once
// Atoms in space as shaded spheres.
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// One entry for each atom. Atoms whose position is not finite are left out.
struct ShownAtoms {
  std::span<const double> x_angstrom;
  std::span<const double> y_angstrom;
  std::span<const double> z_angstrom;
  std::span<const double> radius_angstrom;
  std::span<const std::size_t> kind;  ///< which of AtomFigureOptions::kinds
};

/// A plane through the atoms; what lies where `normal` points is beyond it.
struct CutPlane {
  std::array<double, 3> normal = {0.0, -1.0, 0.0};  ///< any length but 0
  double offset_angstrom = 0.0;                     ///< from the middle of the atoms along `normal`
};

struct AtomFigureOptions {
  std::string title = {};
  std::array<double, 3> towards_eye = {0.48, -0.80, 0.36};  ///< any length but 0
  std::array<double, 3> up = {0.0, 0.0, 1.0};               ///< not along `towards_eye`
  std::vector<AtomKind> kinds = {AtomKind{}};
  std::string kinds_label = {};  ///< above the colours' legend: "neighbours"
  /// Side of the square shown, about the middle of the atoms; empty: they fill the picture. Give
  /// one for pictures that are to be compared.
  std::optional<double> side_angstrom = {};
  /// Atoms whose middles lie beyond all of these planes are left out, so that the inside is seen:
  /// one plane takes half of a particle, two a quarter. The legend counts all atoms.
  std::vector<CutPlane> cut = {};
  FigureWidth width = FigureWidth::column;
};

/// Seen from far away (no perspective), near atoms over far ones, far ones paler; atoms behind
/// others are not in the file.
/// @throws InputError if the arrays differ in length, a kind is not there, or the directions are
/// zero or parallel
[[nodiscard]] Figure draw_atoms(const ShownAtoms& atoms, const AtomFigureOptions& options);

/// The atoms twice over two journal columns: whole at the left, without what `cut` leaves out at
/// the right, one legend. `options.width` is not used.
/// @throws InputError as draw_atoms does
[[nodiscard]] Figure draw_atoms_whole_and_cut(const ShownAtoms& atoms,
                                              const AtomFigureOptions& options);

/// The quarter of the atoms that is nearest to the eye: two planes along `up`, at right angles.
[[nodiscard]] std::vector<CutPlane> quarter_cut(const AtomFigureOptions& options);

/// The side of the square that all these atoms need in any view, Å.
[[nodiscard]] double side_for(const ShownAtoms& atoms);

}  // namespace adatom::report
