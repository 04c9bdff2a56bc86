#pragma once
// What `adatom compare` is asked for.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/reconstruct/compare.h"

namespace adatom::pipeline {

struct CompareCommandOptions {
  reconstruct::CompareOptions compare;
  std::int64_t frame_a = 0;  ///< of a trajectory; -1 is the last
  std::int64_t frame_b = 0;
  std::string type_elements = {};  ///< "Pt Ir": of atom types 1, 2, ... of LAMMPS files

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::pipeline
