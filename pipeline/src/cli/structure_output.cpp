#include "cli/structure_output.h"

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/pdb.h"

namespace adatom::pipeline {

std::string structure_text(const crystal::Structure& structure, const std::filesystem::path& name) {
  const auto extension = name.extension();
  if (extension == ".xyz" || extension == ".extxyz") {
    return crystal::format_extended_xyz({&structure, 1});
  }
  if (extension == ".data" || extension == ".lmp") return crystal::format_lammps_data(structure);
  if (extension == ".dump" || extension == ".lammpstrj") {
    return crystal::format_dump_snapshot(structure);
  }
  if (extension == ".pdb") return crystal::format_pdb(structure);
  throw InputError({.what = "no format for structures is known by this name",
                    .where = name.string(),
                    .why = "the extension says which",
                    .remedy = "use " + std::string(structure_output_names)});
}

}  // namespace adatom::pipeline
