#pragma once
// Changes to a structure: atoms taken away, added, exchanged, moved; a box put around it.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/crystal/surface_sites.h"

namespace adatom::crystal {

enum class VacancySites { any, surface, bulk };
/// Which atoms another element replaces: chosen at random, those nearest to the centre, or those
/// farthest from it.
enum class AlloyArrangement { random, core, shell };
enum class Placement { keep, centre };

/// Done in the order of the fields. Each kind of chance has its own random stream, so that one does
/// not change the others.
struct EditOptions {
  std::string remove = {};                ///< numbers of atoms: "5,17,20:25"
  double scale = 1.0;                     ///< of all coordinates and the cell
  Placement placement = Placement::keep;  ///< centre: the mean of all atoms goes to zero
  std::vector<double> cut_normal = {};    ///< of a plane; empty: no cut
  double cut_distance_angstrom = 0.0;     ///< atoms beyond it along the normal go
  std::int64_t vacancies = 0;
  VacancySites vacancy_sites = VacancySites::any;
  std::string alloy = {};  ///< "Ag:0.3"
  AlloyArrangement alloy_arrangement = AlloyArrangement::random;
  std::int64_t adatoms = 0;
  std::string adatom_element = {};  ///< empty: that of the first atom
  HollowSite adatom_sites = HollowSite::any;
  double rattle_angstrom = 0.0;                ///< standard deviation along each axis
  std::vector<double> rotate_deg = {};         ///< about x, then y, then z
  std::optional<double> vacuum_angstrom = {};  ///< a box around the atoms
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The structure with the changes. Vacancies in the bulk are atoms with 11 neighbours or more, at
/// the surface with fewer. Adatoms sit on hollow sites a bond (the median nearest distance) away
/// from their neighbours, no two within 0.9 bonds. An alloy replaces the share of all atoms,
/// rounded. A box gets `vacuum_angstrom` on both sides along every direction that is not periodic
/// (along the cell vector where there is one, else along x, y, z), its corner at zero.
/// @throws InputError: invalid options, atoms to remove that are not there, fewer sites than
/// wanted, no atom left
[[nodiscard]] Structure edit(Structure structure, const EditOptions& options);

}  // namespace adatom::crystal

namespace adatom {
template <>
struct EnumNames<crystal::VacancySites> {
  static constexpr std::array names = {"any", "surface", "bulk"};
};
template <>
struct EnumNames<crystal::AlloyArrangement> {
  static constexpr std::array names = {"random", "core", "shell"};
};
template <>
struct EnumNames<crystal::Placement> {
  static constexpr std::array names = {"keep", "centre"};
};
}  // namespace adatom
