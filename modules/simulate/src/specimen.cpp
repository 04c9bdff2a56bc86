#include "adatom/simulate/specimen.h"

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/io/type_elements.h"
#include "adatom/crystal/nanoparticle.h"

namespace adatom::simulate {
namespace {

crystal::FccCrystal crystal_of(const SpecimenOptions& options) {
  if (options.lattice_parameter_angstrom) {
    return {options.element, *options.lattice_parameter_angstrom};
  }
  return crystal::fcc_crystal(options.element);
}

/// Takes the file's axis `beam` to z and the two after it to x and y.
Eigen::Matrix3d beam_rotation(BeamAxis beam) {
  const int z = static_cast<int>(beam);
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Zero();
  rotation(0, (z + 1) % 3) = 1.0;
  rotation(1, (z + 2) % 3) = 1.0;
  rotation(2, z) = 1.0;
  return rotation;
}

}  // namespace

void SpecimenOptions::describe(OptionVisitor& v) {
  v.visit({.name = "kind", .help = "a structure file, or a piece of a perfect fcc crystal"}, kind);
  v.visit({.name = "structure", .help = "kind file: extended XYZ, LAMMPS data or dump"}, structure);
  v.visit({.name = "type_elements",
           .help = "kind file: symbols of atom types 1, 2, ... of LAMMPS data, for instance Pt Ir; "
                   "empty: as its masses say"},
          type_elements);
  v.visit({.name = "beam_axis", .help = "kind file: the axis of the file along the beam"},
          beam_axis);
  v.visit({.name = "element", .help = "symbol of the metal, for the built kinds"}, element);
  v.visit({.name = "lattice_parameter_angstrom",
           .unit = "angstrom",
           .help = "for the built kinds; empty: that of Al, Ni, Cu, Pd, Ag, Ir, Pt or Au",
           .min = 1,
           .max = 20},
          lattice_parameter_angstrom);
  v.visit({.name = "zone_axis", .help = "crystal direction along the beam, for the built kinds"},
          zone_axis);
  v.visit({.name = "length",
           .unit = "atoms",
           .help = "truncated_octahedron: atoms along an edge of the whole octahedron",
           .min = 1,
           .max = 200},
          length);
  v.visit({.name = "cutoff",
           .unit = "layers",
           .help = "truncated_octahedron: layers cut off each tip, at most (length - 1) / 2",
           .min = 0,
           .max = 100},
          cutoff);
  const auto visit_length = [&v](std::string_view name, std::string_view help, double& value) {
    v.visit({.name = name, .unit = "angstrom", .help = help, .min = 0.1, .max = 500}, value);
  };
  visit_length("radius_angstrom", "sphere", radius_angstrom);
  visit_length("width_angstrom", "wedge: along x", width_angstrom);
  visit_length("height_angstrom", "wedge: along y", height_angstrom);
  visit_length("thickness_angstrom", "wedge: along the beam, at its thick end", thickness_angstrom);
  v.visit({.name = "rotation_rad",
           .unit = "rad",
           .help = "turn about the beam, from x towards y",
           .min = -6.2832,
           .max = 6.2832},
          rotation_rad);
}

std::vector<OptionIssue> SpecimenOptions::validate() const {
  auto issues = check_ranges(*this);
  if (kind == SpecimenKind::file) {
    if (!structure.given()) issues.push_back({"structure", "kind file needs a structure file"});
    for (const auto& [type, symbol] : elements_of_types()) {
      if (crystal::find_element(symbol)) continue;
      issues.push_back({"type_elements", '"' + symbol + "\" is no element's symbol"});
    }
    return issues;
  }
  if (kind == SpecimenKind::truncated_octahedron && length >= 1 && cutoff > (length - 1) / 2) {
    issues.push_back(
        {"cutoff", "must be at most (length - 1) / 2 = " + std::to_string((length - 1) / 2)});
  }
  if (!crystal::find_element(element)) {
    issues.push_back({"element", '"' + element + "\" is no element's symbol"});
  } else if (!lattice_parameter_angstrom && !crystal::fcc_lattice_parameter_angstrom(element)) {
    issues.push_back({"element", "no fcc lattice parameter of " + element +
                                     " is known: give lattice_parameter_angstrom"});
  }
  return issues;
}

crystal::TypeElements SpecimenOptions::elements_of_types() const {
  return crystal::parse_type_elements(type_elements);
}

crystal::Structure build_specimen(const SpecimenOptions& options,
                                  const std::optional<crystal::Structure>& from_file) {
  require_valid(options.validate());
  const Eigen::Matrix3d turn = crystal::rotation_about_beam(options.rotation_rad);
  const Eigen::Matrix3d rotation = turn * crystal::zone_axis_rotation(options.zone_axis);
  switch (options.kind) {
    case SpecimenKind::file:
      if (!from_file || from_file->atoms.empty()) {
        throw InputError({.what = "the structure file holds no atom",
                          .where = options.structure.path,
                          .why = {},
                          .remedy = {}});
      }
      return crystal::rotated(*from_file, turn * beam_rotation(options.beam_axis));
    case SpecimenKind::truncated_octahedron:
      return crystal::rotated(
          crystal::build_truncated_octahedron(crystal_of(options), options.length, options.cutoff),
          rotation);
    case SpecimenKind::sphere:
      return crystal::rotated(crystal::build_sphere(crystal_of(options), options.radius_angstrom),
                              rotation);
    case SpecimenKind::wedge: {
      const crystal::WedgeSize size{options.width_angstrom, options.height_angstrom,
                                    options.thickness_angstrom};
      // The wedge's sides stay along x and y until it is turned as a whole.
      return crystal::rotated(crystal::build_wedge(crystal_of(options), size,
                                                   crystal::zone_axis_rotation(options.zone_axis)),
                              turn);
    }
  }
  throw InputError({.what = "unknown kind of specimen", .where = "kind", .why = {}, .remedy = {}});
}

}  // namespace adatom::simulate
