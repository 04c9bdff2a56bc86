#include "adatom/energetics/local_energy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "atom_cells.h"
#include "pair_values.h"

namespace adatom::energetics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Multiples of a power of two, whose sums are exact.
struct Quantum {
  /// @param largest that sums may become; twice as much is still counted
  explicit Quantum(double largest) : per_unit(std::exp2(62.0 - std::ceil(std::log2(largest)))) {}
  [[nodiscard]] std::int64_t whole(double value) const {
    return static_cast<std::int64_t>(value * per_unit + (value < 0.0 ? -0.5 : 0.5));
  }
  [[nodiscard]] double value(std::int64_t whole_number) const {
    return static_cast<double>(whole_number) / per_unit;
  }
  double per_unit;
};

/// A pair beyond it counts as an overlap, so that sums stay inside their quantum's range.
constexpr double largest_pair_ev = 1e4;

/// A density beyond it counts as an overlap: that of sixteen neighbours as close as can be.
double largest_density(const EmbeddedAtomPotential& potential) {
  double largest = 1e-6;
  const double first = potential.closest_angstrom();
  const double end = potential.cutoff_angstrom();
  for (std::size_t a = 0; a < potential.elements().size(); ++a) {
    for (std::size_t b = 0; b < potential.elements().size(); ++b) {
      for (int i = 0; i < 200; ++i) {
        const double r = first + (end - first) * i / 200.0;
        largest = std::max(largest, std::abs(potential.density(a, b, r).value));
      }
    }
  }
  return 16.0 * largest;
}

void require_finite(std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i].allFinite()) continue;
    throw InputError(Complaint{"a position is not finite", "atom " + std::to_string(i + 1), "",
                               "check the structure"});
  }
}

}  // namespace

struct LocalEnergy::Impl {
  struct Site {
    Eigen::Vector3d position;
    std::size_t element;
    std::int64_t density = 0;
    std::int64_t embedding = 0;
    bool is_there = true;
  };
  struct Arrival {
    std::uint32_t atom;
    Site site;
  };
  /// An atom that stays, near those that change.
  struct Touched {
    std::uint32_t atom;
    std::int64_t density_change;
    std::int64_t embedding;  ///< afterwards
  };

  Impl(std::shared_ptr<const EmbeddedAtomPotential> given_potential,
       std::span<const Eigen::Vector3d> positions)
      : potential(std::move(given_potential)),
        values(potential),
        cells(positions, potential->cutoff_angstrom()),
        // A hundred eV an atom: metals have up to ten.
        energies(100.0 * (static_cast<double>(positions.size()) + 1000.0) + 10 * largest_pair_ev),
        most_density(largest_density(*potential)),
        densities(most_density),
        closest_u(potential->closest_angstrom() * potential->closest_angstrom()) {}

  std::shared_ptr<const EmbeddedAtomPotential> potential;
  PairValueTable values;
  AtomCells cells;
  Quantum energies;
  double most_density;
  Quantum densities;
  double closest_u;
  std::vector<Site> sites;
  std::int64_t total = 0;

  // The change that is tried.
  bool pending = false;
  std::int64_t change = 0;
  std::vector<std::uint32_t> leaving;
  std::vector<Arrival> arriving;
  std::vector<Touched> touched;
  /// Of each atom: the trial in which it leaves, or is touched and where in the list.
  std::vector<std::uint64_t> leaves_in;
  std::vector<std::uint64_t> touched_in;
  std::vector<std::uint32_t> touched_at;
  std::uint64_t trial = 0;

  [[nodiscard]] bool leaves(std::uint32_t atom) const { return leaves_in[atom] == trial; }

  void add_site(const Site& site) {
    sites.push_back(site);
    leaves_in.push_back(0);
    touched_in.push_back(0);
    touched_at.push_back(0);
  }

  void touch(std::uint32_t atom, std::int64_t density_change) {
    if (touched_in[atom] != trial) {
      touched_in[atom] = trial;
      touched_at[atom] = static_cast<std::uint32_t>(touched.size());
      touched.push_back({atom, 0, 0});
    }
    touched[touched_at[atom]].density_change += density_change;
  }

  /// False: beyond the potential's table.
  [[nodiscard]] bool embed(std::size_t element, std::int64_t density,
                           std::int64_t& embedding) const {
    const double rho = densities.value(density);
    if (rho > std::min(potential->largest_density(element), most_density)) return false;
    embedding = energies.whole(potential->embedding(element, rho).value);
    return true;
  }

  void take(const AtomChange& wanted);
  void take_leaving();
  [[nodiscard]] bool take_arriving();
  [[nodiscard]] bool take_pairs_of_arriving();
  [[nodiscard]] bool take_embedding();
  void start(std::span<const std::size_t> elements, std::span<const Eigen::Vector3d> positions);
};

/// Checks the lists and makes them those of atoms that leave and arrive.
void LocalEnergy::Impl::take(const AtomChange& wanted) {
  if (wanted.moved.size() != wanted.to_angstrom.size() ||
      wanted.added_elements.size() != wanted.added_angstrom.size()) {
    throw std::invalid_argument("LocalEnergy: lists of different lengths");
  }
  require_finite(wanted.to_angstrom);
  require_finite(wanted.added_angstrom);
  ++trial;
  pending = false;
  change = 0;
  leaving.clear();
  arriving.clear();
  touched.clear();
  const auto leave = [this](std::uint32_t atom) {
    if (atom >= sites.size() || !sites[atom].is_there || leaves(atom)) {
      throw std::invalid_argument("LocalEnergy: an atom is not there, or named twice");
    }
    leaves_in[atom] = trial;
    leaving.push_back(atom);
  };
  for (std::size_t k = 0; k < wanted.moved.size(); ++k) {
    leave(wanted.moved[k]);
    arriving.push_back({wanted.moved[k], {wanted.to_angstrom[k], sites[wanted.moved[k]].element}});
  }
  for (const auto atom : wanted.removed) leave(atom);
  for (std::size_t k = 0; k < wanted.added_elements.size(); ++k) {
    if (wanted.added_elements[k] >= potential->elements().size()) {
      throw std::invalid_argument("LocalEnergy: the potential lacks this element");
    }
    arriving.push_back({static_cast<std::uint32_t>(sites.size() + k),
                        {wanted.added_angstrom[k], wanted.added_elements[k]}});
  }
}

void LocalEnergy::Impl::take_leaving() {
  for (const auto atom : leaving) {
    const Site& site = sites[atom];
    change -= site.embedding;
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (other.atom == atom) return;
      const bool both = leaves(other.atom);
      if (both && other.atom < atom) return;  // counted from the other side
      const auto pair = values.at(site.element, other.element, u);
      change -= energies.whole(pair.energy_ev);
      if (!both) touch(other.atom, -densities.whole(pair.density_at_b));
    });
  }
}

bool LocalEnergy::Impl::take_arriving() {
  bool overlap = false;
  for (auto& arrival : arriving) {
    Site& site = arrival.site;
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (overlap || leaves(other.atom)) return;
      if (u < closest_u) {
        overlap = true;
        return;
      }
      const auto pair = values.at(site.element, other.element, u);
      if (pair.energy_ev > largest_pair_ev) {
        overlap = true;
        return;
      }
      change += energies.whole(pair.energy_ev);
      site.density += densities.whole(pair.density_at_a);
      touch(other.atom, densities.whole(pair.density_at_b));
    });
    if (overlap) return false;
  }
  return take_pairs_of_arriving();
}

bool LocalEnergy::Impl::take_pairs_of_arriving() {
  const double reach_u = potential->cutoff_angstrom() * potential->cutoff_angstrom();
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      Site& a = arriving[i].site;
      Site& b = arriving[j].site;
      const double u = (a.position - b.position).squaredNorm();
      if (u >= reach_u) continue;
      if (u < closest_u) return false;
      const auto pair = values.at(a.element, b.element, u);
      if (pair.energy_ev > largest_pair_ev) return false;
      change += energies.whole(pair.energy_ev);
      a.density += densities.whole(pair.density_at_a);
      b.density += densities.whole(pair.density_at_b);
    }
  }
  return true;
}

bool LocalEnergy::Impl::take_embedding() {
  for (auto& atom : touched) {
    const Site& site = sites[atom.atom];
    if (!embed(site.element, site.density + atom.density_change, atom.embedding)) return false;
    change += atom.embedding - site.embedding;
  }
  for (auto& arrival : arriving) {
    Site& site = arrival.site;
    if (!embed(site.element, site.density, site.embedding)) return false;
    change += site.embedding;
  }
  return true;
}

/// All atoms at once: each pair from its first atom.
void LocalEnergy::Impl::start(std::span<const std::size_t> elements,
                              std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (elements[i] >= potential->elements().size()) {
      throw std::invalid_argument("LocalEnergy: the potential lacks this element");
    }
    add_site({positions[i], elements[i]});
    cells.insert(static_cast<std::uint32_t>(i), elements[i], positions[i]);
  }
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    Site& site = sites[i];
    cells.for_each_near(site.position, [&](const AtomCells::Entry& other, double u) {
      if (other.atom <= i) return;
      const bool close = u < closest_u;
      const auto pair = close ? PairValues{} : values.at(site.element, other.element, u);
      if (close || pair.energy_ev > largest_pair_ev) {
        throw InputError(
            Complaint{"atoms overlap",
                      "atoms " + std::to_string(i + 1) + " and " + std::to_string(other.atom + 1),
                      shortest(std::sqrt(u)) + " angstrom apart",
                      "remove one of them, or check the structure's unit of length"});
      }
      total += energies.whole(pair.energy_ev);
      site.density += densities.whole(pair.density_at_a);
      sites[other.atom].density += densities.whole(pair.density_at_b);
    });
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    Site& site = sites[i];
    if (!embed(site.element, site.density, site.embedding)) {
      throw InputError(Complaint{"an atom is outside the potential's table",
                                 "atom " + std::to_string(i + 1),
                                 "its density is " + shortest(densities.value(site.density)),
                                 "check whether atoms are too close"});
    }
    total += site.embedding;
  }
}

LocalEnergy::LocalEnergy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                         std::span<const std::size_t> elements,
                         std::span<const Eigen::Vector3d> positions_angstrom) {
  if (elements.size() != positions_angstrom.size()) {
    throw std::invalid_argument("LocalEnergy: one element for each atom");
  }
  require_finite(positions_angstrom);
  impl_ = std::make_unique<Impl>(std::move(potential), positions_angstrom);
  impl_->start(elements, positions_angstrom);
}

LocalEnergy::~LocalEnergy() = default;
LocalEnergy::LocalEnergy(LocalEnergy&&) noexcept = default;
LocalEnergy& LocalEnergy::operator=(LocalEnergy&&) noexcept = default;

double LocalEnergy::energy_ev() const { return impl_->energies.value(impl_->total); }

std::size_t LocalEnergy::size() const { return impl_->sites.size(); }

bool LocalEnergy::is_there(std::size_t atom) const { return impl_->sites[atom].is_there; }

const Eigen::Vector3d& LocalEnergy::position_angstrom(std::size_t atom) const {
  return impl_->sites[atom].position;
}

std::size_t LocalEnergy::element(std::size_t atom) const { return impl_->sites[atom].element; }

double LocalEnergy::try_change(const AtomChange& change) {
  impl_->take(change);
  impl_->take_leaving();
  if (!impl_->take_arriving() || !impl_->take_embedding()) return infinite;
  impl_->pending = true;
  return impl_->energies.value(impl_->change);
}

double LocalEnergy::try_move(std::span<const std::uint32_t> atoms,
                             std::span<const Eigen::Vector3d> to_angstrom) {
  AtomChange change;
  change.moved.assign(atoms.begin(), atoms.end());
  change.to_angstrom.assign(to_angstrom.begin(), to_angstrom.end());
  return try_change(change);
}

void LocalEnergy::accept() {
  Impl& impl = *impl_;
  if (!impl.pending) throw std::logic_error("LocalEnergy: no change to accept");
  impl.pending = false;
  impl.total += impl.change;
  for (const auto& atom : impl.touched) {
    impl.sites[atom.atom].density += atom.density_change;
    impl.sites[atom.atom].embedding = atom.embedding;
  }
  for (const auto atom : impl.leaving) {
    impl.cells.remove(atom, impl.sites[atom].position);
    impl.sites[atom].is_there = false;
  }
  for (const auto& arrival : impl.arriving) {
    if (arrival.atom == impl.sites.size()) {
      impl.add_site(arrival.site);
    } else {
      impl.sites[arrival.atom] = arrival.site;
    }
    impl.cells.insert(arrival.atom, arrival.site.element, arrival.site.position);
  }
}

void LocalEnergy::reject() { impl_->pending = false; }

}  // namespace adatom::energetics
