#include "adatom/energetics/local_energy.h"

#include <limits>
#include <stdexcept>
#include <utility>

#include "local_state.h"

namespace adatom::energetics {

struct LocalEnergy::Impl : LocalState {
  using LocalState::LocalState;
};

LocalEnergy::LocalEnergy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                         std::span<const std::size_t> elements,
                         std::span<const Eigen::Vector3d> positions_angstrom) {
  if (elements.size() != positions_angstrom.size()) {
    throw std::invalid_argument("LocalEnergy: one element for each atom");
  }
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
  if (!impl_->take_arriving() || !impl_->take_embedding())
    return std::numeric_limits<double>::infinity();
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
