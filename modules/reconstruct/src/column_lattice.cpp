#include "adatom/reconstruct/column_lattice.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "grain_heights.h"
#include "grow_grains.h"
#include "plane_points.h"
#include "projected_crystal.h"

namespace adatom::reconstruct {
namespace {

constexpr std::size_t least_columns = 4;
constexpr double least_share = 0.3;      // of the columns, in lattices: else they are none
constexpr double similar_share = 0.9;    // zone axes that explain nearly as many columns compete
constexpr double doubtful_scale = 0.06;  // a pixel size this wrong is told
constexpr double doubtful_shear = 0.04;  // and such a distortion
constexpr double doubtful_share = 0.1;   // and so many columns in no lattice

[[noreturn]] void no_lattice(std::string why, std::string remedy) {
  throw InputError({.what = "the columns are no lattice",
                    .where = "columns",
                    .why = std::move(why),
                    .remedy = std::move(remedy)});
}

crystal::FccCrystal crystal_of(const LatticeOptions& options) {
  if (options.lattice_parameter_angstrom) {
    return {options.element, *options.lattice_parameter_angstrom};
  }
  return crystal::fcc_crystal(options.element);
}

std::vector<Eigen::Vector2d> places(std::span<const ObservedColumn> columns) {
  std::vector<Eigen::Vector2d> result;
  for (const ObservedColumn& column : columns) {
    result.emplace_back(column.x_angstrom, column.y_angstrom);
    // Farther than any frame goes, and indices of cells would not be whole numbers any more.
    constexpr double farthest = 1e9;
    if (!result.back().allFinite() || result.back().norm() > farthest) {
      no_lattice("the position of column " + std::to_string(column.column_id) +
                     " is no number, or far too large",
                 "check the table of columns");
    }
  }
  if (result.size() < least_columns) {
    no_lattice(std::to_string(result.size()) + " columns are too few: a lattice takes " +
                   std::to_string(least_columns),
               "");
  }
  return result;
}

// The grains of one zone axis, and how well they explain the columns.
struct Explanation {
  detail::ProjectedCrystal crystal;
  detail::PlanePoints points;
  std::vector<detail::GrownGrain> grains;
  std::size_t explained = 0;  // columns, as count_explained
  double distortion = 0.0;    // of the first grain: |ln scale| + anisotropy
};

// Columns in a grain, those beside a column of another grain left out: a lattice whose every second
// column is in another grain is not the lattice.
std::size_t count_explained(const detail::PlanePoints& points,
                            const std::vector<detail::GrownGrain>& grains, double reach) {
  std::size_t explained = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::optional<std::size_t> nearest;
    for (const std::size_t j : points.within(points[i], reach)) {
      if (j == i) continue;
      const bool nearer =
          !nearest || (points[j] - points[i]).norm() < (points[*nearest] - points[i]).norm();
      if (nearer) nearest = j;
    }
    const bool together = std::ranges::any_of(grains, [&](const detail::GrownGrain& grain) {
      return grain.has(i) && (!nearest || grain.has(*nearest));
    });
    if (together) ++explained;
  }
  return explained;
}

Explanation explain(const std::vector<Eigen::Vector2d>& at, const crystal::FccCrystal& crystal,
                    crystal::ZoneAxis axis, const LatticeOptions& options) {
  const auto projected = detail::project(crystal, axis);
  Explanation result{projected, detail::PlanePoints(at, 1.5 * projected.longest_angstrom), {}};
  result.grains = detail::grow_grains(
      result.points, projected, {.max_grains = options.max_grains, .tolerance = options.tolerance});
  result.explained =
      count_explained(result.points, result.grains, 1.5 * projected.longest_angstrom);
  if (!result.grains.empty()) {
    const auto found = detail::decompose(result.grains.front().basis_angstrom *
                                         projected.basis_angstrom.inverse());
    result.distortion = std::abs(std::log(found.scale)) + found.anisotropy;
  }
  return result;
}

std::string axis_name(crystal::ZoneAxis axis) {
  return EnumNames<crystal::ZoneAxis>::names[static_cast<std::size_t>(axis)];
}

// That with most columns; of several with nearly as many, the least distorted.
Explanation best_explanation(const std::vector<Eigen::Vector2d>& at, const LatticeOptions& options,
                             std::vector<std::string>& warnings) {
  const crystal::FccCrystal crystal = crystal_of(options);
  std::vector<crystal::ZoneAxis> axes = {crystal::ZoneAxis::axis_110, crystal::ZoneAxis::axis_100,
                                         crystal::ZoneAxis::axis_111, crystal::ZoneAxis::axis_112};
  if (options.zone_axis) axes = {*options.zone_axis};
  std::vector<Explanation> all;
  std::size_t most = 0;
  for (const crystal::ZoneAxis axis : axes) {
    all.push_back(explain(at, crystal, axis, options));
    most = std::max(most, all.back().explained);
  }
  if (static_cast<double>(most) < least_share * static_cast<double>(at.size()) || most == 0) {
    no_lattice("at most " + std::to_string(most) + " of " + std::to_string(at.size()) + " follow " +
                   options.element + " along " +
                   (options.zone_axis ? '[' + axis_name(*options.zone_axis) + ']'
                                      : std::string("[110], [100], [111] or [112]")),
               "check the pixel size (it may be wrong by 15 %), the element and the zone axis");
  }
  const double enough = similar_share * static_cast<double>(most);
  std::erase_if(
      all, [enough](const Explanation& e) { return static_cast<double>(e.explained) < enough; });
  std::ranges::stable_sort(all, {}, &Explanation::distortion);
  if (all.size() > 1) {
    warnings.push_back("the columns follow the crystal along [" + axis_name(all[1].crystal.axis) +
                       "] nearly as well as along [" + axis_name(all[0].crystal.axis) +
                       "], which is taken for its smaller distortion");
  }
  return all.front();
}

Grain describe_grain(const Explanation& found, const detail::GrownGrain& grown) {
  const auto parts =
      detail::decompose(grown.basis_angstrom * found.crystal.basis_angstrom.inverse());
  const auto precision = detail::grain_precision(found.points, grown);
  const Eigen::Matrix2d stretch = parts.stretch / parts.scale;
  return {.origin_angstrom = grown.origin_angstrom,
          .basis_angstrom = grown.basis_angstrom,
          .rotation_rad = parts.rotation_rad,
          .scale = parts.scale,
          .scale_stderr = parts.scale * precision.scale_stderr,
          .strain = {stretch(0, 0) - 1.0, stretch(1, 1) - 1.0, stretch(0, 1)},
          .rms_residual_angstrom = precision.rms_angstrom,
          .columns = static_cast<std::int64_t>(grown.members.size())};
}

// V of the mean of the grains' V V^T, each with the weight of its columns.
Eigen::Matrix2d common_distortion(const Explanation& found) {
  Eigen::Matrix2d mean = Eigen::Matrix2d::Zero();
  double weight = 0.0;
  for (const detail::GrownGrain& grain : found.grains) {
    const Eigen::Matrix2d map = grain.basis_angstrom * found.crystal.basis_angstrom.inverse();
    const auto columns = static_cast<double>(grain.members.size());
    mean += columns * (map * map.transpose());
    weight += columns;
  }
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(mean / weight).operatorSqrt();
}

std::vector<LatticeSite> make_sites(const Explanation& found,
                                    const std::vector<std::int64_t>& offsets) {
  std::vector<LatticeSite> sites(found.points.size());
  for (std::size_t g = 0; g < found.grains.size(); ++g) {
    for (const detail::GrainMember& m : found.grains[g].members) {
      LatticeSite& site = sites[m.point];
      if (site.grain >= 0) {
        site.other_grains.push_back(static_cast<std::int64_t>(g));
        continue;
      }
      const std::int64_t sixths = (found.crystal.phase(m.u, m.v) + offsets[g]) % detail::phases;
      site.grain = static_cast<std::int64_t>(g);
      site.u = m.u;
      site.v = m.v;
      site.phase = static_cast<double>(sixths) / static_cast<double>(detail::phases);
      site.residual_angstrom = (found.points[m.point] - found.grains[g].site(m.u, m.v)).norm();
    }
  }
  return sites;
}

std::string percent(double share) {
  const auto tenths = std::lround(1000.0 * share);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " %";
}

void add_warnings(const Explanation& found, ColumnLattice& lattice) {
  const auto lost =
      static_cast<std::size_t>(std::ranges::count(lattice.sites, -1, &LatticeSite::grain));
  if (static_cast<double>(lost) > doubtful_share * static_cast<double>(found.points.size())) {
    lattice.warnings.push_back(std::to_string(lost) + " of " + std::to_string(found.points.size()) +
                               " columns are in no lattice");
  }
  const auto whole = detail::decompose(lattice.distortion);
  if (std::abs(whole.scale - 1.0) > doubtful_scale) {
    const std::string way = whole.scale > 1.0 ? " longer" : " shorter";
    lattice.warnings.push_back("the lattice is " + percent(std::abs(whole.scale - 1.0)) + way +
                               " than the crystal's: check pixel size and element");
  }
  if (whole.anisotropy > doubtful_shear) {
    lattice.warnings.push_back("the image is distorted by " + percent(whole.anisotropy) +
                               " (drift, scan): positions are corrected, counts are not");
  }
  if (lattice.zone_axis == crystal::ZoneAxis::axis_111 ||
      lattice.zone_axis == crystal::ZoneAxis::axis_112) {
    lattice.warnings.push_back("along [" + axis_name(lattice.zone_axis) +
                               "] the model and its mirror image across the beam have the same "
                               "columns: one of the two is taken");
  }
}

}  // namespace

void LatticeOptions::describe(OptionVisitor& v) {
  v.visit({.name = "element", .help = "symbol of an fcc metal"}, element);
  v.visit({.name = "lattice_parameter_angstrom",
           .unit = "angstrom",
           .help = "of the crystal; not given: the element's",
           .min = 1,
           .max = 20},
          lattice_parameter_angstrom);
  v.visit(
      {.name = "max_grains",
       .help = "twins and the parts of a decahedron are separate lattices, the largest are kept",
       .min = 1,
       .max = 100},
      max_grains);
  v.visit({.name = "tolerance",
           .help = "a column farther than this share of the shortest lattice vector from every "
                   "site is in no lattice",
           .min = 0.02,
           .max = 0.45},
          tolerance);
}

std::vector<OptionIssue> LatticeOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!lattice_parameter_angstrom && !crystal::fcc_lattice_parameter_angstrom(element)) {
    issues.push_back({"element", "'" + element +
                                     "' is no fcc metal of the table (Al, Ni, Cu, Pd, Ag, Ir, Pt, "
                                     "Au): give its lattice parameter"});
  }
  return issues;
}

Eigen::Vector2d undistorted(const ColumnLattice& lattice, const Eigen::Vector2d& frame_angstrom) {
  return lattice.centre_angstrom +
         lattice.distortion.inverse() * (frame_angstrom - lattice.centre_angstrom);
}

Eigen::Vector2d distorted(const ColumnLattice& lattice, const Eigen::Vector2d& model_angstrom) {
  return lattice.centre_angstrom + lattice.distortion * (model_angstrom - lattice.centre_angstrom);
}

ColumnLattice find_column_lattice(std::span<const ObservedColumn> columns,
                                  const LatticeOptions& options) {
  require_valid(options.validate());
  const auto at = places(columns);
  ColumnLattice lattice;
  const Explanation found = best_explanation(at, options, lattice.warnings);
  lattice.element = options.element;
  lattice.zone_axis = found.crystal.axis;
  lattice.lattice_parameter_angstrom = found.crystal.lattice_parameter_angstrom;
  lattice.spacing_angstrom = found.crystal.spacing_angstrom;
  for (const detail::GrownGrain& grain : found.grains) {
    lattice.grains.push_back(describe_grain(found, grain));
  }
  const auto heights = detail::relate_heights(found.points, found.crystal, found.grains);
  lattice.warnings.insert(lattice.warnings.end(), heights.warnings.begin(), heights.warnings.end());
  lattice.sites = make_sites(found, heights.offset);
  lattice.distortion = common_distortion(found);
  double inside = 0.0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (lattice.sites[i].grain < 0) continue;
    inside += 1.0;
    lattice.centre_angstrom += (at[i] - lattice.centre_angstrom) / inside;
  }
  add_warnings(found, lattice);
  return lattice;
}

}  // namespace adatom::reconstruct
