#pragma once
// An embedded-atom potential given as tables.
#include <array>
#include <string>
#include <vector>

#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

/// Interpolates between the points of a table as LAMMPS's pair_style eam does: a cubic in each
/// interval with the values and slopes of its ends; slopes from five points (three at the second
/// from either end, two at the ends).
class EamSpline {
 public:
  EamSpline(const std::vector<double>& values, double step);
  /// From 0; beyond the last point its value, and the slope there.
  [[nodiscard]] ValueSlope at(double x) const;
  /// The last point.
  [[nodiscard]] double end() const;

 private:
  double step_;
  std::vector<std::array<double, 4>> coefficients_;  ///< of the share of an interval, from the top
};

class EamPotential final : public EmbeddedAtomPotential {
 public:
  /// @throws InputError: an impossible table
  EamPotential(std::string name, const EamTables& tables);

  [[nodiscard]] const std::vector<std::string>& elements() const override { return elements_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] double mass_u(std::size_t element) const override { return masses_u_[element]; }
  [[nodiscard]] double cutoff_angstrom() const override { return cutoff_angstrom_; }
  [[nodiscard]] ValueSlope pair(std::size_t a, std::size_t b, double r) const override;
  [[nodiscard]] ValueSlope density(std::size_t at, std::size_t from, double r) const override;
  [[nodiscard]] ValueSlope embedding(std::size_t element, double density) const override;
  /// None are named, though the third derivatives jump at every point of the table.
  [[nodiscard]] std::vector<double> breaks_angstrom() const override { return {}; }
  /// 0.4 of the smallest distance of neighbours in the lattices that the file names, at least two
  /// points of the table.
  [[nodiscard]] double closest_angstrom() const override { return closest_angstrom_; }
  /// Where the table ends; LAMMPS goes on in a straight line without a word.
  [[nodiscard]] double largest_density(std::size_t element) const override;

 private:
  std::string name_;
  std::vector<std::string> elements_;
  std::vector<double> masses_u_;
  std::vector<EamSpline> embedding_;
  std::vector<EamSpline> density_;
  std::vector<EamSpline> r_times_pair_;
  double cutoff_angstrom_ = 0.0;
  double closest_angstrom_ = 0.0;
};

}  // namespace adatom::energetics
