#include "md/replica.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/support.h"
#include "adatom/pipeline/sha256.h"
#include "config/file_list.h"
#include "config/potential_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Of what is run: a new one when the same input gives other numbers.
constexpr const char* version = "1";

/// Atoms closer than this are one atom written twice, whatever the potential.
constexpr double least_distance_angstrom = 0.5;

void check_positions(const crystal::Structure& structure, const std::string& file) {
  const auto positions = energetics::positions_of(structure);
  if (positions.empty()) {
    throw InputError(
        {.what = "the structure holds no atom", .where = file, .why = {}, .remedy = {}});
  }
  const auto near =
      crystal::find_neighbours(positions, crystal::box_of(structure), least_distance_angstrom);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (near.first[i] == near.first[i + 1]) continue;
    const std::size_t other = near.atom[near.first[i]];
    throw InputError({.what = fmt::format("atoms {} and {} overlap", i + 1, other + 1),
                      .where = file,
                      .why = fmt::format("they are less than {} angstrom apart",
                                         shortest(least_distance_angstrom)),
                      .remedy = "remove one of them"});
  }
}

void check_velocities(const crystal::Structure& structure, const std::string& file) {
  if (structure.velocities_angstrom_per_ps.empty()) {
    throw InputError({.what = "the structure has no velocities",
                      .where = file,
                      .why = "--velocities file takes them from there",
                      .remedy = "leave it out, and they are created at the temperature"});
  }
  for (std::size_t i = 0; i < structure.velocities_angstrom_per_ps.size(); ++i) {
    if (structure.velocities_angstrom_per_ps[i].allFinite()) continue;
    throw InputError({.what = fmt::format("the velocity of atom {} is not a finite number", i + 1),
                      .where = file,
                      .why = {},
                      .remedy = "mend the file, or let velocities be created"});
  }
}

std::uint64_t stream_of(const Replica& replica) {
  const std::string digest = sha256(fmt::format("{} {} {}", replica.input->sha256,
                                                shortest(replica.temperature_k), replica.seed));
  // 52 bits: a seed of the integrators.
  return std::stoull(digest.substr(0, 13), nullptr, 16);
}

}  // namespace

std::vector<fs::path> list_structure_files(const MdOptions& options) {
  std::vector<fs::path> files;
  for (const InputFile& file : options.structures) {
    if (is_pattern(file.path)) {
      for (const auto& match : match_files(file.path)) files.push_back(match);
    } else {
      files.emplace_back(file.path);
    }
  }
  return files;
}

MdInput read_md_input(const fs::path& path, const MdOptions& options,
                      const energetics::EmbeddedAtomPotential* potential) {
  MdInput input;
  input.file = path.filename().string();
  input.name = path.stem().string();
  crystal::Structure& structure = input.structure;
  structure = crystal::read_structure(path, options.elements_of_types());
  if (options.box == BoxChoice::open) structure.periodic = {false, false, false};
  structure.columns.clear();
  structure.timestep.reset();
  structure.time_ps.reset();
  if (options.velocities == VelocitySource::created) structure.velocities_angstrom_per_ps.clear();
  check_positions(structure, path.string());
  if (options.velocities == VelocitySource::file) check_velocities(structure, path.string());
  try {
    if (potential != nullptr) (void)energetics::element_numbers(*potential, structure);
    (void)energetics::make_surroundings(options.support, structure);
  } catch (const InputError& error) {
    std::vector<Complaint> complaints = error.complaints();
    for (Complaint& complaint : complaints) complaint.where = path.string();
    throw InputError(std::move(complaints));
  }
  const std::vector<crystal::Structure> all = {structure};
  input.sha256 = sha256(crystal::format_extended_xyz(all));
  return input;
}

std::vector<std::shared_ptr<const MdInput>> read_inputs(
    const MdOptions& options, const energetics::EmbeddedAtomPotential* potential) {
  std::vector<std::shared_ptr<const MdInput>> inputs;
  std::vector<Complaint> complaints;
  std::set<std::string> names;
  for (const fs::path& path : list_structure_files(options)) {
    try {
      auto input = std::make_shared<MdInput>(read_md_input(path, options, potential));
      const std::string stem = input->name;
      for (int number = 2; !names.insert(input->name).second; ++number) {
        input->name = fmt::format("{}-{}", stem, number);
      }
      inputs.push_back(std::move(input));
    } catch (const InputError& error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  if (inputs.empty()) {
    throw InputError({.what = "no structure is given",
                      .where = "structures",
                      .why = {},
                      .remedy = "name a structure file, such as extended XYZ or LAMMPS data"});
  }
  return inputs;
}

Replica make_replica(std::shared_ptr<const MdInput> input, double temperature_k,
                     std::int64_t seed) {
  Replica replica{
      .name = {}, .input = std::move(input), .temperature_k = temperature_k, .seed = seed};
  replica.stream = stream_of(replica);
  return replica;
}

std::vector<Replica> list_replicas(const std::vector<std::shared_ptr<const MdInput>>& inputs,
                                   const MdOptions& options) {
  std::vector<Replica> replicas;
  for (const auto& input : inputs) {
    for (const double temperature : options.temperatures_k) {
      for (std::int64_t r = 0; r < options.replicas; ++r) {
        Replica replica = make_replica(input, temperature, options.seed + r);
        replica.name = fmt::format("{}_{}K_s{}", input->name, shortest(temperature), replica.seed);
        replicas.push_back(std::move(replica));
      }
    }
  }
  return replicas;
}

std::vector<OptionValue> md_settings(const MdOptions& options) {
  auto values = option_values("", options);
  for (const char* name :
       {"type_elements", "box", "potential", "lammps_command", "lammps_arguments", "temperature_k",
        "steps", "seed", "replicas", "discard_ps"}) {
    leave_out(values, name);
  }
  if (!options.minimise) leave_out(values, "minimisation");
  if (options.thermalise.steps == 0) {
    leave_out(values, "thermalise.timestep_fs");
    leave_out(values, "thermalise.damping_ps");
  }
  values.push_back({"version", version});
  // Its files count by their content, not by their names.
  std::vector<fs::path> files;
  if (options.has_lammps_commands()) {
    for (const auto& file : md::parse_lammps_potential(options.potential).files) {
      if (!file.source.empty()) files.push_back(file.source);
    }
  } else {
    files = energetics::potential_files(options.potential);
  }
  const bool named = files.empty() || options.has_lammps_commands();
  values.push_back({"potential", named ? potential_with_names(options.potential)
                                       : options.potential.substr(0, options.potential.find(':'))});
  for (std::size_t i = 0; i < files.size(); ++i) {
    values.push_back({fmt::format("potential.{}", i), "sha256:" + sha256_of_file(files[i])});
  }
  return values;
}

std::vector<OptionValue> identity_of(const Replica& replica, const MdOptions& options) {
  auto values = md_settings(options);
  values.push_back({"structure", "sha256:" + replica.input->sha256});
  values.push_back({"temperature_k", shortest(replica.temperature_k)});
  values.push_back({"seed", std::to_string(replica.seed)});
  return values;
}

}  // namespace adatom::pipeline
