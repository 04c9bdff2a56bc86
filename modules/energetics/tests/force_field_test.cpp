#include "adatom/energetics/force_field.h"

#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/smatb.h"

namespace adatom::energetics {
namespace {

using Positions = std::vector<Eigen::Vector3d>;

Positions shaken(Positions positions, double width_angstrom, std::uint64_t seed) {
  RandomStream random(seed);
  for (auto& position : positions) {
    for (double& coordinate : position) coordinate += width_angstrom * random.normal();
  }
  return positions;
}

/// 201 atoms, displaced as at some 700 K.
Positions warm_particle() {
  return shaken(positions_of(crystal::build_truncated_octahedron({"Au", 4.0642}, 7, 2)), 0.12, 3);
}

const std::vector<InstructionSet>& sets() {
  static const std::vector<InstructionSet> all = {InstructionSet::portable, InstructionSet::avx2,
                                                  InstructionSet::avx512};
  return all;
}

/// Nothing where this processor lacks the instructions.
std::unique_ptr<ForceField> field_of(const std::string& potential,
                                     const std::vector<std::size_t>& elements,
                                     const crystal::Box& box, ForceFieldOptions options,
                                     Surroundings surroundings = {}) {
  try {
    return std::make_unique<ForceField>(make_potential(potential), elements, box,
                                        std::move(surroundings), options);
  } catch (const InputError& error) {
    if (error.complaints().front().where == "instruction_set") return nullptr;
    throw;
  }
}

struct Difference {
  double energy_ev;
  double force_ev_per_angstrom;
};

Difference difference(ForceField& field, const Energies& exact, const Positions& positions) {
  Positions forces(positions.size());
  const double energy = field.evaluate(positions, forces);
  Difference result{std::abs(energy - exact.total_ev), 0.0};
  for (std::size_t i = 0; i < forces.size(); ++i) {
    result.force_ev_per_angstrom = std::max(result.force_ev_per_angstrom,
                                            (forces[i] - exact.forces_ev_per_angstrom[i]).norm());
  }
  return result;
}

TEST(ForceField, DoublePrecisionFollowsTheDefinition) {
  const auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  for (const char* potential : {"smatb:Au", "smatb:Cu", "smatb:Pd:cleri-rosato"}) {
    const auto exact = calculate_energies(*make_potential(potential), elements, positions, {});
    for (const auto set : sets()) {
      const auto field = field_of(potential, elements, {}, {.instruction_set = set});
      if (!field) continue;
      const auto off = difference(*field, exact, positions);
      // Rounding of some 8000 pairs; tables add 1e-14 of a pair's energy.
      EXPECT_LT(off.energy_ev, 1e-10) << potential << ' ' << field->kernel_name();
      EXPECT_LT(off.force_ev_per_angstrom, 1e-11) << potential << ' ' << field->kernel_name();
    }
  }
}

TEST(ForceField, MixedPrecisionIsGoodToSinglePrecision) {
  const auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  const auto exact = calculate_energies(*make_potential("smatb:Au"), elements, positions, {});
  for (const auto set : sets()) {
    const auto field =
        field_of("smatb:Au", elements, {}, {.precision = Precision::mixed, .instruction_set = set});
    if (!field) continue;
    const auto off = difference(*field, exact, positions);
    // An atom's 20 eV of repulsion come from 40 neighbours with 1e-7 each; 201 atoms add up at
    // random. Positions rounded at 10 angstrom (5e-7) against 10 eV/angstrom^2 give 1e-5 in a
    // force.
    EXPECT_LT(off.energy_ev, 2e-4) << field->kernel_name();
    EXPECT_LT(off.force_ev_per_angstrom, 5e-5) << field->kernel_name();
    EXPECT_GT(off.force_ev_per_angstrom, 1e-9) << "not in single precision";
    const auto error = measure_precision(make_potential("smatb:Au"), elements, {}, positions,
                                         {.instruction_set = set});
    EXPECT_NEAR(error.energy_ev_per_atom, off.energy_ev / 201.0, 1e-12);
    EXPECT_NEAR(error.largest_force_ev_per_angstrom, off.force_ev_per_angstrom, 1e-10);
  }
}

TEST(ForceField, MixedPrecisionIsUsedWhereItIsSaidToBe) {
  for (const char* name : {"smatb:Au", "smatb:Ag", "smatb:Cu", "smatb:Pt", "smatb:Ni", "smatb:Co",
                           "smatb:Pd:cleri-rosato", "smatb:Pt:cleri-rosato"}) {
    const auto potential = make_potential(name);
    const double lattice_parameter = 0.92 * std::sqrt(2.0) * 2.5 * potential->closest_angstrom();
    auto positions =
        positions_of(crystal::build_truncated_octahedron({"Au", lattice_parameter}, 4, 1));
    positions = shaken(std::move(positions), 0.05, 3);
    const std::vector<std::size_t> elements(positions.size(), 0);
    for (const auto set : sets()) {
      PrecisionError error;
      try {
        error = measure_precision(potential, elements, {}, positions, {.instruction_set = set});
      } catch (const InputError&) {
        continue;  // it says that it cannot
      }
      EXPECT_GT(error.largest_force_ev_per_angstrom, 1e-9) << name;
      EXPECT_LT(error.largest_force_ev_per_angstrom, 1e-4) << name;
    }
  }
}

TEST(ForceField, MixedPrecisionEndsAtTheCutOff) {
  // Two atoms whose squared distance is the float below the squared cut-off, for cut-offs of all
  // kinds: rounding must not take them for atoms far inside.
  RandomStream random(9);
  for (int trial = 0; trial < 60; ++trial) {
    const double end = 4.8 + 0.6 * random.uniform();
    const auto potential = std::make_shared<SmatbPotential>(
        "trial", std::vector<std::string>{"Au"},
        std::vector<SmatbPair>{{10.35, 4.178, 0.21, 1.818, 2.88, 4.07, end}});
    for (const auto set : sets()) {
      std::optional<ForceField> field;
      try {
        field.emplace(potential, std::vector<std::size_t>{0, 0}, crystal::Box{}, Surroundings{},
                      ForceFieldOptions{.precision = Precision::mixed, .instruction_set = set});
      } catch (const InputError&) {
        continue;
      }
      float r = static_cast<float>(end);
      for (int ulp = 0; ulp < 6; ++ulp, r = std::nextafter(r, 0.0F)) {
        // The middle is zero, so that single precision holds these coordinates exactly.
        const double half = 0.5 * static_cast<double>(r);
        const Positions positions = {{-half, 0.0, 0.0}, {half, 0.0, 0.0}};
        Positions forces(2);
        // Roots of densities of 1e-10 eV^2, which tables in single precision have here; an atom
        // taken for one inside has more than 1 eV.
        EXPECT_NEAR(field->evaluate(positions, forces), 0.0, 1e-4)
            << end << ' ' << field->kernel_name();
        EXPECT_LT(forces[0].norm(), 1e-2);
      }
    }
  }
}

TEST(ForceField, FunctionsThatAreShortBesideTheirTail) {
  // Reduced units: the distance of neighbours is 1, the tail ends at 9.
  const auto potential = std::make_shared<SmatbPotential>(
      "reduced", std::vector<std::string>{"Pt"},
      std::vector<SmatbPair>{{10.612, 4.004, 0.2975, 2.695, 1.0, 8.0, 9.0}});
  auto positions = positions_of(crystal::build_truncated_octahedron({"Pt", 1.4}, 7, 2));
  positions = shaken(std::move(positions), 0.04, 3);
  const std::vector<std::size_t> elements(positions.size(), 0);
  const auto exact = calculate_energies(*potential, elements, positions, {});
  for (const auto set : sets()) {
    for (const auto precision : {Precision::full, Precision::mixed}) {
      std::optional<ForceField> field;
      try {
        field.emplace(potential, elements, crystal::Box{}, Surroundings{},
                      ForceFieldOptions{.precision = precision, .instruction_set = set});
      } catch (const InputError& error) {
        // Mixed precision says that it cannot; or this processor cannot.
        continue;
      }
      EXPECT_EQ(precision, Precision::full);
      const auto off = difference(*field, exact, positions);
      // The largest table leaves 1e-10 of the slopes of pairs, some 30 eV per unit of distance
      // each.
      EXPECT_LT(off.energy_ev, 1e-9) << field->kernel_name();
      EXPECT_LT(off.force_ev_per_angstrom, 1e-8) << field->kernel_name();
    }
  }
}

TEST(ForceField, PeriodicBoxesSmallerThanTheCutOff) {
  crystal::Box box;
  box.cell_angstrom << 4.1, 0.0, 0.0, 0.3, 4.0, 0.0, -0.2, 0.4, 8.3;
  box.origin_angstrom = {1.0, -2.0, 0.5};
  Positions positions;
  for (int layer = 0; layer < 2; ++layer) {
    const double z = 4.1 * layer;
    for (const auto& site : {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(2, 2, 0),
                             Eigen::Vector3d(2, 0, 2), Eigen::Vector3d(0, 2, 2)}) {
      positions.push_back(site + Eigen::Vector3d(0, 0, z));
    }
  }
  positions = shaken(positions, 0.1, 5);
  const std::vector<std::size_t> elements(positions.size(), 0);
  for (const auto& periodic : {std::array{true, true, true}, std::array{true, true, false},
                               std::array{false, true, false}}) {
    box.periodic = periodic;
    const auto exact = calculate_energies(*make_potential("smatb:Au"), elements, positions, box);
    for (const auto precision : {Precision::full, Precision::mixed}) {
      const auto field = field_of("smatb:Au", elements, box, {.precision = precision});
      const auto off = difference(*field, exact, positions);
      const bool full = precision == Precision::full;
      EXPECT_LT(off.energy_ev, full ? 1e-11 : 2e-5);
      EXPECT_LT(off.force_ev_per_angstrom, full ? 1e-11 : 5e-5);
    }
  }
}

/// The density that an atom makes depends on both atoms (as in eam/fs).
class Lopsided final : public EmbeddedAtomPotential {
 public:
  [[nodiscard]] const std::vector<std::string>& elements() const override { return elements_; }
  [[nodiscard]] const std::string& name() const override { return elements_.front(); }
  [[nodiscard]] double mass_u(std::size_t) const override { return 1.0; }
  [[nodiscard]] double cutoff_angstrom() const override { return 5.0; }
  [[nodiscard]] ValueSlope pair(std::size_t a, std::size_t b, double r) const override {
    return bump(1.0 + static_cast<double>(a + b), r);
  }
  [[nodiscard]] ValueSlope density(std::size_t at, std::size_t from, double r) const override {
    return bump(1.0 + 2.0 * static_cast<double>(at) + 0.5 * static_cast<double>(from), r);
  }
  [[nodiscard]] ValueSlope embedding(std::size_t element, double density) const override {
    const double k = element == 0 ? -1.0 : -1.7;
    return {k * std::sqrt(1.0 + density), 0.5 * k / std::sqrt(1.0 + density)};
  }
  [[nodiscard]] std::vector<double> breaks_angstrom() const override { return {}; }
  [[nodiscard]] double closest_angstrom() const override { return 1.0; }
  [[nodiscard]] double largest_density(std::size_t) const override { return 1e9; }

 private:
  static ValueSlope bump(double height, double r) {
    if (r >= 5.0) return {};
    const double x = 1.0 - r / 5.0;
    return {height * std::pow(x, 4), -4.0 * height * std::pow(x, 3) / 5.0};
  }
  std::vector<std::string> elements_ = {"Au", "Cu"};
};

TEST(ForceField, AlloysWhoseDensitiesDependOnBothElements) {
  const auto positions = warm_particle();
  std::vector<std::size_t> elements(positions.size());
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = i % 3 == 0 ? 1 : 0;
  const auto potential = std::make_shared<Lopsided>();
  const auto exact = calculate_energies(*potential, elements, positions, {});
  for (const auto set : sets()) {
    std::optional<ForceField> field;
    try {
      field.emplace(potential, elements, crystal::Box{}, Surroundings{},
                    ForceFieldOptions{.instruction_set = set});
    } catch (const InputError&) {
      continue;
    }
    const auto off = difference(*field, exact, positions);
    EXPECT_LT(off.energy_ev, 1e-10) << field->kernel_name();
    EXPECT_LT(off.force_ev_per_angstrom, 1e-11) << field->kernel_name();
  }
  EXPECT_THROW(ForceField(potential, elements, {}, {}, {.precision = Precision::mixed}),
               InputError);
}

TEST(ForceField, ForcesAreMinusTheGradient) {
  auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  const auto field = field_of("smatb:Au", elements, {}, {});
  Positions forces(positions.size());
  Positions unused(positions.size());
  field->evaluate(positions, forces);
  for (const std::size_t atom : {std::size_t{0}, std::size_t{57}, std::size_t{200}}) {
    for (Eigen::Index c = 0; c < 3; ++c) {
      const double here = positions[atom][c];
      const auto energy = [&](double step) {
        positions[atom][c] = here + step;
        const double value = field->evaluate(positions, unused);
        positions[atom][c] = here;
        return value;
      };
      // Richardson: the error falls with the fourth power of the step.
      const double h = 2e-3;
      const double coarse = (energy(2 * h) - energy(-2 * h)) / (4 * h);
      const double fine = (energy(h) - energy(-h)) / (2 * h);
      const double slope = (4.0 * fine - coarse) / 3.0;
      // Third derivatives of about 1e3 eV/angstrom^5 leave 1e-8; rounding of 700 eV over h 1e-10.
      EXPECT_NEAR(forces[atom][c], -slope, 1e-7 * std::max(1.0, std::abs(slope)));
    }
  }
}

TEST(ForceField, ListsDoNotChangeABit) {
  auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  for (const auto precision : {Precision::full, Precision::mixed}) {
    const auto once = field_of("smatb:Au", elements, {}, {.precision = precision});
    Positions forces(positions.size());
    Positions fresh_forces(positions.size());
    for (std::uint64_t step = 0; step < 40; ++step) {
      positions = shaken(std::move(positions), 0.02, 100 + step);
      const double energy = once->evaluate(positions, forces);
      // Another one that looked for neighbours at the same place, but has the other lists made
      // anew.
      const auto fresh = field_of("smatb:Au", elements, {}, {.precision = precision});
      fresh->look_for_neighbours(once->list_positions());
      EXPECT_EQ(fresh->evaluate(positions, fresh_forces), energy);
      EXPECT_EQ(forces, fresh_forces);
      fresh->forces(positions, fresh_forces);
      EXPECT_EQ(forces, fresh_forces);
    }
    EXPECT_GT(once->neighbour_searches(), 0);
    EXPECT_LT(once->neighbour_searches(), 20);
  }
}

TEST(ForceField, ListsNeverMissAPair) {
  auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  const auto field = field_of("smatb:Au", elements, {}, {.skin_angstrom = 1.0});
  Positions forces(positions.size());
  // All atoms drift along different directions, some of them together, so that pairs come into
  // reach.
  for (int step = 0; step < 60; ++step) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      positions[i] *= 0.9985;
      positions[i].x() += 0.01 * static_cast<double>(i % 5);
    }
    const auto exact = calculate_energies(*make_potential("smatb:Au"), elements, positions, {});
    EXPECT_LT(difference(*field, exact, positions).energy_ev, 1e-8);
  }
}

TEST(ForceField, MixedPrecisionHandsCloseAtomsToDoublePrecision) {
  auto positions = warm_particle();
  // Closer than tables in single precision go, but not than the potential begins.
  const Eigen::Vector3d direction = (positions[1] - positions[0]).normalized();
  positions[1] = positions[0] + 1.3 * direction;
  const std::vector<std::size_t> elements(positions.size(), 0);
  const auto exact = calculate_energies(*make_potential("smatb:Au"), elements, positions, {});
  const auto field = field_of("smatb:Au", elements, {}, {.precision = Precision::mixed});
  const auto off = difference(*field, exact, positions);
  EXPECT_LT(off.energy_ev, 1e-9);
  EXPECT_LT(off.force_ev_per_angstrom, 1e-9);
}

TEST(ForceField, ComplainsOfOverlapAndOfNoNumbers) {
  auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  Positions forces(positions.size());
  for (const auto precision : {Precision::full, Precision::mixed}) {
    const auto field = field_of("smatb:Au", elements, {}, {.precision = precision});
    auto overlapping = positions;
    overlapping[7] = overlapping[3] + Eigen::Vector3d(0.2, 0.0, 0.0);
    try {
      field->evaluate(overlapping, forces);
      FAIL();
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find("atoms 4 and 8 overlap"), std::string::npos)
          << error.what();
    }
    auto damaged = positions;
    damaged[5].y() = std::nan("");
    EXPECT_THROW(field->evaluate(damaged, forces), InputError);
  }
}

TEST(ForceField, HeldAtomsAndFields) {
  class Spring final : public ExternalField {
   public:
    double add(std::span<const Eigen::Vector3d> positions,
               std::span<Eigen::Vector3d> forces) const override {
      forces[0].x() -= 2.0 * positions[0].x();
      return positions[0].x() * positions[0].x();
    }
  };
  const auto positions = warm_particle();
  const std::vector<std::size_t> elements(positions.size(), 0);
  std::vector<std::uint8_t> held(positions.size(), 0);
  held[4] = 1;
  const auto plain = field_of("smatb:Au", elements, {}, {});
  const auto field = field_of("smatb:Au", elements, {}, {}, {{std::make_shared<Spring>()}, held});
  Positions without(positions.size());
  Positions with(positions.size());
  const double energy = plain->evaluate(positions, without);
  const double x = positions[0].x();
  EXPECT_DOUBLE_EQ(field->evaluate(positions, with), energy + x * x);
  EXPECT_DOUBLE_EQ(with[0].x(), without[0].x() - 2.0 * x);
  EXPECT_EQ(with[4], Eigen::Vector3d::Zero());
  EXPECT_EQ(with[5], without[5]);
}

TEST(ForceField, NoAtoms) {
  const auto field = field_of("smatb:Au", {}, {}, {});
  EXPECT_EQ(field->evaluate({}, {}), 0.0);
}

TEST(ForceField, AnAtomAloneHasNoEnergy) {
  for (const auto precision : {Precision::full, Precision::mixed}) {
    const auto field = field_of("smatb:Au", {0}, {}, {.precision = precision});
    const Positions positions = {{1.0, 2.0, 3.0}};
    Positions forces(1);
    EXPECT_EQ(field->evaluate(positions, forces), 0.0);
    EXPECT_EQ(forces[0], Eigen::Vector3d::Zero());
  }
}

}  // namespace
}  // namespace adatom::energetics
