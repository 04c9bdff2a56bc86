#include "tables/slab_options.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/debye_waller.h"
#include "adatom/crystal/element.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "tables/library_command.h"

namespace adatom::pipeline {
namespace {

using simulate::SlabLibraryOptions;

/// False: the name is no axis of the list.
bool set_zone_axis(SlabLibraryOptions& options, const std::string& name) {
  const auto& names = EnumNames<crystal::ZoneAxis>::names;
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return false;
  options.zone_axis = static_cast<crystal::ZoneAxis>(found - names.begin());
  return true;
}

/// What no value of the tables would mend.
std::vector<Complaint> other_complaints(SlabLibraryOptions options) {
  options.lattice_parameter_angstrom = 4.0;
  options.rms_displacement_angstrom = 0.1;
  options.temperature_k = 0.0;
  std::vector<Complaint> complaints;
  for (const auto& issue : options.validate()) {
    const bool angle = issue.name == "largest_angle_mrad";
    complaints.push_back({"no library can be calculated for these conditions",
                          angle ? "detector_mrad" : issue.name, issue.message,
                          "change them, or give a library of your own"});
  }
  return complaints;
}

}  // namespace

SlabLibraryOptions slab_options(const LibraryChoice& choice) {
  SlabLibraryOptions options;
  options.element = choice.element;
  options.atoms = library_atoms;
  options.temperature_k = choice.temperature_k.value();
  options.voltage_kv = choice.voltage_kv.value();
  options.aperture_mrad = choice.aperture_mrad.value();
  if (const auto detector = parse_detector_range(choice.detector_mrad)) {
    options.largest_angle_mrad =
        std::max(options.largest_angle_mrad, std::ceil(detector->outer_mrad));
  }
  MissingConstants missing;
  missing.crystal = !set_zone_axis(options, choice.zone_axis);
  missing.lattice_parameter =
      !missing.crystal && !crystal::fcc_lattice_parameter_angstrom(choice.element);
  missing.displacement = options.temperature_k != 0.0 &&
                         !crystal::rms_displacement_angstrom(choice.element, options.temperature_k);

  auto complaints = other_complaints(options);
  if (missing.crystal) {
    complaints.push_back({"no library ships for zone axis " + choice.zone_axis,
                          "zone_axis",
                          "those that can be calculated by name are 100, 110, 111 and 112",
                          {}});
  }
  if (missing.lattice_parameter) {
    complaints.push_back({"no library of " + choice.element + " ships with the program",
                          "element",
                          "and to calculate one, no fcc lattice parameter of it is known",
                          {}});
  }
  if (missing.displacement) {
    complaints.push_back(
        {fmt::format("no library of {} at {} K ships with the program", choice.element,
                     shortest(options.temperature_k)),
         "temperature_k",
         fmt::format("and to calculate one, the table of Debye-Waller factors has none: it holds "
                     "C, Si, Cu, Ge, Ag, Pt and Au from {} to {} K",
                     shortest(crystal::coldest_debye_waller_k),
                     shortest(crystal::hottest_debye_waller_k)),
         {}});
  }
  // One command for all of it.
  if (!complaints.empty() && complaints.back().remedy.empty()) {
    complaints.back().remedy = library_remedy(choice, missing);
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return options;
}

std::string slab_key(const SlabLibraryOptions& options) {
  return sha256(fmt::format("scs-library {}\n{}", slab_library_version, write_yaml(options)));
}

}  // namespace adatom::pipeline
