#include "support/lammps_reference.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <stdexcept>

#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "program.h"

namespace adatom::energetics::testing {
namespace fs = std::filesystem;
namespace {

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> elements_of(const crystal::Structure& structure) {
  std::set<std::string> elements;
  for (const auto& atom : structure.atoms) elements.insert(atom.element);
  return {elements.begin(), elements.end()};
}

bool is_open(const crystal::Structure& structure) {
  return std::ranges::none_of(structure.periodic, [](bool p) { return p; });
}

/// The box of an open structure only holds the atoms at the start.
std::string box_lines(const crystal::Structure& structure) {
  Eigen::Vector3d low = structure.origin_angstrom;
  Eigen::Vector3d high = low + structure.cell_angstrom.diagonal();
  const bool no_box = is_open(structure);
  if (no_box) {
    low.setConstant(std::numeric_limits<double>::max());
    high = -low;
    for (const auto& atom : structure.atoms) {
      low = low.cwiseMin(atom.position_angstrom);
      high = high.cwiseMax(atom.position_angstrom);
    }
    low.array() -= 20.0;
    high.array() += 20.0;
  }
  std::string text;
  const std::string axes = "xyz";
  for (Eigen::Index k = 0; k < 3; ++k) {
    const std::string axis(1, axes[static_cast<std::size_t>(k)]);
    text += shortest(low[k]) + ' ' + shortest(high[k]) + ' ' + axis + "lo " + axis + "hi\n";
  }
  if (no_box) return text;
  const Eigen::Matrix3d& cell = structure.cell_angstrom;
  if (cell(0, 1) != 0.0 || cell(0, 2) != 0.0 || cell(1, 2) != 0.0) {
    throw std::invalid_argument("the cell is not lower triangular");
  }
  if (cell(1, 0) != 0.0 || cell(2, 0) != 0.0 || cell(2, 1) != 0.0) {
    text += shortest(cell(1, 0)) + ' ' + shortest(cell(2, 0)) + ' ' + shortest(cell(2, 1)) +
            " xy xz yz\n";
  }
  return text;
}

std::string data_file(const crystal::Structure& structure) {
  const auto elements = elements_of(structure);
  std::string text = "atoms of a test\n\n" + std::to_string(structure.atoms.size()) + " atoms\n" +
                     std::to_string(elements.size()) + " atom types\n" + box_lines(structure) +
                     "\nMasses\n\n";
  for (std::size_t k = 0; k < elements.size(); ++k) {
    text += std::to_string(k + 1) + ' ' +
            shortest(crystal::find_element(elements[k]).value().mass_u) + '\n';
  }
  text += "\nAtoms # atomic\n\n";
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const auto& atom = structure.atoms[i];
    const auto type = std::ranges::find(elements, atom.element) - elements.begin() + 1;
    text += std::to_string(i + 1) + ' ' + std::to_string(type);
    for (const double x : atom.position_angstrom) text += ' ' + shortest(x);
    text += '\n';
  }
  return text;
}

std::string script(const LammpsCase& reference) {
  std::string boundary;
  for (const bool periodic : reference.structure.periodic) boundary += periodic ? " p" : " s";
  std::string text = "units metal\natom_style atomic\nboundary" + boundary +
                     "\natom_modify map array\nbox tilt large\nread_data atoms.data\npair_style " +
                     reference.pair_style + '\n';
  for (const auto& line : reference.pair_coeff) text += "pair_coeff " + line + '\n';
  text +=
      "neighbor 1.0 bin\nneigh_modify delay 0 every 1 check yes\nthermo_modify norm no\n"
      "compute adatom_energy all pe/atom\n"
      "thermo_style custom step pe pxx pyy pzz pxy pxz pyz\n";
  text += reference.before + '\n' + reference.commands + '\n';
  text +=
      "dump adatom all custom 1 atoms.dump id xu yu zu fx fy fz c_adatom_energy\n"
      "dump_modify adatom sort id first yes format float %.17g\n"
      "run 0 post no\n"
      "print \"$(pe:%.17g) $(pxx:%.17g) $(pyy:%.17g) $(pzz:%.17g) $(pxy:%.17g) $(pxz:%.17g) "
      "$(pyz:%.17g)\" file sums.txt\n";
  return text;
}

int wait_for_lammps(const fs::path& folder) {
  const std::string program = lammps_program();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    if (chdir(folder.c_str()) != 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 ||
        dup2(nothing, 2) < 0) {
      _exit(126);
    }
    // One thread each: tests run side by side.
    setenv("OMP_NUM_THREADS", "1", 1);
    execlp(program.c_str(), program.c_str(), "-in", "in.lammps", "-log", "log.lammps", "-screen",
           "none", nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void read_atoms(const fs::path& path, std::size_t count, LammpsAnswer& answer) {
  std::ifstream file(path);
  std::string line;
  for (int k = 0; k < 9; ++k) std::getline(file, line);  // the head of a dump
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t id = 0;
    Eigen::Vector3d x;
    Eigen::Vector3d f;
    double energy = 0.0;
    file >> id >> x[0] >> x[1] >> x[2] >> f[0] >> f[1] >> f[2] >> energy;
    if (!file || id != i + 1) throw std::runtime_error("the dump of LAMMPS lacks atoms");
    answer.positions_angstrom.push_back(x);
    answer.forces_ev_per_angstrom.push_back(f);
    answer.per_atom_ev.push_back(energy);
  }
}

/// What follows `key` in its line.
std::string after(const std::string& text, const std::string& key) {
  const auto at = text.rfind(key);
  if (at == std::string::npos) return {};
  const auto from = at + key.size();
  return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

std::string lammps_program() {
  if (const char* given = std::getenv("ADATOM_LMP")) return given;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path program = fs::path(folder) / "lmp";
    if (access(program.c_str(), X_OK) == 0) return program.string();
  }
  return {};
}

LammpsAnswer run_lammps(const LammpsCase& reference) {
  const adatom::testing::ScratchFolder scratch;
  write(scratch.path() / "atoms.data", data_file(reference.structure));
  write(scratch.path() / "in.lammps", script(reference));
  const int code = wait_for_lammps(scratch.path());
  LammpsAnswer answer;
  answer.log = read(scratch.path() / "log.lammps");
  std::ifstream sums(scratch.path() / "sums.txt");
  double xx = 0.0, yy = 0.0, zz = 0.0, xy = 0.0, xz = 0.0, yz = 0.0;
  sums >> answer.energy_ev >> xx >> yy >> zz >> xy >> xz >> yz;
  if (code != 0 || !sums) {
    const auto size = answer.log.size();
    throw std::runtime_error("lmp ended with " + std::to_string(code) + ": " +
                             answer.log.substr(size - std::min<std::size_t>(size, 600)));
  }
  answer.pressure_bar << xx, xy, xz, xy, yy, yz, xz, yz, zz;
  read_atoms(scratch.path() / "atoms.dump", reference.structure.atoms.size(), answer);
  answer.stopping_criterion = after(answer.log, "Stopping criterion = ");
  std::istringstream(after(answer.log, "Iterations, force evaluations = ")) >> answer.iterations >>
      answer.evaluations;
  return answer;
}

}  // namespace adatom::energetics::testing
