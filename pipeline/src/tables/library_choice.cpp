#include <algorithm>
#include <array>
#include <cctype>
#include <system_error>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "adatom/pipeline/counting_library.h"
#include "adatom/pipeline/data_folder.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/simulate/angular_library.h"
#include "tables/library_by_angle.h"
#include "tables/library_command.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

bool is_name(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

}  // namespace

bool LibraryChoice::names_conditions() const {
  return !element.empty() || !zone_axis.empty() || temperature_k || voltage_kv || aperture_mrad;
}

void LibraryChoice::describe(OptionVisitor& v) {
  v.visit({.name = "element",
           .help = "symbol of the metal; with the next five options a library that ships with the "
                   "program is chosen, or one is calculated"},
          element);
  v.visit({.name = "zone_axis", .help = "crystal direction along the beam, such as 110"},
          zone_axis);
  v.visit({.name = "temperature_k", .unit = "K", .help = "of the particle", .min = 0, .max = 5000},
          temperature_k);
  v.visit({.name = "voltage_kv", .unit = "kV", .help = "of the microscope", .min = 20, .max = 3000},
          voltage_kv);
  v.visit({.name = "aperture_mrad",
           .unit = "mrad",
           .help = "semi-angle of the probe",
           .min = 0.1,
           .max = 100},
          aperture_mrad);
  v.visit({.name = "detector_mrad",
           .unit = "mrad",
           .help = "inner and outer angle of the annular detector, such as 40:160; chooses from a "
                   "library of several detectors or of all angles (.h5)"},
          detector_mrad);
}

std::vector<OptionIssue> LibraryChoice::validate(const InputFile& library) const {
  auto issues = check_ranges(*this);
  if (!element.empty() && !crystal::find_element(element)) {
    issues.push_back({"element", fmt::format("'{}' is no element; write it as in Au", element)});
  }
  // It becomes part of a file's name.
  if (!is_name(zone_axis)) {
    issues.push_back({"zone_axis", fmt::format("'{}' is none; write it as in 110", zone_axis)});
  }
  if (!detector_mrad.empty() && !parse_detector_range(detector_mrad)) {
    issues.push_back(
        {"detector_mrad", fmt::format("'{}' is not inner:outer, as in 40:160", detector_mrad)});
  }
  if (library.given()) return issues;
  if (!names_conditions()) {
    if (!detector_mrad.empty()) {
      issues.push_back({"detector_mrad",
                        "there is no library to choose from; give library, or element, zone_axis, "
                        "temperature_k, voltage_kv and aperture_mrad"});
    }
    return issues;
  }
  const std::array given = {!element.empty(),          !zone_axis.empty(),
                            temperature_k.has_value(), voltage_kv.has_value(),
                            aperture_mrad.has_value(), !detector_mrad.empty()};
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]) continue;
    issues.push_back({library_choice_names[i],
                      "is missing: without a file, the library is chosen or calculated by element, "
                      "zone_axis, temperature_k, voltage_kv, aperture_mrad and detector_mrad"});
  }
  const auto detector = parse_detector_range(detector_mrad);
  if (detector && aperture_mrad && detector->inner_mrad < *aperture_mrad) {
    issues.push_back({"detector_mrad",
                      fmt::format("begins inside the aperture of {} mrad, where the unscattered "
                                  "beam is",
                                  shortest(*aperture_mrad))});
  }
  return issues;
}

std::string library_stem(const LibraryChoice& choice) {
  std::string stem = choice.element + '_' + choice.zone_axis;
  for (char& c : stem) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return stem + '_' + shortest(choice.temperature_k.value_or(0.0)) + 'k';
}

std::string library_command(const LibraryChoice& choice, const MissingConstants& missing) {
  std::string command = "adatom simulate scs-library";
  const auto add = [&command](const char* flag, const std::string& value) {
    if (!value.empty()) command += fmt::format(" --{} {}", flag, value);
  };
  const auto number = [](const std::optional<double>& value) {
    return value ? shortest(*value) : std::string();
  };
  add("element", choice.element);
  if (missing.lattice_parameter) add("lattice-parameter-angstrom", "A");
  add(missing.crystal ? "structure" : "zone-axis", missing.crystal ? "CELL" : choice.zone_axis);
  add("atoms", std::to_string(library_atoms));
  if (missing.displacement) {
    add("rms-displacement-angstrom", "U");
  } else {
    add("temperature-k", number(choice.temperature_k));
  }
  add("voltage-kv", number(choice.voltage_kv));
  add("aperture-mrad", number(choice.aperture_mrad));
  add("detector-mrad", choice.detector_mrad);
  return command + " -o " + library_stem(choice);
}

std::string library_remedy(const LibraryChoice& choice, const MissingConstants& missing) {
  return fmt::format("calculate one{} and give its library.csv as the library: {}",
                     missing.lattice_parameter ? " (with the lattice parameter if it is fcc, or "
                                                 "--structure and a file with its cell)"
                                               : "",
                     library_command(choice, missing));
}

std::optional<fs::path> shipped_library(const LibraryChoice& choice) {
  fs::path file = data_folder() / "scs" / (library_stem(choice) + ".h5");
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  if (!fits(simulate::read_angular_library(file), choice)) return {};
  return file;
}

}  // namespace adatom::pipeline
