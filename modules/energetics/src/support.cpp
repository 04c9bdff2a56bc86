#include "adatom/energetics/support.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/energetics/springs.h"
#include "adatom/energetics/wall.h"
#include "layers.h"

namespace adatom::energetics {
namespace {

Eigen::Vector3d direction(const std::vector<double>& normal) {
  return Eigen::Vector3d(normal[0], normal[1], normal[2]).normalized();
}

/// The atoms of the lowest layers, whichever way they are counted.
std::vector<std::uint8_t> lowest(const crystal::Structure& structure, const Eigen::Vector3d& normal,
                                 std::int64_t layers, double thickness_angstrom) {
  const auto heights = heights_of(structure, normal);
  std::vector<std::uint8_t> chosen(heights.size(), 0);
  if (heights.empty()) return chosen;
  if (thickness_angstrom > 0.0) {
    const double top = *std::ranges::min_element(heights) + thickness_angstrom;
    for (std::size_t i = 0; i < heights.size(); ++i) chosen[i] = heights[i] <= top ? 1 : 0;
  }
  if (layers > 0) {
    const auto count = static_cast<std::size_t>(layers);
    const auto layer = find_layers(structure, normal, count);
    for (std::size_t i = 0; i < heights.size(); ++i) {
      if (layer[i] < count) chosen[i] = 1;
    }
  }
  return chosen;
}

WallShape shape_of(const SupportOptions& options) {
  return {.kind = static_cast<WallKind>(static_cast<int>(options.wall) - 1),
          .epsilon_ev = options.wall_epsilon_ev,
          .sigma_angstrom = options.wall_sigma_angstrom,
          .cutoff_angstrom = options.wall_cutoff_angstrom};
}

std::shared_ptr<const ExternalField> make_wall(const SupportOptions& options,
                                               const crystal::Structure& structure) {
  const auto normal = direction(options.normal);
  const auto shape = shape_of(options);
  const auto heights = heights_of(structure, normal);
  const double lowest_atom = heights.empty() ? 0.0 : *std::ranges::min_element(heights);
  const double place =
      options.wall_position_angstrom.value_or(lowest_atom - wall_distance_angstrom(shape));
  if (lowest_atom <= place) {
    throw InputError(Complaint{"an atom is on or behind the wall", "support.wall_position_angstrom",
                               "the lowest atom is at " + shortest(lowest_atom) + ", the wall at " +
                                   shortest(place) + " angstrom along the normal",
                               "put the wall lower, or leave its position out"});
  }
  return std::make_shared<LennardJonesWall>(shape, place * normal, normal);
}

}  // namespace

void SupportOptions::describe(OptionVisitor& v) {
  constexpr double far = 1e6;
  v.visit({.name = "normal",
           .help = "direction from the support to the particle: three numbers",
           .min = -far,
           .max = far},
          normal);
  v.visit({.name = "wall", .help = "a flat Lennard-Jones wall, as the fixes of LAMMPS"}, wall);
  v.visit({.name = "wall_epsilon_ev",
           .unit = "eV",
           .help = "depth of the wall's potential",
           .min = 1e-9,
           .max = 100.0},
          wall_epsilon_ev);
  v.visit({.name = "wall_sigma_angstrom",
           .unit = "angstrom",
           .help = "size of its atoms",
           .min = 0.1,
           .max = 100.0},
          wall_sigma_angstrom);
  v.visit({.name = "wall_cutoff_angstrom",
           .unit = "angstrom",
           .help = "beyond it the wall is not felt",
           .min = 0.1,
           .max = 1000.0},
          wall_cutoff_angstrom);
  v.visit({.name = "wall_position_angstrom",
           .unit = "angstrom",
           .help = "of the wall along the normal; not given: the lowest atom lies in its minimum",
           .min = -far,
           .max = far},
          wall_position_angstrom);
  v.visit({.name = "held_layers",
           .help = "so many of the lowest atomic layers never move",
           .min = 0,
           .max = 1e4},
          held_layers);
  v.visit({.name = "held_angstrom",
           .unit = "angstrom",
           .help = "atoms within this of the lowest never move",
           .min = 0.0,
           .max = 1e4},
          held_angstrom);
  v.visit({.name = "spring_layers",
           .help = "springs hold so many of the lowest atomic layers where they began",
           .min = 0,
           .max = 1e4},
          spring_layers);
  v.visit({.name = "spring_angstrom",
           .unit = "angstrom",
           .help = "springs hold atoms within this of the lowest where they began",
           .min = 0.0,
           .max = 1e4},
          spring_angstrom);
  v.visit({.name = "spring_ev_per_angstrom2",
           .unit = "eV/angstrom^2",
           .help = "stiffness k of each spring, whose energy is k/2 of the stretch squared",
           .min = 0.0,
           .max = 1e4},
          spring_ev_per_angstrom2);
}

std::vector<OptionIssue> SupportOptions::validate() const {
  auto issues = check_ranges(*this);
  if (normal.size() != 3) {
    issues.push_back({"normal", "takes three numbers"});
  } else if (issues.empty() && !(Eigen::Vector3d(normal[0], normal[1], normal[2]).norm() > 0.0)) {
    issues.push_back({"normal", "is no direction: all three numbers are 0"});
  }
  if (issues.empty() && wall != SupportWall::none &&
      wall_cutoff_angstrom <= wall_distance_angstrom(shape_of(*this))) {
    issues.push_back({"wall_cutoff_angstrom", "lies before the minimum of the wall"});
  }
  return issues;
}

Surroundings make_surroundings(const SupportOptions& options, const crystal::Structure& structure) {
  require_valid(options.validate());
  Surroundings surroundings;
  const auto normal = direction(options.normal);
  if (options.wall != SupportWall::none) {
    surroundings.fields.push_back(make_wall(options, structure));
  }
  auto held = lowest(structure, normal, options.held_layers, options.held_angstrom);
  const auto on_springs = lowest(structure, normal, options.spring_layers, options.spring_angstrom);
  std::vector<Spring> springs;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (on_springs[i] != 0 && held[i] == 0) {
      springs.push_back({i, structure.atoms[i].position_angstrom});
    }
  }
  if (!springs.empty()) {
    surroundings.fields.push_back(
        std::make_shared<Springs>(std::move(springs), options.spring_ev_per_angstrom2));
  }
  if (std::ranges::find(held, std::uint8_t{1}) != held.end()) surroundings.held = std::move(held);
  return surroundings;
}

std::string describe_support(const SupportOptions& options, const Surroundings& surroundings) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (options.wall != SupportWall::none) {
    add(std::string("wall ") +
        EnumNames<SupportWall>::names[static_cast<std::size_t>(options.wall)]);
  }
  for (const auto& field : surroundings.fields) {
    if (const auto* springs = dynamic_cast<const Springs*>(field.get())) {
      add(std::to_string(springs->springs().size()) + " atoms on springs");
    }
  }
  const auto held = std::ranges::count(surroundings.held, std::uint8_t{1});
  if (held > 0) add(std::to_string(held) + " atoms held");
  return text.empty() ? "none" : text;
}

}  // namespace adatom::energetics
