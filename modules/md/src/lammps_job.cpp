#include "adatom/md/lammps_job.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "adatom/base/number_text.h"
#include "adatom/crystal/io/lammps_box.h"

namespace adatom::md {
namespace {

using Complaints = std::vector<Complaint>;

void check_lengths(const LammpsJob& job, Complaints& complaints) {
  const std::size_t atoms = job.structure.atoms.size();
  const auto must_fit = [&](std::size_t size, const char* what) {
    if (size == 0 || size == atoms) return;
    complaints.push_back({.what = std::string(what) + " of other atoms",
                          .where = "structure",
                          .why = std::to_string(size) + " for " + std::to_string(atoms) + " atoms",
                          .remedy = "give one for each atom"});
  };
  must_fit(job.surroundings.held.size(), "flags");
  must_fit(job.structure.velocities_angstrom_per_ps.size(), "velocities");
  if (atoms == 0) {
    complaints.push_back({.what = "no atoms", .where = "structure", .why = {}, .remedy = {}});
  }
  if (job.velocities == LammpsVelocities::given &&
      job.structure.velocities_angstrom_per_ps.empty()) {
    complaints.push_back({.what = "no velocities to go on with",
                          .where = "structure",
                          .why = {},
                          .remedy = "give a structure with velocities, or let them be created"});
  }
}

void check_numbers(const LammpsJob& job, Complaints& complaints) {
  const auto must_be = [&](bool good, const char* name, double value) {
    if (good) return;
    complaints.push_back({.what = "a number that LAMMPS cannot use",
                          .where = name,
                          .why = shortest(value),
                          .remedy = {}});
  };
  const auto count = [&](std::int64_t value, std::int64_t least, const char* name) {
    must_be(value >= least, name, static_cast<double>(value));
  };
  count(job.steps, 0, "steps");
  count(job.dump_every, 0, "dump_every");
  count(job.thermo_every, 1, "thermo_every");
  count(job.restart_every, 0, "restart_every");
  must_be(job.skin_angstrom > 0.0 && std::isfinite(job.skin_angstrom), "skin_angstrom",
          job.skin_angstrom);
  if (!job.thermalisation) return;
  const auto& part = *job.thermalisation;
  count(part.steps, 0, "thermalisation.steps");
  must_be(part.timestep_fs > 0.0, "thermalisation.timestep_fs", part.timestep_fs);
  must_be(part.damping_ps > 0.0, "thermalisation.damping_ps", part.damping_ps);
}

void check_surroundings(const LammpsJob& job, Complaints& complaints) {
  constexpr std::array<std::string_view, 6> faces = {"xlo", "xhi", "ylo", "yhi", "zlo", "zhi"};
  for (const auto& wall : job.surroundings.walls) {
    const auto* const face = std::find(faces.begin(), faces.end(), wall.face);
    if (face == faces.end()) {
      complaints.push_back({.what = "a wall on no side",
                            .where = wall.face,
                            .why = {},
                            .remedy = "xlo, xhi, ylo, yhi, zlo or zhi"});
    } else if (job.structure.periodic[static_cast<std::size_t>(face - faces.begin()) / 2]) {
      complaints.push_back({.what = "a wall across a periodic direction",
                            .where = wall.face,
                            .why = "LAMMPS has none there",
                            .remedy = "let the box be open along it"});
    }
  }
  if (!job.surroundings.walls.empty() &&
      !crystal::lammps_box(job.structure).rotation.isIdentity(0.0)) {
    complaints.push_back({.what = "a wall in a cell that LAMMPS turns",
                          .where = "structure",
                          .why = "its walls stand across x, y and z",
                          .remedy = "give a cell with its first vector along x and its second in "
                                    "the xy plane"});
  }
  for (const auto& springs : job.surroundings.springs) {
    for (const std::size_t atom : springs.atoms) {
      if (atom < job.structure.atoms.size()) continue;
      complaints.push_back({.what = "a spring on no atom",
                            .where = "atom " + std::to_string(atom + 1),
                            .why = {},
                            .remedy = {}});
    }
  }
}

}  // namespace

std::vector<Complaint> check_job(const LammpsJob& job) {
  Complaints complaints;
  check_lengths(job, complaints);
  check_numbers(job, complaints);
  check_surroundings(job, complaints);
  const auto options = [&](const std::vector<OptionIssue>& issues, const std::string& group) {
    for (const auto& issue : issues) {
      complaints.push_back(
          {.what = issue.message, .where = group + issue.name, .why = {}, .remedy = {}});
    }
  };
  options(job.dynamics.validate(), "");
  if (job.minimisation) options(job.minimisation->validate(), "minimise.");
  return complaints;
}

}  // namespace adatom::md
