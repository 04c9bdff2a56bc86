#include "tables/library_by_angle.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/pipeline/detector_range.h"
#include "tables/library_command.h"

namespace adatom::pipeline {
namespace {

/// A condition that is given and is not the library's.
struct Disagreement {
  std::string name;
  std::string library;
  std::string given;
};

std::vector<Disagreement> disagreements(const simulate::LibraryConditions& library,
                                        const LibraryChoice& choice) {
  std::vector<Disagreement> found;
  const auto compare_text = [&](const char* name, const std::string& there,
                                const std::string& given) {
    if (!given.empty() && given != there) found.push_back({name, there, given});
  };
  const auto compare = [&](const char* name, const std::optional<double>& there,
                           const std::optional<double>& given) {
    if (!there || !given) return;
    const bool agree = std::abs(*there - *given) <= 1e-6 * std::max(std::abs(*there), 1.0);
    if (!agree) found.push_back({name, shortest(*there), shortest(*given)});
  };
  compare_text("element", library.element, choice.element);
  compare_text("zone_axis", library.zone_axis, choice.zone_axis);
  // One whose displacement was given by hand has no temperature.
  compare("temperature_k", library.temperature_k, choice.temperature_k);
  compare("voltage_kv", library.voltage_kv, choice.voltage_kv);
  compare("aperture_mrad", library.aperture_mrad, choice.aperture_mrad);
  return found;
}

}  // namespace

bool fits(const simulate::AngularLibrary& library, const LibraryChoice& choice) {
  const auto detector = parse_detector_range(choice.detector_mrad);
  return disagreements(library.conditions, choice).empty() &&
         (!detector || detector->outer_mrad <= library.largest_mrad());
}

CountingLibrary library_by_angle(const simulate::AngularLibrary& library, const std::string& source,
                                 const LibraryChoice& choice) {
  std::vector<Complaint> complaints;
  for (const auto& [name, there, given] : disagreements(library.conditions, choice)) {
    complaints.push_back({fmt::format("the library has {} {}", name, there), source,
                          given + " is asked for", library_remedy(choice)});
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  const auto detector = parse_detector_range(choice.detector_mrad);
  if (!detector) {
    throw InputError(Complaint{"the detector is missing", source,
                               "the library holds cross-sections by scattering angle",
                               "give detector_mrad, such as 40:160"});
  }
  if (detector->outer_mrad > library.largest_mrad()) {
    throw InputError(Complaint{
        fmt::format("the library ends at {} mrad", shortest(library.largest_mrad())), source,
        fmt::format("the detector reaches to {} mrad", shortest(detector->outer_mrad)),
        library_remedy(choice)});
  }
  CountingLibrary out{{},
                      simulate::library_table(library, detector->inner_mrad, detector->outer_mrad)};
  out.table.source = source;
  out.values.scs_angstrom2 = out.table.numbers("scs_angstrom2");
  out.values.stderr_angstrom2 = out.table.numbers("scs_stderr_angstrom2");
  return out;
}

void require_sound(const CountingLibrary& library) {
  std::vector<Complaint> complaints;
  for (const auto& issue : library.values.validate()) {
    complaints.push_back({issue.name, library.table.source, issue.message, {}});
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
}

}  // namespace adatom::pipeline
