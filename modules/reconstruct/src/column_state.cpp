#include "column_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/energetics/energies.h"
#include "column_graph.h"

namespace adatom::reconstruct {
namespace {

constexpr double impossible = std::numeric_limits<double>::infinity();

energetics::LocalEnergy energy_of(
    const ColumnModel& model, std::shared_ptr<const energetics::EmbeddedAtomPotential> potential) {
  const auto structure = build_structure(model);
  const auto elements = energetics::element_numbers(*potential, structure);
  return {std::move(potential), elements, energetics::positions_of(structure)};
}

std::size_t element_of(const ColumnModel& model,
                       const energetics::EmbeddedAtomPotential& potential) {
  crystal::Structure one;
  one.atoms.push_back({.element = model.element});
  return energetics::element_numbers(potential, one).front();
}

double field_energy_ev(const energetics::ExternalField& field, const Eigen::Vector3d& position) {
  const std::array positions = {position};
  std::array<Eigen::Vector3d, 1> forces = {Eigen::Vector3d::Zero()};
  return field.add(positions, forces);
}

}  // namespace

ColumnState::ColumnState(const ColumnModel& start, std::span<const ObservedColumn> observed,
                         std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
                         const energetics::ExternalField* support, const ColumnPrices& prices)
    : model_(start),
      observed_(observed),
      support_(support),
      prices_(prices),
      element_(element_of(start, *potential)),
      local_(energy_of(start, std::move(potential))),
      site_support_ev_(start.columns.size()),
      known_price_ev_(start.columns.size()) {
  std::uint32_t next = 0;
  for (std::size_t c = 0; c < model_.columns.size(); ++c) {
    auto& ids = atoms_.emplace_back();
    for (std::int64_t k = 0; k < model_.columns[c].atoms; ++k) ids.push_back(next++);
  }
  if (support_ != nullptr) {
    const auto positions = energetics::positions_of(build_structure(model_));
    std::vector<Eigen::Vector3d> forces(positions.size(), Eigen::Vector3d::Zero());
    support_->add(positions, forces);  // throws where an atom is behind it
  }
  for (std::size_t c = 0; c < model_.columns.size(); ++c) {
    column_support_ev_.push_back(support_ == nullptr ? 0.0 : column_support_ev(placement(c)));
    column_price_ev_.push_back(count_price_ev(c, model_.columns[c].atoms));
  }
  sum_up();
}

/// Sums of what columns cost now, not of changes: next to a wall changes are so large that their
/// rounding would stay for good.
void ColumnState::sum_up() {
  support_ev_ = std::accumulate(column_support_ev_.begin(), column_support_ev_.end(), 0.0);
  price_ev_ = std::accumulate(column_price_ev_.begin(), column_price_ev_.end(), 0.0);
}

Placement ColumnState::placement(std::size_t column) const {
  const ModelColumn& at = model_.columns[column];
  return {column, at.bottom, at.atoms, at.shift_angstrom};
}

Placement ColumnState::shifted(std::size_t column, std::int64_t levels) const {
  Placement to = placement(column);
  to.bottom += levels;
  return to;
}

double ColumnState::cost_ev() const {
  return energy_ev() + price_ev_ - prices_.atom_ev * static_cast<double>(extra_atoms_);
}

/// Whole lattice spacings do not leave the sites of a column, so their energies are kept.
double ColumnState::support_ev(const ModelColumn& column, std::size_t index, std::int64_t level) {
  const auto evaluate = [&] {
    try {
      return field_energy_ev(*support_, site_angstrom(column, level));
    } catch (const InputError&) {
      return impossible;  // behind the wall
    }
  };
  if (column.shift_angstrom != 0.0) return evaluate();
  auto& known = site_support_ev_[index];
  const auto found = known.find(level);
  if (found != known.end()) return found->second;
  return known.emplace(level, evaluate()).first->second;
}

double ColumnState::column_support_ev(const Placement& placement) {
  ModelColumn column = model_.columns[placement.column];
  column.shift_angstrom = placement.shift_angstrom;
  double sum = 0.0;
  for (std::int64_t k = 0; k < placement.atoms; ++k) {
    sum += support_ev(column, placement.column, placement.bottom + k);
  }
  return sum;
}

double ColumnState::count_price_ev(std::size_t column, std::int64_t atoms) {
  auto& known = known_price_ev_[column];
  const auto found = known.find(atoms);
  if (found != known.end()) return found->second;
  const double price = prices_.count_unit_ev * count_price(observed_[column], atoms);
  return known.emplace(atoms, price).first->second;
}

/// Adds what `to` changes to the change that is tried. Atoms are all alike, so those that leave one
/// end of a column are those that come to its other end.
void ColumnState::gather(const Placement& to) {
  const Placement from = placement(to.column);
  ModelColumn column = model_.columns[to.column];
  const auto& ids = atoms_[to.column];
  const bool off_lattice = to.shift_angstrom != from.shift_angstrom;
  column.shift_angstrom = to.shift_angstrom;
  const auto is_in = [off_lattice](const Placement& p, std::int64_t level) {
    return !off_lattice && level >= p.bottom && level < p.bottom + p.atoms;
  };
  std::vector<std::uint32_t> leaving;
  for (std::int64_t k = 0; k < from.atoms; ++k) {
    if (!is_in(to, from.bottom + k)) leaving.push_back(ids[static_cast<std::size_t>(k)]);
  }
  std::size_t used = 0;
  for (std::int64_t level = to.bottom; level < to.bottom + to.atoms; ++level) {
    if (is_in(from, level)) continue;
    const Eigen::Vector3d site = site_angstrom(column, level);
    if (used < leaving.size()) {
      change_.moved.push_back(leaving[used]);
      change_.to_angstrom.push_back(site);
      arrivals_.push_back({to.column, level, leaving[used++]});
    } else {
      change_.added_elements.push_back(element_);
      change_.added_angstrom.push_back(site);
      arrivals_.push_back({to.column, level, -1});
    }
  }
  for (; used < leaving.size(); ++used) change_.removed.push_back(leaving[used]);
}

bool ColumnState::finite_support_change(double& change) {
  for (const Placement& to : tried_) {
    const double there = column_support_ev(to);
    if (there == impossible) return false;
    change += there - column_support_ev_[to.column];
  }
  return true;
}

double ColumnState::try_placements(std::span<const Placement> placements) {
  tried_.assign(placements.begin(), placements.end());
  arrivals_.clear();
  change_ = {};
  tried_atoms_ = 0;
  double support = 0.0;
  double price = 0.0;
  for (const Placement& to : tried_) {
    gather(to);
    const std::int64_t atoms = model_.columns[to.column].atoms;
    if (to.atoms == atoms) continue;
    tried_atoms_ += to.atoms - atoms;
    price += count_price_ev(to.column, to.atoms) - column_price_ev_[to.column];
  }
  if (support_ != nullptr && !finite_support_change(support)) return impossible;
  const double energy = local_.try_change(change_);
  if (energy == impossible) return impossible;
  return energy + support + price - prices_.atom_ev * static_cast<double>(tried_atoms_);
}

void ColumnState::accept() {
  auto next = static_cast<std::uint32_t>(local_.size());
  local_.accept();
  extra_atoms_ += tried_atoms_;
  std::size_t arrival = 0;
  for (const Placement& to : tried_) {
    const Placement from = placement(to.column);
    const auto known = std::ranges::find(before_, to.column, &Placement::column);
    if (known == before_.end()) before_.push_back(from);
    std::vector<std::uint32_t> ids(static_cast<std::size_t>(to.atoms));
    for (std::int64_t k = 0; k < from.atoms; ++k) {
      const std::int64_t at = from.bottom + k - to.bottom;
      if (at < 0 || at >= to.atoms) continue;
      ids[static_cast<std::size_t>(at)] = atoms_[to.column][static_cast<std::size_t>(k)];
    }
    for (; arrival < arrivals_.size() && arrivals_[arrival].column == to.column; ++arrival) {
      const Arrival& came = arrivals_[arrival];
      ids[static_cast<std::size_t>(came.level - to.bottom)] =
          came.atom < 0 ? next++ : static_cast<std::uint32_t>(came.atom);
    }
    atoms_[to.column] = std::move(ids);
    ModelColumn& column = model_.columns[to.column];
    column.bottom = to.bottom;
    column.atoms = to.atoms;
    column.shift_angstrom = to.shift_angstrom;
    if (support_ != nullptr) column_support_ev_[to.column] = column_support_ev(to);
    column_price_ev_[to.column] = count_price_ev(to.column, to.atoms);
  }
  sum_up();
}

void ColumnState::mark() { before_.clear(); }

void ColumnState::undo() {
  const std::vector<Placement> before = std::exchange(before_, {});
  if (before.empty()) return;
  try_placements(before);
  accept();
  before_.clear();
}

std::vector<std::size_t> ColumnState::changed() const {
  std::vector<std::size_t> columns;
  for (const Placement& was : before_) {
    if (was != placement(was.column)) columns.push_back(was.column);
  }
  return columns;
}

/// Straight from the definition: neighbours at half of all integer vectors with an even sum.
double crystal_energy_ev(const energetics::EmbeddedAtomPotential& potential, std::size_t element,
                         double lattice_parameter_angstrom) {
  const double half = 0.5 * lattice_parameter_angstrom;
  const double reach = potential.cutoff_angstrom();
  const int most = static_cast<int>(std::ceil(reach / half));
  double pairs = 0.0;
  double density = 0.0;
  for (int i = -most; i <= most; ++i) {
    for (int j = -most; j <= most; ++j) {
      for (int k = -most; k <= most; ++k) {
        const int squared = i * i + j * j + k * k;
        const double r = half * std::sqrt(static_cast<double>(squared));
        if ((i + j + k) % 2 != 0 || squared == 0 || r >= reach) continue;
        pairs += 0.5 * potential.pair(element, element, r).value;
        density += potential.density(element, element, r).value;
      }
    }
  }
  return pairs + potential.embedding(element, density).value;
}

}  // namespace adatom::reconstruct
