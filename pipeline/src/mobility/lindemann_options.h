#pragma once
// What `adatom lindemann` is asked for.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/dynamics/onset.h"

namespace adatom::pipeline {

/// Of the frames: as their file says, or open in all directions.
enum class FrameBox { file, open };

/// Which shell an atom belongs to: that of the coldest trajectory, if it has the same atoms, or
/// that of each trajectory itself.
enum class ShellsFrom { coldest, each };

/// What of a trajectory the index is of.
void describe_lindemann_window(OptionVisitor& v, double& discard_ps,
                               std::optional<double>& window_ps);

struct LindemannOptions {
  std::vector<InputFile> trajectories;  ///< in a configuration only
  std::string type_elements = {};
  FrameBox box = FrameBox::file;
  std::vector<double> temperatures_k = {};
  std::optional<double> frame_time_ps = {};
  double discard_ps = 0.0;
  std::optional<double> window_ps = {};
  std::vector<double> core_radius_angstrom = {};
  ShellsFrom shells_from = ShellsFrom::coldest;
  dynamics::OnsetOptions onset;

  /// All but the trajectories, which the command line names otherwise.
  void describe_settings(OptionVisitor& v);
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The flags of the command.
struct LindemannFlags : LindemannOptions {
  void describe(OptionVisitor& v) { describe_settings(v); }
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::FrameBox> {
  static constexpr std::array names = {"file", "open"};
};
template <>
struct EnumNames<pipeline::ShellsFrom> {
  static constexpr std::array names = {"coldest", "each"};
};
}  // namespace adatom
