#pragma once
// A particle of columns that changes step by step, and what it costs.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/external_field.h"
#include "adatom/energetics/local_energy.h"
#include "adatom/reconstruct/column_model.h"
#include "adatom/reconstruct/observed_column.h"

namespace adatom::reconstruct {

/// Where the atoms of a column are.
struct Placement {
  std::size_t column = 0;
  std::int64_t bottom = 0;
  std::int64_t atoms = 0;
  double shift_angstrom = 0.0;
  friend bool operator==(const Placement&, const Placement&) = default;
};

/// What atoms and counts cost.
struct ColumnPrices {
  double count_unit_ev = 0.0;  ///< one unit of -ln p of a count
  double atom_ev = 0.0;        ///< the energy of one atom in the reservoir, negative
};

/// The columns, with their energy from the neighbourhoods of what changes.
class ColumnState {
 public:
  /// @param observed of each column; outlives this, as `support` does
  /// @throws InputError: atoms that overlap or that the support refuses, an element that the
  /// potential lacks
  ColumnState(const ColumnModel& start, std::span<const ObservedColumn> observed,
              std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
              const energetics::ExternalField* support, const ColumnPrices& prices);

  [[nodiscard]] const ColumnModel& model() const { return model_; }
  [[nodiscard]] Placement placement(std::size_t column) const;
  [[nodiscard]] Placement shifted(std::size_t column, std::int64_t levels) const;
  /// Of atoms and support.
  [[nodiscard]] double energy_ev() const { return local_.energy_ev() + support_ev_; }
  [[nodiscard]] double price_ev() const { return price_ev_; }
  /// What the search makes small: energy and price, less that of as many atoms in the reservoir as
  /// the particle has more than at first.
  [[nodiscard]] double cost_ev() const;

  /// The change of the cost with these columns placed anew, each named once; infinite where that is
  /// impossible.
  double try_placements(std::span<const Placement> placements);
  /// Makes the change that was tried last; its cost must be finite.
  void accept();

  /// From here on changes can be undone.
  void mark();
  void undo();
  /// The columns that changed since the mark and are not as they were.
  [[nodiscard]] std::vector<std::size_t> changed() const;

 private:
  struct Arrival {
    std::size_t column;
    std::int64_t level;
    std::int64_t atom;  ///< -1: a new one
  };
  void sum_up();
  void gather(const Placement& to);
  [[nodiscard]] double support_ev(const ModelColumn& column, std::size_t index, std::int64_t level);
  [[nodiscard]] double column_support_ev(const Placement& placement);
  [[nodiscard]] double count_price_ev(std::size_t column, std::int64_t atoms);
  [[nodiscard]] bool finite_support_change(double& change);

  ColumnModel model_;
  std::span<const ObservedColumn> observed_;
  const energetics::ExternalField* support_;
  ColumnPrices prices_;
  std::size_t element_ = 0;
  energetics::LocalEnergy local_;
  std::vector<std::vector<std::uint32_t>> atoms_;  ///< of each column, from the bottom
  std::vector<double> column_support_ev_;
  std::vector<double> column_price_ev_;
  double support_ev_ = 0.0;
  double price_ev_ = 0.0;
  std::int64_t extra_atoms_ = 0;
  std::vector<std::map<std::int64_t, double>> site_support_ev_;
  std::vector<std::map<std::int64_t, double>> known_price_ev_;

  std::vector<Placement> tried_;
  std::vector<Arrival> arrivals_;
  energetics::AtomChange change_;
  std::int64_t tried_atoms_ = 0;

  std::vector<Placement> before_;  ///< of columns changed since the mark, the first time
};

/// The energy of an atom in the endless crystal of the potential's element with this lattice
/// parameter, eV.
[[nodiscard]] double crystal_energy_ev(const energetics::EmbeddedAtomPotential& potential,
                                       std::size_t element, double lattice_parameter_angstrom);

}  // namespace adatom::reconstruct
