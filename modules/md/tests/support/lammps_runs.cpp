#include "support/lammps_runs.h"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/nanoparticle.h"

namespace adatom::md::testing {
namespace {

template <class Number>
void put(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_text(std::string& bytes, const std::string& text) {
  put<int>(bytes, static_cast<int>(text.size()) + 1);
  bytes.append(text.c_str(), text.size() + 1);
}

}  // namespace

bool have_lammps() {
  const char* const folders = std::getenv("PATH");
  std::istringstream stream(folders != nullptr ? folders : "");
  for (std::string folder; std::getline(stream, folder, ':');) {
    if (::access((folder + "/lmp").c_str(), X_OK) == 0) return true;
  }
  return false;
}

LammpsJob small_job(std::int64_t steps) {
  LammpsJob job;
  // The nearest neighbours of an fcc Lennard-Jones crystal are 1.09 sigma apart.
  job.structure = crystal::build_truncated_octahedron(
      {.element = "Au", .lattice_parameter_angstrom = 1.09 * 3.4 * std::sqrt(2.0)}, 4, 1);
  job.potential = parse_lammps_potential("pair_style lj/cut 20; pair_coeff * * 0.0104 3.4");
  job.dynamics.ensemble = Ensemble::nve;
  job.dynamics.temperature_k = 30.0;
  job.steps = steps;
  job.dump_every = 10;
  job.thermo_every = 10;
  job.restart_every = 50;
  return job;
}

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string restart_bytes(std::int64_t step) {
  const std::string magic("LammpS RestartT\0", 16);
  std::string bytes = magic;
  put<int>(bytes, 1);
  put<int>(bytes, 2);
  put<int>(bytes, 0);
  put_text(bytes, "29 Sep 2021");
  for (const int size_of : {1, 48, 2, 3}) {
    put<int>(bytes, size_of);
    put<int>(bytes, size_of == 3 ? 8 : 4);
  }
  put<int>(bytes, 4);
  put_text(bytes, "metal");
  put<int>(bytes, 5);
  put<std::int64_t>(bytes, step);
  return bytes + std::string(500, '\x5f') + magic;
}

std::vector<crystal::Structure> read_snapshots(const std::filesystem::path& dump) {
  const std::string text = read(dump);
  std::vector<crystal::Structure> snapshots;
  const std::string mark = "ITEM: TIMESTEP";
  for (std::size_t begin = text.find(mark); begin != std::string::npos;) {
    const std::size_t end = text.find(mark, begin + 1);
    snapshots.push_back(crystal::parse_lammps_dump(text.substr(begin, end - begin), dump));
    begin = end;
  }
  return snapshots;
}

std::string write_program(const std::filesystem::path& path, const std::string& script) {
  std::ofstream(path) << "#!/bin/sh\n" << script;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

}  // namespace adatom::md::testing
