#include "adatom/crystal/edit.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/crystal/select.h"
#include "adatom/crystal/zone_axis.h"
#include "edit_words.h"

namespace adatom::crystal {
namespace {

// Each use of chance has its own stream.
enum class Chance : std::uint64_t { vacancies, alloy, adatoms, rattle };

RandomStream stream(const EditOptions& options, Chance chance) {
  return RandomStream(static_cast<std::uint64_t>(options.seed))
      .substream(static_cast<std::uint64_t>(chance));
}

InputError complaint(std::string what, std::string where, std::string why) {
  return InputError(
      {.what = std::move(what), .where = std::move(where), .why = std::move(why), .remedy = {}});
}

/// `count` of the list, chosen at random.
template <class T>
std::vector<T> choose(std::vector<T> list, std::size_t count, RandomStream random) {
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(list[i], list[i + random.below(list.size() - i)]);
  }
  list.resize(count);
  return list;
}

Structure keep(const Structure& structure, const std::vector<bool>& kept) {
  std::vector<std::size_t> atoms;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) atoms.push_back(i);
  }
  if (atoms.empty()) throw complaint("no atom is left", "edit", {});
  return select_atoms(structure, atoms);
}

void scale(Structure& structure, double factor) {
  for (auto& atom : structure.atoms) {
    atom.position_angstrom *= factor;
    if (atom.rms_displacement_angstrom) *atom.rms_displacement_angstrom *= factor;
  }
  structure.cell_angstrom *= factor;
  structure.origin_angstrom *= factor;
}

Structure remove_numbers(const Structure& structure, const std::string& text) {
  std::vector<bool> kept(structure.atoms.size(), true);
  const auto ranges = parse_number_ranges(text);
  for (const auto& [first, last] : *ranges) {
    if (last > static_cast<std::int64_t>(kept.size())) {
      throw complaint("there is no atom " + std::to_string(last), "remove",
                      "the structure has " + std::to_string(kept.size()));
    }
    for (auto number = first; number <= last; ++number) {
      kept[static_cast<std::size_t>(number - 1)] = false;
    }
  }
  return keep(structure, kept);
}

Structure cut(const Structure& structure, const EditOptions& options) {
  const Eigen::Vector3d normal =
      Eigen::Vector3d(options.cut_normal[0], options.cut_normal[1], options.cut_normal[2])
          .normalized();
  // Atoms on the plane stay, whatever the rounding.
  constexpr double rounding = 1e-6;
  std::vector<bool> kept;
  for (const auto& atom : structure.atoms) {
    kept.push_back(normal.dot(atom.position_angstrom) <= options.cut_distance_angstrom + rounding);
  }
  return keep(structure, kept);
}

Structure make_vacancies(const Structure& structure, const EditOptions& options) {
  std::vector<std::size_t> allowed;
  if (options.vacancy_sites == VacancySites::any) {
    allowed.resize(structure.atoms.size());
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  } else {
    const auto surface = surface_atoms(structure, typical_bond_angstrom(structure));
    for (std::size_t i = 0; i < surface.size(); ++i) {
      if (surface[i] == (options.vacancy_sites == VacancySites::surface)) allowed.push_back(i);
    }
  }
  const auto count = static_cast<std::size_t>(options.vacancies);
  if (count > allowed.size()) {
    throw complaint("there are not " + std::to_string(count) + " atoms to take away", "vacancies",
                    "only " + std::to_string(allowed.size()) + " are of the kind asked for");
  }
  std::vector<bool> kept(structure.atoms.size(), true);
  for (const auto atom : choose(allowed, count, stream(options, Chance::vacancies))) {
    kept[atom] = false;
  }
  return keep(structure, kept);
}

Eigen::Vector3d centre_of(const Structure& structure) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& atom : structure.atoms) sum += atom.position_angstrom;
  return sum / static_cast<double>(structure.atoms.size());
}

void make_alloy(Structure& structure, const EditOptions& options) {
  const auto share = *parse_share(options.alloy);
  const auto count = static_cast<std::size_t>(
      std::llround(share.share * static_cast<double>(structure.atoms.size())));
  std::vector<std::size_t> atoms(structure.atoms.size());
  std::iota(atoms.begin(), atoms.end(), std::size_t{0});
  if (options.alloy_arrangement == AlloyArrangement::random) {
    atoms = choose(atoms, count, stream(options, Chance::alloy));
  } else {
    const Eigen::Vector3d centre = centre_of(structure);
    const bool core = options.alloy_arrangement == AlloyArrangement::core;
    std::vector<std::int64_t> order;  // in steps that rounding does not reach
    for (const auto& atom : structure.atoms) {
      const double distance = (atom.position_angstrom - centre).norm();
      order.push_back(std::llround((core ? distance : -distance) * 1e6));
    }
    std::stable_sort(atoms.begin(), atoms.end(),
                     [&](std::size_t a, std::size_t b) { return order[a] < order[b]; });
    atoms.resize(count);
  }
  for (const auto atom : atoms) structure.atoms[atom].element = share.element;
}

Structure add_adatoms(Structure structure, const EditOptions& options) {
  const double bond = typical_bond_angstrom(structure);
  const auto sites = hollow_sites(structure, bond, options.adatom_sites);
  const auto near = find_neighbours(sites, box_of(structure), 0.9 * bond);
  std::vector<std::size_t> order(sites.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  order = choose(order, order.size(), stream(options, Chance::adatoms));
  const auto wanted = static_cast<std::size_t>(options.adatoms);
  std::vector<bool> free(sites.size(), true);
  std::vector<Atom> atoms;
  for (std::size_t k = 0; k < order.size() && atoms.size() < wanted; ++k) {
    const std::size_t site = order[k];
    if (!free[site]) continue;
    for (auto e = near.first[site]; e < near.first[site + 1]; ++e) free[near.atom[e]] = false;
    atoms.push_back({.element = options.adatom_element.empty() ? structure.atoms.front().element
                                                               : options.adatom_element,
                     .position_angstrom = sites[site]});
  }
  if (atoms.size() < wanted) {
    throw complaint("there is no room for " + std::to_string(wanted) + " adatoms", "adatoms",
                    std::to_string(atoms.size()) + " found a hollow site of the kind asked for");
  }
  return with_atoms(std::move(structure), atoms);
}

void rattle(Structure& structure, const EditOptions& options) {
  auto random = stream(options, Chance::rattle);
  for (auto& atom : structure.atoms) {
    for (int k = 0; k < 3; ++k) {
      atom.position_angstrom[k] += options.rattle_angstrom * random.normal();
    }
  }
}

Structure rotate(Structure structure, const std::vector<double>& angles_deg) {
  constexpr double degree = std::numbers::pi / 180.0;
  const Eigen::Matrix3d rotation =
      (Eigen::AngleAxisd(angles_deg[2] * degree, Eigen::Vector3d::UnitZ()) *
       Eigen::AngleAxisd(angles_deg[1] * degree, Eigen::Vector3d::UnitY()) *
       Eigen::AngleAxisd(angles_deg[0] * degree, Eigen::Vector3d::UnitX()))
          .toRotationMatrix();
  return rotated(std::move(structure), rotation);
}

void move(Structure& structure, const Eigen::Vector3d& by) {
  for (auto& atom : structure.atoms) atom.position_angstrom += by;
}

void put_into_box(Structure& structure, double vacuum_angstrom) {
  Eigen::Matrix3d& cell = structure.cell_angstrom;
  for (int k = 0; k < 3; ++k) {
    if (structure.periodic[static_cast<std::size_t>(k)]) continue;
    const double length = cell.row(k).norm();
    cell.row(k) = length > 0.0 ? Eigen::RowVector3d(cell.row(k) / length)
                               : Eigen::RowVector3d(Eigen::Vector3d::Unit(k).transpose());
  }
  if (std::abs(cell.determinant()) < 1e-6 * cell.rowwise().norm().prod()) {
    throw complaint("no box fits around the atoms", "vacuum_angstrom",
                    "the cell vectors and the axes that complete them lie in one plane");
  }
  const Eigen::Matrix3d inverse = cell.inverse();
  Eigen::Vector3d moved = -structure.origin_angstrom;
  for (int k = 0; k < 3; ++k) {
    if (structure.periodic[static_cast<std::size_t>(k)]) continue;
    double low = 0.0;
    double high = 0.0;
    bool first = true;
    for (const auto& atom : structure.atoms) {
      const double along = inverse.col(k).dot(atom.position_angstrom - structure.origin_angstrom);
      low = first ? along : std::min(low, along);
      high = first ? along : std::max(high, along);
      first = false;
    }
    // Along a slanted vector the way through the same space is longer.
    const double margin = vacuum_angstrom * inverse.col(k).norm();
    moved += (margin - low) * cell.row(k).transpose();
    // A cell needs a volume even around atoms in a plane.
    cell.row(k) *= std::max(high - low + 2.0 * margin, 1e-3);
  }
  move(structure, moved);
  structure.origin_angstrom.setZero();
}

}  // namespace

Structure edit(Structure structure, const EditOptions& options) {
  require_valid(options.validate());
  if (structure.atoms.empty()) throw complaint("the structure holds no atom", "edit", {});
  if (!options.remove.empty()) structure = remove_numbers(structure, options.remove);
  if (options.scale != 1.0) scale(structure, options.scale);
  if (options.placement == Placement::centre) move(structure, -centre_of(structure));
  if (!options.cut_normal.empty()) structure = cut(structure, options);
  if (options.vacancies > 0) structure = make_vacancies(structure, options);
  if (!options.alloy.empty()) make_alloy(structure, options);
  if (options.adatoms > 0) structure = add_adatoms(std::move(structure), options);
  if (options.rattle_angstrom > 0.0) rattle(structure, options);
  if (!options.rotate_deg.empty()) structure = rotate(std::move(structure), options.rotate_deg);
  if (options.vacuum_angstrom) put_into_box(structure, *options.vacuum_angstrom);
  return structure;
}

}  // namespace adatom::crystal
