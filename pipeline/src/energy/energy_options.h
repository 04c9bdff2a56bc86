#pragma once
// What `adatom energy` is asked for.
#include <array>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/energetics/support.h"

namespace adatom::pipeline {

/// Of the structures: as their files say, or open in all directions.
enum class EnergyBox { file, open };

struct EnergyOptions {
  std::string potential = {};
  std::string frames = {};         ///< of a trajectory; empty: all
  std::string type_elements = {};  ///< "Pt Ir": of atom types 1, 2, ... of LAMMPS files
  EnergyBox box = EnergyBox::file;
  bool per_atom = false;
  energetics::SupportOptions support;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::EnergyBox> {
  static constexpr std::array names = {"file", "open"};
};
}  // namespace adatom
