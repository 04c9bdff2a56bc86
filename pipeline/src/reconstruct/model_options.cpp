#include "adatom/pipeline/model_options.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/wall.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/reconstruct/support_frame.h"
#include "config/potential_text.h"
#include "reconstruct/option_subset.h"

namespace adatom::pipeline {
namespace {

using NameList = std::span<const std::string_view>;

/// Part of a struct's options at the top, by these names.
template <class Options>
void describe_those(OptionVisitor& v, Options& options, NameList names) {
  OptionSubset those(v, Keep::those, names);
  options.describe(those);
}

/// The others as a group.
template <class Options>
void describe_others(OptionVisitor& v, std::string_view group, std::string_view help,
                     Options& options, NameList names) {
  v.begin_group(group, help);
  OptionSubset others(v, Keep::others, names);
  options.describe(others);
  v.end_group();
}

void describe_support(OptionVisitor& v, ModelOptions& o) {
  v.visit({.name = "support",
           .help = "lj: a half-space of Lennard-Jones atoms draws the particle; wall: it cannot "
                   "pass, nothing more"},
          o.support);
  v.visit({.name = "support_normal",
           .help = "from the support to the particle: beam (the support lies below), or degrees "
                   "in the image from x towards y, which points down"},
          o.support_normal);
  v.visit({.name = "support_epsilon_ev",
           .unit = "eV",
           .help = "depth of its potential",
           .min = 1e-9,
           .max = 100},
          o.support_epsilon_ev);
  v.visit({.name = "support_sigma_angstrom",
           .unit = "angstrom",
           .help = "size of its atoms",
           .min = 0.1,
           .max = 100},
          o.support_sigma_angstrom);
}

/// Names that stand elsewhere, or are the same for all parts.
constexpr std::array top_of_lattice =
    std::to_array<std::string_view>({"element", "lattice_parameter_angstrom"});
constexpr std::array top_of_search = std::to_array<std::string_view>({"moves", "iterations"});
constexpr std::array not_in_search =
    std::to_array<std::string_view>({"moves", "iterations", "temperature_k"});
constexpr std::array top_of_relax = std::to_array<std::string_view>({"relax_ns"});
constexpr std::array not_in_relax = std::to_array<std::string_view>({"relax_ns", "temperature_k"});
constexpr std::array common = std::to_array<std::string_view>({"temperature_k"});

}  // namespace

void MicroscopeOptions::describe(OptionVisitor& v) {
  probe.describe(v);
  v.visit({.name = "detector_mrad", .unit = "mrad", .help = "inner and outer angle"},
          detector_mrad);
  v.visit({.name = "configurations", .help = "of thermal motion", .min = 1, .max = 10000},
          configurations);
  v.visit({.name = "source_fwhm_angstrom",
           .unit = "angstrom",
           .help = "of the source",
           .min = 0,
           .max = 100},
          source_fwhm_angstrom);
  v.visit({.name = "upsampling",
           .help = "pixels of the frame for each step of the probe",
           .min = 1,
           .max = 16},
          upsampling);
}

void ModelOptions::describe(OptionVisitor& v) {
  describe_those(v, lattice, top_of_lattice);
  v.visit({.name = "zone_axis",
           .help = "crystal direction along the beam; auto: that which fits the columns best"},
          zone_axis);
  visit_potential(
      v,
      {.name = "potential", .help = "eam:FILE, smatb:Au (adatom energy --help lists them); needed"},
      potential);
  v.visit({.name = "temperature_k", .unit = "K", .help = "of the experiment", .min = 1, .max = 1e4},
          temperature_k);
  v.visit({.name = "start",
           .help = "columns about a plane across the beam, or standing on a support below; auto: "
                   "as the support is"},
          start);
  describe_support(v, *this);
  describe_those(v, search, top_of_search);
  v.visit({.name = "nearby_iterations",
           .help = "moves of further searches from the lowest minimum, accepted by Metropolis: "
                   "arrangements nearly as good, which the confidence comes from; 0: none",
           .min = 0,
           .max = 1e8},
          nearby_iterations);
  describe_those(v, relax, top_of_relax);
  v.visit({.name = "relax_candidates",
           .help = "so many of the best are relaxed; 0: all",
           .min = 0,
           .max = 1e6},
          relax_candidates);
  v.visit({.name = "alpha_ev",
           .unit = "eV",
           .help = "weight of the misfit beside the energy per atom; not given: k T columns / (2 "
                   "atoms), so that both are parts of one probability",
           .min = 0,
           .max = 1e3},
          alpha_ev);
  v.visit({.name = "image_check",
           .help = "the model is imaged again and compared with the frame; auto: incoherent where "
                   "there is a frame"},
          image_check);
  describe_others(v, "lattice", "the lattice of the columns", lattice, top_of_lattice);
  describe_others(v, "search", "local minima of the energy", search, not_in_search);
  describe_others(v, "relaxation", "candidates at the temperature", relax, not_in_relax);
  v.visit_group("misfit", "how far a model is from the columns", misfit);
  describe_others(v, "confidence", "what near-best candidates agree on", confidence, common);
  v.visit_group("image", "the model's image beside the frame", image);
  v.visit_group("microscope", "of the multislice image", microscope);
}

namespace {

/// Issues of a part under the names that the options have here.
void add_part(std::vector<OptionIssue>& all, const std::string& group, NameList top,
              std::vector<OptionIssue> issues) {
  for (OptionIssue& issue : issues) {
    if (issue.name == "temperature_k") continue;
    if (std::find(top.begin(), top.end(), issue.name) == top.end()) {
      issue.name = group + '.' + issue.name;
    }
    const bool known = std::any_of(all.begin(), all.end(), [&](const OptionIssue& other) {
      return other.name == issue.name && other.message == issue.message;
    });
    if (!known) all.push_back(std::move(issue));
  }
}

}  // namespace

std::vector<OptionIssue> ModelOptions::validate() const {
  auto issues = check_ranges(*this);
  add_part(issues, "lattice", top_of_lattice, lattice.validate());
  add_part(issues, "search", top_of_search, search.validate());
  add_part(issues, "relaxation", top_of_relax, relax.validate());
  add_part(issues, "misfit", {}, misfit.validate());
  add_part(issues, "confidence", {}, confidence.validate());
  add_part(issues, "image", {}, image.validate());
  add_part(issues, "microscope", {}, microscope.probe.validate());
  if (potential.empty()) {
    issues.push_back(
        {"potential", "none is given; smatb:" + lattice.element +
                          " takes the tables of this program, eam:FILE a file as LAMMPS has it "
                          "(funcfl, eam/alloy, eam/fs: so most published EAM potentials can be "
                          "had)"});
  }
  if (!normal()) {
    issues.push_back({"support_normal", '\'' + support_normal +
                                            "' is neither beam nor degrees between -360 and 360"});
  }
  if (start == ModelStart::standing && support != ModelSupport::none && support_normal != "beam") {
    issues.push_back({"start", "nothing stands on a support that is beside it"});
  }
  if (parse_detector_ranges(microscope.detector_mrad).size() != 1) {
    issues.push_back({"microscope.detector_mrad",
                      '"' + microscope.detector_mrad + "\" is not inner:outer, as 40:160"});
  }
  return issues;
}

std::optional<Eigen::Vector3d> ModelOptions::normal() const {
  try {
    return reconstruct::parse_support_normal(support_normal).direction;
  } catch (const InputError&) {
    return {};
  }
}

energetics::SupportOptions ModelOptions::support_below(const crystal::Structure& structure) const {
  energetics::SupportOptions options;
  if (support == ModelSupport::none) return options;
  const Eigen::Vector3d up = normal().value();
  options.normal = {up.x(), up.y(), up.z()};
  options.wall = energetics::SupportWall::lj93;
  options.wall_epsilon_ev = support_epsilon_ev;
  options.wall_sigma_angstrom = support_sigma_angstrom;
  const double distance = energetics::wall_distance_angstrom(
      {energetics::WallKind::lj93, support_epsilon_ev, support_sigma_angstrom, 0.0});
  // Cut off in its minimum it only repels.
  if (support == ModelSupport::wall) options.wall_cutoff_angstrom = distance * (1.0 + 1e-9);
  options.wall_position_angstrom =
      reconstruct::lowest_atom_angstrom(structure, {.direction = up}) - distance;
  return options;
}

reconstruct::LatticeOptions ModelOptions::lattice_options() const {
  auto options = lattice;
  if (zone_axis != ModelZoneAxis::automatic) {
    options.zone_axis = static_cast<crystal::ZoneAxis>(static_cast<int>(zone_axis) - 1);
  }
  return options;
}

reconstruct::StartOptions ModelOptions::start_options() const {
  const bool below = support != ModelSupport::none && support_normal == "beam";
  const bool stands = start == ModelStart::standing || (start == ModelStart::automatic && below);
  reconstruct::StartOptions options;
  options.shape = stands ? reconstruct::StartShape::standing : reconstruct::StartShape::symmetric;
  return options;
}

reconstruct::SearchOptions ModelOptions::search_options() const {
  auto options = search;
  options.temperature_k = temperature_k;
  return options;
}

reconstruct::SearchOptions ModelOptions::nearby_options() const {
  auto options = search_options();
  options.acceptance = reconstruct::Acceptance::metropolis;
  options.iterations = nearby_iterations;
  return options;
}

reconstruct::RelaxOptions ModelOptions::relax_options() const {
  auto options = relax;
  options.temperature_k = temperature_k;
  return options;
}

reconstruct::FitnessOptions ModelOptions::fitness_options() const {
  reconstruct::FitnessOptions options;
  options.temperature_k = temperature_k;
  options.alpha_ev = alpha_ev;
  return options;
}

reconstruct::EnsembleOptions ModelOptions::ensemble_options() const {
  auto options = confidence;
  options.temperature_k = temperature_k;
  // On a support below, a mirror image across the beam is another particle.
  if (support != ModelSupport::none && support_normal == "beam") {
    options.symmetry = reconstruct::EnsembleSymmetry::shift;
  }
  return options;
}

void ModelStageOptions::describe(OptionVisitor& v) {
  v.visit({.name = "enabled",
           .help = "build the particle in space from the counts; not given: where a potential for "
                   "it is named"},
          enabled);
  ModelOptions::describe(v);
}

std::vector<OptionValue> model_option_values(const std::string& prefix,
                                             const ModelOptions& options) {
  auto values = option_values(prefix, options);
  const std::string dot = prefix.empty() ? "" : prefix + '.';
  if (options.support == ModelSupport::none) {
    leave_out(values, dot + "support_normal");
    leave_out(values, dot + "support_epsilon_ev");
    leave_out(values, dot + "support_sigma_angstrom");
  }
  if (options.image_check != ImageCheckMethod::multislice) leave_out(values, dot + "microscope");
  if (options.image_check == ImageCheckMethod::off) leave_out(values, dot + "image");
  const auto files = energetics::potential_files(options.potential);
  if (files.empty()) return values;
  leave_out(values, dot + "potential");
  values.push_back({dot + "potential", options.potential.substr(0, options.potential.find(':'))});
  for (std::size_t i = 0; i < files.size(); ++i) {
    values.push_back({fmt::format("{}potential.{}", dot, i), "sha256:" + sha256_of_file(files[i])});
  }
  return values;
}

}  // namespace adatom::pipeline
