#include "read_structures.h"

#include <algorithm>
#include <stdexcept>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/pdb.h"
#include "adatom/crystal/trajectory.h"
#include "memory_file.h"

namespace adatom::fuzz {
namespace {

using namespace crystal;

const TypeElements type_elements = {{1, "Au"}, {2, "Pt"}};

/// Runs what may refuse its input.
template <class Action>
void attempt(Action action) {
  try {
    action();
  } catch (const InputError&) {
  }
}

void require_atoms(const Structure& structure, std::size_t atoms) {
  if (structure.atoms.size() != atoms) throw std::logic_error("another number of atoms");
}

void write_all(const Structure& s) {
  const std::size_t atoms = s.atoms.size();
  attempt([&] {
    require_atoms(parse_extended_xyz(format_extended_xyz({&s, 1}), "xyz").front(), atoms);
  });
  attempt([&] { require_atoms(parse_lammps_dump(format_dump_snapshot(s), "dump"), atoms); });
  attempt([&] { require_atoms(parse_lammps_data(format_lammps_data(s), "data"), atoms); });
  attempt([&] { (void)format_pdb(s); });
}

std::size_t read_all(const std::filesystem::path& path) {
  TrajectoryReader reader(path, type_elements);
  std::size_t read = 0;
  bool ends = false;
  constexpr int most = 20;
  for (int n = 0; n < most && !ends; ++n) {
    attempt([&] {
      const auto structure = reader.next();
      ends = !structure;
      if (!structure) return;
      ++read;
      write_all(*structure);
    });
  }
  const std::size_t first = std::min<std::size_t>(reader.frames().size(), 4);
  for (std::size_t n = 0; n < first; ++n) attempt([&] { (void)reader.read(n); });
  return read;
}

void go_on(const std::filesystem::path& path, TrajectoryFormat format) {
  TrajectoryWriter writer(path, {.format = format, .existing = ExistingFile::go_on});
  const std::size_t before = writer.frames();
  Structure one;
  one.atoms = {{"Au", {0, 0, 0}}};
  writer.add(one);
  if (TrajectoryReader(path, type_elements).frames().size() != before + 1) {
    throw std::logic_error("a frame that was added is not found");
  }
}

}  // namespace

std::size_t read_structures(std::span<const std::byte> bytes) {
  const MemoryFile file(bytes);
  std::size_t read = 0;
  attempt([&] { read = read_all(file.path()); });
  const bool is_dump = !bytes.empty() && bytes.front() == std::byte{'I'};
  attempt([&] {
    go_on(file.path(), is_dump ? TrajectoryFormat::lammps_dump : TrajectoryFormat::extended_xyz);
  });
  return read;
}

std::vector<std::string> structure_seeds() {
  Structure s;
  s.comment = "all";
  s.cell_angstrom << 10, 0, 0, 2, 11, 0, -1, 0.5, 12;
  s.origin_angstrom << -5, 0.25, 3;
  s.periodic = {true, false, true};
  s.atoms = {{"Pt", {1, 2, 3}, 0.1}, {"Au", {4, 5e-7, -6}, {}, 0.5}};
  s.velocities_angstrom_per_ps = {{1, 2, 3}, {-0.1, 0, 1e-9}};
  s.ids = {3, 5};
  s.images = {{0, 0, 0}, {1, -2, 3}};
  s.timestep = 4;
  s.time_ps = 0.5;
  s.columns = {{"forces", 3, std::vector<double>{0.5, 1, 2, 3, 4, 5}},
               {"pair", 2, std::vector<std::int64_t>{1, 2, 3, 4}},
               {"where", 1, std::vector<std::string>{"bulk", "edge"}}};
  const auto xyz = format_extended_xyz({&s, 1});
  const auto dump = format_dump_snapshot(s);
  const char* const real_units =
      "ITEM: UNITS\nreal\nITEM: TIME\n5\nITEM: TIMESTEP\n5\nITEM: NUMBER OF ATOMS\n1\n"
      "ITEM: BOX BOUNDS abc origin pp pp ff\n0 4 4 -1\n4 0 4 -2\n4 4 0 -3\n"
      "ITEM: ATOMS type xs ys zs c_a[1] c_a[2]\n1 .1 .2 .3 4 5\n";
  const char* const copper =
      "data_Cu\n_cell_length_a 3.6\n_cell_length_b 3.6\n_cell_length_c 3.6\n"
      "_symmetry_space_group_name_H-M 'P 1'\nloop_\n_atom_site_label\n_atom_site_fract_x\n"
      "_atom_site_fract_y\n_atom_site_fract_z\nCu1 0 0 0\nCu2 0.5 0.5 0\n";
  return {xyz + xyz,
          dump + dump,
          format_lammps_data(s),
          "1\nProperties=pos:R:3:species:S:1:momenta:R:3:flag:L:1\n1 2 3 O 1 2 3 T\n",
          real_units,
          "c\n5.43 5.43 5.43\n 14 0 0 0 1.0 0.076\n -1\n",
          copper};
}

}  // namespace adatom::fuzz
