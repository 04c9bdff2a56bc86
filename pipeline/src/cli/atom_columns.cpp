#include "cli/atom_columns.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/box.h"
#include "adatom/descriptors/common_neighbours.h"
#include "adatom/descriptors/coordination.h"
#include "adatom/descriptors/steinhardt.h"

namespace adatom::pipeline {
namespace {

using descriptors::NeighbourVectors;

std::vector<std::string> names_in(const std::string& words) {
  std::vector<std::string> names;
  std::istringstream text(words);
  for (std::string name; std::getline(text, name, ',');) {
    std::erase(name, ' ');
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

/// Neighbours far enough for the cut-off and for the packing, which looks beyond the first shell.
NeighbourVectors find_neighbours(const crystal::Structure& structure,
                                 std::optional<double>& r_cut_angstrom) {
  std::vector<Eigen::Vector3d> positions;
  for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
  const crystal::Box box = crystal::box_of(structure);
  NeighbourVectors near;
  // Atoms of a metal are about 3 angstrom apart; of anything else surely less than 25.
  for (double reach = 3.2; reach < 50.0 && near.atom.size() < positions.size(); reach *= 2.0) {
    near = descriptors::find_neighbour_vectors(positions, box, reach);
  }
  const double nearest = descriptors::nearest_neighbour_angstrom(near);
  if (!r_cut_angstrom) r_cut_angstrom = descriptors::first_shell_cut_angstrom(nearest);
  return descriptors::find_neighbour_vectors(positions, box,
                                             std::max(*r_cut_angstrom, 1.8 * nearest));
}

std::vector<std::int64_t> coordination(const NeighbourVectors& neighbours, double r_cut) {
  const auto numbers = descriptors::coordination_numbers(neighbours, r_cut);
  return {numbers.begin(), numbers.end()};
}

std::vector<std::string> packing(const NeighbourVectors& neighbours) {
  std::vector<std::string> names;
  for (const auto p : descriptors::adaptive_common_neighbour_analysis(neighbours)) {
    names.emplace_back(EnumNames<descriptors::Packing>::names[static_cast<std::size_t>(p)]);
  }
  return names;
}

/// "q6", "averaged_q6".
std::optional<std::vector<double>> bond_order(const NeighbourVectors& neighbours, double r_cut,
                                              const std::string& name) {
  const bool averaged = name.starts_with("averaged_");
  const std::string bare = averaged ? name.substr(9) : name;
  if (!bare.starts_with('q')) return std::nullopt;
  const auto order = parse_integer(bare.substr(1));
  if (!order || *order < 0 || *order > 12) return std::nullopt;
  const std::vector<std::size_t> orders = {static_cast<std::size_t>(*order)};
  auto found = descriptors::bond_order(neighbours, r_cut, orders);
  return averaged ? std::move(found.averaged_q) : std::move(found.q);
}

}  // namespace

void add_atom_columns(crystal::Structure& structure, const std::string& words,
                      std::optional<double> r_cut_angstrom) {
  const auto names = names_in(words);
  if (names.empty() || structure.atoms.empty()) return;
  const auto neighbours = find_neighbours(structure, r_cut_angstrom);
  for (const std::string& name : names) {
    crystal::AtomColumn column{.name = name, .width = 1, .values = {}};
    if (name == "coordination") {
      column.values = coordination(neighbours, *r_cut_angstrom);
    } else if (name == "cna") {
      column.values = packing(neighbours);
    } else if (auto order = bond_order(neighbours, *r_cut_angstrom, name)) {
      column.values = std::move(*order);
    } else {
      throw InputError({.what = "there is no column \"" + name + "\"",
                        .where = "--with",
                        .why = {},
                        .remedy = "coordination, cna, q4, averaged_q4 and other q up to q12 can be "
                                  "added"});
    }
    std::erase_if(structure.columns, [&](const auto& other) { return other.name == name; });
    structure.columns.push_back(std::move(column));
  }
}

}  // namespace adatom::pipeline
