#pragma once
// Everything `adatom md` can be told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/energetics/force_field.h"
#include "adatom/energetics/minimise.h"
#include "adatom/energetics/support.h"
#include "adatom/md/dynamics.h"
#include "adatom/md/lammps_job.h"

namespace adatom::pipeline {

enum class MdEngine { native, lammps };
/// Where the velocities at the start come from.
enum class VelocitySource { created, file };
/// Of the structures: as their files say, or open in all directions.
enum class BoxChoice { file, open };

/// Langevin dynamics before the production; its steps are not counted there.
struct ThermalisationOptions {
  std::int64_t steps = 20000;
  double timestep_fs = 1.0;
  double damping_ps = 100.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] double time_ps() const { return 1e-3 * timestep_fs * static_cast<double>(steps); }
};

struct MdOptions {
  std::vector<InputFile> structures;  ///< in a configuration only; patterns are kept as patterns
  std::string type_elements = {};     ///< "Pt Ir": of atom types 1, 2, ... of LAMMPS files
  BoxChoice box = BoxChoice::file;
  std::string potential = {};
  MdEngine engine = MdEngine::native;
  std::string lammps_command = "lmp";
  std::string lammps_arguments = {};
  bool minimise = false;
  energetics::MinimiseOptions minimisation;
  VelocitySource velocities = VelocitySource::created;
  ThermalisationOptions thermalise;
  md::DynamicsOptions dynamics;  ///< its temperature and seed are those of each replica
  std::vector<double> temperatures_k = {300.0};
  std::int64_t steps = 200000;
  std::int64_t dump_every = 2000;
  std::int64_t thermo_every = 200;
  std::int64_t seed = 1;
  std::int64_t replicas = 1;
  energetics::ForceFieldOptions force_field;
  energetics::SupportOptions support;
  std::optional<double> discard_ps = std::nullopt;
  double checkpoint_minutes = 5.0;

  /// All but the structures, which the command line names otherwise.
  void describe_settings(OptionVisitor& v);
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] crystal::TypeElements elements_of_types() const;
  /// Is the potential given as commands of LAMMPS?
  [[nodiscard]] bool has_lammps_commands() const;
};

/// The flags of the command.
struct MdFlags : MdOptions {
  void describe(OptionVisitor& v) { describe_settings(v); }
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::MdEngine> {
  static constexpr std::array names = {"native", "lammps"};
};
template <>
struct EnumNames<pipeline::VelocitySource> {
  static constexpr std::array names = {"created", "file"};
};
template <>
struct EnumNames<pipeline::BoxChoice> {
  static constexpr std::array names = {"file", "open"};
};
}  // namespace adatom
