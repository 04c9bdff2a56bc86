#pragma once
// Everything `adatom environments` can be told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/dynamics/rare_events.h"

namespace adatom::pipeline {

/// Where a trajectory is periodic: as its file says, everywhere, nowhere.
enum class PeriodicChoice { automatic, yes, no };
/// What is counted.
enum class LabelLevel { classes, environments };
/// Which atoms smear the density around an atom.
enum class NeighbourChoice { element, all };
enum class HeightAxis { x, y, z };

/// Which atoms are counted: all are labelled.
struct AtomMaskOptions {
  HeightAxis axis = HeightAxis::z;
  std::optional<double> above_angstrom = {};
  std::optional<double> below_angstrom = {};
  std::int64_t skip_layers = 0;

  void describe(OptionVisitor& v);
  [[nodiscard]] bool keeps_all() const {
    return !above_angstrom && !below_angstrom && skip_layers == 0;
  }
};

struct EnvironmentsOptions {
  std::vector<InputFile> trajectories;  ///< in a configuration only; patterns are kept as patterns
  std::string type_elements = {};       ///< "Pt Ir": of atom types 1, 2, ... of LAMMPS files
  InputFile dictionary = {};
  std::string element = {};
  NeighbourChoice surroundings = NeighbourChoice::element;
  PeriodicChoice periodic = PeriodicChoice::automatic;
  std::int64_t read_every = 1;
  std::optional<double> timestep_fs = {};
  std::optional<double> frame_time_ps = {};
  LabelLevel level = LabelLevel::classes;
  AtomMaskOptions atoms;
  bool find_events = true;
  dynamics::RareEventOptions events;
  std::optional<double> discard_ns = {};
  double window_ns = 1.0;
  std::int64_t window_stride = 1;
  double confidence = 0.95;
  std::int64_t bootstrap = 500;
  std::int64_t seed = 1;
  double unknown_distance = 0.1;
  double unknown_warning = 0.05;
  std::optional<std::int64_t> xyz_every = {};

  /// All but the trajectories, which the command line names otherwise.
  void describe_settings(OptionVisitor& v);
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] crystal::TypeElements elements_of_types() const;
};

/// The flags of the command.
struct EnvironmentsFlags : EnvironmentsOptions {
  void describe(OptionVisitor& v) { describe_settings(v); }
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::PeriodicChoice> {
  static constexpr std::array names = {"auto", "yes", "no"};
};
template <>
struct EnumNames<pipeline::LabelLevel> {
  static constexpr std::array names = {"classes", "environments"};
};
template <>
struct EnumNames<pipeline::NeighbourChoice> {
  static constexpr std::array names = {"element", "all"};
};
template <>
struct EnumNames<pipeline::HeightAxis> {
  static constexpr std::array names = {"x", "y", "z"};
};
}  // namespace adatom
