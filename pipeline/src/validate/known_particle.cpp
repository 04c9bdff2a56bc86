#include "validate/known_particle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <tuple>

#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/crystal/edit.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/twinned.h"
#include "config/file_list.h"

namespace adatom::pipeline {
namespace {

using KnownPlaces = std::vector<Eigen::Vector3d>;

crystal::FccCrystal crystal_of(const ParticleOptions& options) {
  if (options.lattice_parameter_angstrom) {
    return {options.element, *options.lattice_parameter_angstrom};
  }
  return crystal::fcc_crystal(options.element);
}

KnownPlaces places_of(const crystal::Structure& structure) {
  KnownPlaces places;
  for (const auto& atom : structure.atoms) places.push_back(atom.position_angstrom);
  return places;
}

std::size_t neighbours_at(const KnownPlaces& places, const Eigen::Vector3d& at, double bond) {
  const double reach = 1.2 * bond;
  const double same = 0.3 * bond;
  return static_cast<std::size_t>(
      std::count_if(places.begin(), places.end(), [&](const Eigen::Vector3d& place) {
        const double distance = (place - at).norm();
        return distance > same && distance < reach;
      }));
}

/// Free places a bond away from an atom, in directions in which other atoms have neighbours: those
/// of the lattice, also of several twins. Each once, in the order of the atoms.
KnownPlaces free_places(const KnownPlaces& places, double bond, std::size_t least_neighbours) {
  const double near = 0.6 * bond;  // nearer places exclude each other
  std::vector<Eigen::Vector3d> directions;
  for (const auto& a : places) {
    for (const auto& b : places) {
      const Eigen::Vector3d d = b - a;
      if (d.norm() < 0.1 * bond || d.norm() > 1.2 * bond) continue;
      const bool known = std::any_of(directions.begin(), directions.end(),
                                     [&](const auto& e) { return (e - d).norm() < 0.1 * bond; });
      if (!known) directions.push_back(d);
    }
  }
  KnownPlaces free;
  for (const auto& a : places) {
    if (neighbours_at(places, a, bond) >= 12) continue;
    for (const auto& d : directions) {
      const Eigen::Vector3d at = a + d;
      const auto close = [&](const Eigen::Vector3d& p) { return (p - at).norm() < near; };
      if (std::any_of(places.begin(), places.end(), close)) continue;
      if (std::any_of(free.begin(), free.end(), close)) continue;
      if (neighbours_at(places, at, bond) >= least_neighbours) free.push_back(at);
    }
  }
  return free;
}

double bond_of(const crystal::FccCrystal& crystal) {
  return crystal.lattice_parameter_angstrom / std::numbers::sqrt2;
}

// A corner of a truncated octahedron lies towards (0, 1, 2), one of a decahedron too low to tell;
// the small parts tell apart atoms that are equally far out.
const Eigen::Vector3d corner_direction = Eigen::Vector3d(0.037, 1.011, 2.0).normalized();

void remove_corner(KnownPlaces& places, std::int64_t atoms) {
  std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
    return a.dot(corner_direction) < b.dot(corner_direction);
  });
  const auto gone = std::min<std::size_t>(static_cast<std::size_t>(atoms), places.size() - 1);
  places.resize(places.size() - gone);
}

/// The places of one layer more on a facet that rest on three atoms, from the facet's middle
/// outwards.
KnownPlaces layer_on(const KnownPlaces& places, const Eigen::Vector3d& normal, double bond) {
  double top = places.front().dot(normal);
  for (const auto& place : places) top = std::max(top, place.dot(normal));
  KnownPlaces layer;
  for (const auto& place : free_places(places, bond, 3)) {
    if (place.dot(normal) > top + 0.5 * bond) layer.push_back(place);
  }
  const auto off_middle = [&](const Eigen::Vector3d& place) {
    return (place - place.dot(normal) * normal).norm();
  };
  std::stable_sort(layer.begin(), layer.end(), [&](const auto& a, const auto& b) {
    return off_middle(a) < off_middle(b) - 1e-6;
  });
  return layer;
}

void add_layer(KnownPlaces& places, const ParticleOptions& options, double bond) {
  const Eigen::Vector3d normal =
      Eigen::Vector3d(options.facet[0], options.facet[1], options.facet[2]).normalized();
  const KnownPlaces layer = layer_on(places, normal, bond);
  if (options.step) {
    // One of the facet's rows of atoms is the edge of the step.
    const Eigen::Vector3d across =
        Eigen::Vector3d(options.facet[0], -options.facet[1], 0.0).normalized().cross(normal);
    std::copy_if(layer.begin(), layer.end(), std::back_inserter(places),
                 [&](const Eigen::Vector3d& place) { return place.dot(across) > 0.1; });
    return;
  }
  if (layer.size() < static_cast<std::size_t>(options.island_atoms)) {
    throw InputError({.what = "the island does not fit",
                      .where = "island_atoms",
                      .why = "the facet has " + std::to_string(layer.size()) + " places",
                      .remedy = "give fewer, or a larger particle"});
  }
  places.insert(places.end(), layer.begin(), layer.begin() + options.island_atoms);
}

crystal::Structure structure_of(const KnownPlaces& places, const std::string& element) {
  crystal::Structure structure;
  for (const auto& place : places) {
    structure.atoms.push_back({.element = element, .position_angstrom = place});
  }
  return structure;
}

/// `moves` atoms with the fewest neighbours, drawn among those with at most seven (edges and less),
/// go to free places with three neighbours or more.
KnownPlaces after_moves(KnownPlaces places, double bond, std::int64_t moves, RandomStream random) {
  constexpr std::size_t most_neighbours = 7;
  for (std::int64_t m = 0; m < moves; ++m) {
    std::vector<std::size_t> loose;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (neighbours_at(places, places[i], bond) <= most_neighbours) loose.push_back(i);
    }
    const KnownPlaces free = free_places(places, bond, 3);
    if (loose.empty() || free.empty()) {
      throw InputError({.what = "no atom can move",
                        .where = "moves_per_frame",
                        .why = "none has so few neighbours, or no place is free",
                        .remedy = "give 0"});
    }
    const std::size_t atom = loose[random.below(loose.size())];
    places[atom] = free[random.below(free.size())];
  }
  return places;
}

/// How many pairs of atoms lie nearly above each other.
std::size_t pairs_in_columns(const crystal::Structure& structure) {
  constexpr double near_angstrom = 0.6;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const Eigen::Vector2d a = structure.atoms[i].position_angstrom.head<2>();
    for (std::size_t j = 0; j < i; ++j) {
      const Eigen::Vector2d b = structure.atoms[j].position_angstrom.head<2>();
      if ((a - b).squaredNorm() < near_angstrom * near_angstrom) ++pairs;
    }
  }
  return pairs;
}

/// Turned about y to where the columns are sharpest.
crystal::Structure sharpened(const crystal::Structure& structure, double within_deg) {
  constexpr double step_deg = 0.5;
  crystal::Structure best = structure;
  std::size_t most = pairs_in_columns(structure);
  for (double angle = step_deg; angle <= within_deg; angle += step_deg) {
    for (const double turn : {angle, -angle}) {
      auto turned = crystal::edit(structure, {.rotate_deg = {0.0, turn, 0.0}});
      const std::size_t pairs = pairs_in_columns(turned);
      if (pairs <= most) continue;
      most = pairs;
      best = std::move(turned);
    }
  }
  return best;
}

std::vector<crystal::Structure> read_frames(const ParticleOptions& options) {
  std::vector<crystal::Structure> frames;
  for (const auto& file : options.structures) {
    const std::filesystem::path path(file.path);
    for (const auto& each : is_pattern(path) ? match_files(path) : std::vector{path}) {
      auto structure = crystal::read_structure(each, options.elements_of_types());
      // Free particles: what a box says of them is nothing that an image shows.
      crystal::Structure free;
      free.atoms = std::move(structure.atoms);
      if (free.atoms.empty()) {
        throw InputError({.what = "the structure file holds no atom",
                          .where = each.string(),
                          .why = {},
                          .remedy = {}});
      }
      if (!options.rotate_deg.empty()) {
        free = crystal::edit(std::move(free), {.rotate_deg = options.rotate_deg});
      }
      frames.push_back(sharpened(free, options.sharpen_within_deg));
    }
  }
  return frames;
}

}  // namespace

std::vector<crystal::Structure> build_particle(const CaseOptions& options,
                                               const RandomStream& random) {
  const ParticleOptions& particle = options.particle;
  const Eigen::Matrix3d turn = crystal::rotation_about_beam(particle.rotation_rad);
  std::vector<crystal::Structure> frames;
  if (particle.kind == ParticleKind::file) {
    frames = read_frames(particle);
    for (auto& frame : frames) frame = crystal::rotated(std::move(frame), turn);
    return frames;
  }
  const auto crystal = crystal_of(particle);
  const double bond = bond_of(crystal);
  const bool octahedron = particle.kind == ParticleKind::truncated_octahedron;
  KnownPlaces places = places_of(
      octahedron ? crystal::build_truncated_octahedron(crystal, particle.length, particle.cutoff)
                 : crystal::build_decahedron(crystal, {particle.m, particle.n, particle.p}));
  if (particle.island_atoms > 0 || particle.step) add_layer(places, particle, bond);
  if (particle.missing_corner_atoms > 0) remove_corner(places, particle.missing_corner_atoms);
  // The five-fold axis of a decahedron, [110] of its crystals, is along z already.
  const Eigen::Matrix3d rotation =
      octahedron ? Eigen::Matrix3d(turn * crystal::zone_axis_rotation(particle.zone_axis)) : turn;
  for (std::int64_t f = 0; f < options.frames; ++f) {
    if (f > 0) {
      places = after_moves(std::move(places), bond, options.moves_per_frame,
                           random.substream(static_cast<std::uint64_t>(f)));
    }
    frames.push_back(crystal::rotated(structure_of(places, particle.element), rotation));
  }
  return frames;
}

}  // namespace adatom::pipeline
