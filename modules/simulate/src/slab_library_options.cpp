#include <string>

#include "adatom/crystal/debye_waller.h"
#include "adatom/crystal/element.h"
#include "adatom/crystal/scattering_factor.h"
#include "adatom/simulate/slab_library.h"

namespace adatom::simulate {

void SlabLibraryOptions::describe(OptionVisitor& v) {
  v.visit({.name = "element", .help = "symbol of the metal"}, element);
  v.visit({.name = "lattice_parameter_angstrom",
           .unit = "angstrom",
           .help = "empty: that of fcc Al, Ni, Cu, Pd, Ag, Ir, Pt or Au",
           .min = 1,
           .max = 20},
          lattice_parameter_angstrom);
  v.visit({.name = "zone_axis", .help = "crystal direction along the beam"}, zone_axis);
  v.visit(
      {.name = "structure",
       .help = "a rectangular cell of another crystal, beam along z, one atom of each column in "
               "it; in place of lattice parameter and zone axis"},
      structure);
  v.visit({.name = "atoms", .help = "columns of 1 to so many atoms", .min = 1, .max = 1000}, atoms);
  v.visit({.name = "temperature_k",
           .unit = "K",
           .help = "0, or within the table of Debye-Waller factors (80 to 1000)",
           .min = 0,
           .max = 1000},
          temperature_k);
  v.visit({.name = "rms_displacement_angstrom",
           .unit = "angstrom",
           .help = "thermal displacement along each axis, in place of the temperature's",
           .min = 0,
           .max = 1},
          rms_displacement_angstrom);
  v.visit({.name = "voltage_kv", .unit = "kV", .help = "of the microscope", .min = 20, .max = 3000},
          voltage_kv);
  v.visit({.name = "aperture_mrad",
           .unit = "mrad",
           .help = "semi-angle of the probe",
           .min = 0.1,
           .max = 100},
          aperture_mrad);
  v.visit({.name = "scattering_factors", .help = "table of Lobato and Van Dyck or of Kirkland"},
          scattering_factors);
  v.visit({.name = "largest_angle_mrad",
           .unit = "mrad",
           .help = "up to which the distribution reaches; the grid follows",
           .min = 10,
           .max = 500},
          largest_angle_mrad);
  v.visit({.name = "configurations",
           .help = "of displaced atoms; above 16 rounded up to a multiple of 8",
           .min = 2,
           .max = 100000},
          configurations);
  v.visit({.name = "beam_directions",
           .help = "within the aperture, for each configuration",
           .min = 1,
           .max = 10000},
          beam_directions);
  v.visit({.name = "box_angstrom",
           .unit = "angstrom",
           .help = "the crystal repeats sideways after at least so much",
           .min = 1,
           .max = 200},
          box_angstrom);
  v.visit({.name = "slice_thickness_angstrom",
           .unit = "angstrom",
           .help = "thickest slice",
           .min = 0.1,
           .max = 10},
          slice_thickness_angstrom);
  v.visit({.name = "grid",
           .help = "points along the longer side of the box; empty: as the largest angle needs",
           .min = 32,
           .max = 8192},
          grid);
  v.visit({.name = "seed", .help = "of the displacements and directions", .min = 0, .max = 9e15},
          seed);
}

std::vector<OptionIssue> SlabLibraryOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!crystal::find_scattering_factor(element)) {
    issues.push_back({"element", '"' + element + "\" is not in the table of scattering factors"});
  } else if (!structure.given() && !lattice_parameter_angstrom &&
             !crystal::fcc_lattice_parameter_angstrom(element)) {
    issues.push_back({"element", "no fcc lattice parameter of " + element +
                                     " is known: give lattice_parameter_angstrom"});
  }
  if (!rms_displacement_angstrom && temperature_k != 0.0 &&
      !crystal::rms_displacement_angstrom(element, temperature_k)) {
    issues.push_back({"temperature_k", "no Debye-Waller factor of " + element +
                                           " at this temperature: give rms_displacement_angstrom"});
  }
  if (largest_angle_mrad <= aperture_mrad) {
    issues.push_back({"largest_angle_mrad", "must be larger than aperture_mrad"});
  }
  return issues;
}

}  // namespace adatom::simulate
