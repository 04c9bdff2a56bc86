#pragma once
// The definition of the energy as a function to be minimised: slow, for small systems and tests.
#include <cstdint>
#include <memory>
#include <vector>

#include "adatom/crystal/box.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/energy_function.h"
#include "adatom/energetics/force_field.h"

namespace adatom::energetics {

/// `calculate_energies`, and what the surroundings add.
class ReferenceEnergy final : public EnergyFunction {
 public:
  /// @param elements of each atom, as the potential numbers them
  ReferenceEnergy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                  std::vector<std::size_t> elements, crystal::Box box,
                  Surroundings surroundings = {});

  [[nodiscard]] std::size_t size() const override { return elements_.size(); }
  double evaluate(std::span<const Eigen::Vector3d> positions_angstrom,
                  std::span<Eigen::Vector3d> forces_ev_per_angstrom) override;

 private:
  std::shared_ptr<const EmbeddedAtomPotential> potential_;
  std::vector<std::size_t> elements_;
  crystal::Box box_;
  Surroundings surroundings_;
};

}  // namespace adatom::energetics
