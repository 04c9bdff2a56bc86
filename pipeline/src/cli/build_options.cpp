#include "cli/build_options.h"

#include <array>
#include <sstream>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/phase.h"
#include "adatom/crystal/select.h"

namespace adatom::pipeline {
namespace {

void visit_zone_axis(OptionVisitor& v, crystal::ZoneAxis& axis) {
  v.visit({.name = "zone_axis", .help = "crystal direction along z, the beam"}, axis);
}

void visit_count(OptionVisitor& v, std::string_view name, std::string_view unit,
                 std::string_view help, std::int64_t& value) {
  v.visit({.name = name, .unit = unit, .help = help, .min = 1, .max = 1000}, value);
}

void visit_length(OptionVisitor& v, std::string_view name, std::string_view help, double& value) {
  v.visit({.name = name, .unit = "angstrom", .help = help, .min = 0.1, .max = 500}, value);
}

crystal::Structure turned(crystal::Structure structure, crystal::ZoneAxis axis) {
  return crystal::rotated(std::move(structure), crystal::zone_axis_rotation(axis));
}

InputError wrong_facets(const std::string& text, std::string why) {
  return InputError({.what = '"' + text + "\" is no list of facets with energies",
                     .where = "--facets",
                     .why = std::move(why),
                     .remedy = "for instance 111:0.46,100:0.55"});
}

std::optional<std::array<int, 3>> parse_miller(const std::string& text) {
  std::array<int, 3> indices{};
  std::size_t count = 0;
  const bool blanks = text.find(' ') != std::string::npos;
  std::istringstream words(text);
  for (std::string word; blanks ? bool(words >> word) : count < text.size(); ++count) {
    if (!blanks) word = text.substr(count, 1);
    const auto index = parse_integer(word);
    if (count == 3 || !index || *index < -100 || *index > 100) return std::nullopt;
    indices[count] = static_cast<int>(*index);
  }
  if (count != 3) return std::nullopt;
  return indices;
}

}  // namespace

void MetalOptions::describe(OptionVisitor& v) {
  v.visit({.name = "element", .help = "symbol of the metal"}, element);
  v.visit({.name = "lattice_parameter_angstrom",
           .unit = "angstrom",
           .help = "of the fcc crystal; empty: that of Al, Ni, Cu, Pd, Ag, Ir, Pt or Au",
           .min = 1,
           .max = 20},
          lattice_parameter_angstrom);
}

crystal::FccCrystal MetalOptions::crystal() const {
  if (!lattice_parameter_angstrom) return crystal::fcc_crystal(element);
  if (!crystal::find_element(element)) {
    throw InputError({.what = '"' + element + "\" is no element's symbol",
                      .where = "--element",
                      .why = {},
                      .remedy = "give a symbol such as Au"});
  }
  return {element, *lattice_parameter_angstrom};
}

void TruncatedOctahedronKind::describe(OptionVisitor& v) {
  metal.describe(v);
  visit_count(v, "length", "atoms", "along an edge of the whole octahedron", length);
  v.visit({.name = "cutoff",
           .unit = "layers",
           .help = "cut off each tip, at most (length - 1) / 2",
           .min = 0,
           .max = 500},
          cutoff);
  visit_zone_axis(v, zone_axis);
}

crystal::Structure TruncatedOctahedronKind::build() const {
  auto structure =
      turned(crystal::build_truncated_octahedron(metal.crystal(), length, cutoff), zone_axis);
  structure.comment = fmt::format("truncated octahedron ({}, {})", length, cutoff);
  return structure;
}

void CuboctahedronKind::describe(OptionVisitor& v) {
  metal.describe(v);
  v.visit({.name = "shells", .help = "around one atom", .min = 0, .max = 100}, shells);
  visit_zone_axis(v, zone_axis);
}

crystal::Structure CuboctahedronKind::build() const {
  auto structure = turned(crystal::build_cuboctahedron(metal.crystal(), shells), zone_axis);
  structure.comment = fmt::format("cuboctahedron, {} shells", shells);
  return structure;
}

void WulffKind::describe(OptionVisitor& v) {
  metal.describe(v);
  v.visit({.name = "facets",
           .help = "facets and their energies in any unit, for instance 111:0.46,100:0.55; each "
                   "stands for all that the cube's symmetry makes of it"},
          facets);
  v.visit({.name = "atoms", .unit = "atoms", .help = "the size wanted", .min = 1, .max = 1e7},
          atoms);
  v.visit({.name = "diameter_angstrom",
           .unit = "angstrom",
           .help = "the size wanted, as the diameter of a sphere of the same volume",
           .min = 1,
           .max = 1000},
          diameter_angstrom);
  v.visit({.name = "rounding", .help = "which shape, where none has that number of atoms"},
          shape.rounding);
  v.visit({.name = "centre", .help = "of the shape: an atom, or the octahedral hole"},
          shape.centre);
  visit_zone_axis(v, zone_axis);
}

crystal::Structure WulffKind::build() const {
  const auto list = parse_facets(facets);
  if (atoms.has_value() == diameter_angstrom.has_value()) {
    throw InputError({.what = "one size is needed",
                      .where = "adatom build wulff",
                      .why = atoms ? "both are given" : "none is given",
                      .remedy = "give --atoms or --diameter-angstrom"});
  }
  const auto metal_crystal = metal.crystal();
  const std::int64_t wanted =
      atoms ? *atoms : crystal::atoms_in_sphere(metal_crystal, *diameter_angstrom);
  auto structure = turned(crystal::build_wulff(metal_crystal, list, wanted, shape), zone_axis);
  structure.comment = "Wulff construction " + facets;
  return structure;
}

void IcosahedronKind::describe(OptionVisitor& v) {
  metal.describe(v);
  v.visit({.name = "shells",
           .help = "around one atom: 1, 2, 3, ... give 13, 55, 147, 309, 561, 923 atoms",
           .min = 0,
           .max = 140},
          shells);
  v.visit({.name = "axis", .help = "symmetry axis along z, the beam"}, axis);
}

crystal::Structure IcosahedronKind::build() const {
  auto structure = crystal::build_icosahedron(metal.crystal(), shells, axis);
  structure.comment = fmt::format("icosahedron, {} shells", shells);
  return structure;
}

void DecahedronKind::describe(OptionVisitor& v) {
  metal.describe(v);
  visit_count(v, "m", "atoms", "along the edges of {100} faces at right angles to the axis",
              size.m);
  visit_count(v, "n", "atoms", "along their edges parallel to the axis", size.n);
  visit_count(v, "p", "", "depth of the notches at the five corners; 1: none (Ino's decahedron)",
              size.p);
}

crystal::Structure DecahedronKind::build() const {
  auto structure = crystal::build_decahedron(metal.crystal(), size);
  structure.comment = fmt::format("decahedron ({}, {}, {})", size.m, size.n, size.p);
  return structure;
}

void SphereKind::describe(OptionVisitor& v) {
  metal.describe(v);
  visit_length(v, "radius_angstrom", "around an atom", radius_angstrom);
  visit_zone_axis(v, zone_axis);
}

crystal::Structure SphereKind::build() const {
  auto structure = turned(crystal::build_sphere(metal.crystal(), radius_angstrom), zone_axis);
  structure.comment = "sphere of radius " + shortest(radius_angstrom);
  return structure;
}

void WedgeKind::describe(OptionVisitor& v) {
  metal.describe(v);
  visit_length(v, "width_angstrom", "along x", size.width_angstrom);
  visit_length(v, "height_angstrom", "along y", size.height_angstrom);
  visit_length(v, "thickness_angstrom", "along z, at the thick end", size.thickness_angstrom);
  visit_zone_axis(v, zone_axis);
}

crystal::Structure WedgeKind::build() const {
  auto structure =
      crystal::build_wedge(metal.crystal(), size, crystal::zone_axis_rotation(zone_axis));
  structure.comment = "wedge";
  return structure;
}

void SlabKind::describe(OptionVisitor& v) {
  metal.describe(v);
  v.visit({.name = "face", .help = "the surface, which looks along z"}, face);
  visit_count(v, "cells_x", "cells", "of the surface along x", cells_x);
  visit_count(v, "cells_y", "cells", "of the surface along y", cells_y);
  visit_count(v, "layers", "layers", "of atoms", layers);
}

crystal::Structure SlabKind::build() const {
  auto structure = crystal::build_slab(
      metal.crystal(), face,
      {.cells_x = cells_x, .cells_y = cells_y, .layers = layers, .vacuum_angstrom = 0.0});
  structure.comment = fmt::format("slab, {} layers", layers);
  return structure;
}

void CrystalKind::describe(OptionVisitor& v) {
  metal.describe(v);
  v.visit({.name = "phase",
           .help = "a crystal of the program's table instead, for instance CeO2; empty: the metal"},
          phase);
  v.visit({.name = "zone_axis",
           .help = "of the metal: crystal direction along z; the cell is the smallest rectangular "
                   "one"},
          zone_axis);
  visit_count(v, "cells_x", "cells", "along the first cell vector", cells_x);
  visit_count(v, "cells_y", "cells", "along the second", cells_y);
  visit_count(v, "cells_z", "cells", "along the third", cells_z);
}

crystal::Structure CrystalKind::build() const {
  crystal::Structure cell;
  if (phase.empty()) {
    cell = crystal::bulk_cell(metal.crystal(), zone_axis);
    cell.comment = metal.element;
  } else {
    const auto found = crystal::find_phase(phase);
    if (!found) {
      std::string names;
      for (const auto& known : crystal::phase_names()) names += (names.empty() ? "" : ", ") + known;
      throw InputError({.what = "no phase is called \"" + phase + '"',
                        .where = "--phase",
                        .why = "the table has " + names,
                        .remedy = {}});
    }
    cell = crystal::phase_cell(*found);
  }
  return crystal::repeated(cell, {cells_x, cells_y, cells_z});
}

std::vector<crystal::FacetEnergy> parse_facets(const std::string& text) {
  std::vector<crystal::FacetEnergy> facets;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto colon = part.find(':');
    if (colon == std::string::npos) throw wrong_facets(text, '"' + part + "\" has no energy");
    const auto miller = parse_miller(part.substr(0, colon));
    const auto energy = parse_double(part.substr(colon + 1));
    if (!miller || !energy) {
      throw wrong_facets(text, '"' + part + "\" is not three indices, a colon and a number");
    }
    facets.push_back({*miller, *energy});
  }
  if (facets.empty()) throw wrong_facets(text, "it is empty");
  return facets;
}

}  // namespace adatom::pipeline
