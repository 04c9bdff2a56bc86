#pragma once
// What `adatom clusters` is asked for.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/dynamics/clusters.h"
#include "mobility/lindemann_options.h"

namespace adatom::pipeline {

/// Whether coloured frames are written.
enum class ColouredFrames { write, none };

struct ClustersOptions {
  std::string type_elements = {};
  FrameBox box = FrameBox::file;
  std::optional<double> frame_time_ps = {};
  std::optional<double> cut_off_angstrom = {};
  std::optional<double> release_angstrom = {};
  double least_duration_ps = 0.0;
  ColouredFrames coloured = ColouredFrames::write;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  /// With the defaults for this structure: 1.25 and 1.5 times the distance of nearest neighbours.
  [[nodiscard]] dynamics::ClusterOptions for_structure(const crystal::Structure& structure) const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::ColouredFrames> {
  static constexpr std::array names = {"write", "none"};
};
}  // namespace adatom
