#pragma once
// Energies and forces, fast, of one set of atoms that moves little from call to call.
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/instruction_set.h"
#include "adatom/base/options.h"
#include "adatom/crystal/box.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/energetics/energy_function.h"
#include "adatom/energetics/external_field.h"

namespace adatom::energetics {

/// full: double throughout. mixed: pairs in single precision; positions, sums of energies in
/// double.
enum class Precision { full, mixed };

struct ForceFieldOptions {
  Precision precision = Precision::full;
  InstructionSet instruction_set = InstructionSet::best;
  double skin_angstrom = 2.5;  ///< how far beyond the cut-off neighbours are looked for

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// What else acts on the atoms.
struct Surroundings {
  std::vector<std::shared_ptr<const ExternalField>> fields = {};
  /// Atoms that never move: their force is zero. Empty: none, else one flag for each atom.
  std::vector<std::uint8_t> held = {};
};

/// The same positions give the same bits, whatever went before, but for the origin of single
/// precision: it is the middle of the positions at the first call, or at the last call of
/// `look_for_neighbours`. A run that goes on from a file has to hand these back.
class ForceField final : public EnergyFunction {
 public:
  /// @param elements of each atom, as the potential numbers them
  /// @throws InputError: an instruction set that this processor lacks; in mixed precision several
  /// elements, or functions that its tables cannot follow
  ForceField(std::shared_ptr<const EmbeddedAtomPotential> potential,
             std::vector<std::size_t> elements, const crystal::Box& box, Surroundings surroundings,
             const ForceFieldOptions& options);
  ~ForceField() override;
  ForceField(const ForceField&) = delete;
  ForceField& operator=(const ForceField&) = delete;

  [[nodiscard]] std::size_t size() const override;
  /// @throws InputError: atoms that overlap, positions that are not finite, a density beyond the
  /// potential's table, an atom behind a wall; in mixed precision atoms thousands of angstrom apart
  double evaluate(std::span<const Eigen::Vector3d> positions_angstrom,
                  std::span<Eigen::Vector3d> forces_ev_per_angstrom) override;
  /// The forces alone, where that is faster.
  void forces(std::span<const Eigen::Vector3d> positions_angstrom,
              std::span<Eigen::Vector3d> forces_ev_per_angstrom);

  /// The flags of the atoms that are held; empty: none.
  [[nodiscard]] std::span<const std::uint8_t> held() const;
  /// The positions of the last call of `look_for_neighbours`, else of the first; empty before it.
  [[nodiscard]] std::span<const Eigen::Vector3d> list_positions() const;
  /// Done by itself whenever it is needed. Called at times, it keeps single precision accurate for
  /// atoms that wander off together.
  void look_for_neighbours(std::span<const Eigen::Vector3d> positions_angstrom);
  [[nodiscard]] std::int64_t neighbour_searches() const;
  /// "mixed precision, AVX-512"
  [[nodiscard]] std::string kernel_name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What mixed precision changes.
struct PrecisionError {
  double energy_ev_per_atom = 0.0;
  double largest_force_ev_per_angstrom = 0.0;  ///< of the differences' lengths
};

/// The difference between mixed and double precision at one place.
[[nodiscard]] PrecisionError measure_precision(
    const std::shared_ptr<const EmbeddedAtomPotential>& potential,
    const std::vector<std::size_t>& elements, const crystal::Box& box,
    std::span<const Eigen::Vector3d> positions_angstrom, const ForceFieldOptions& options);

}  // namespace adatom::energetics

namespace adatom {
template <>
struct EnumNames<energetics::Precision> {
  static constexpr std::array names = {"double", "mixed"};
};
}  // namespace adatom
