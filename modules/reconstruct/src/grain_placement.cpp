#include "grain_placement.h"

#include <Eigen/LU>
#include <cmath>

#include "projected_crystal.h"

namespace adatom::reconstruct::detail {
namespace {

// Grains that miss each other by more are not unstrained crystals side by side.
constexpr double closed_angstrom = 0.05;

// One grain's lattice, in the frame or in the model.
struct PlacedGrain {
  Eigen::Vector2d origin;
  Eigen::Matrix2d basis;

  [[nodiscard]] Eigen::Vector2d at(const Eigen::Vector2d& index) const {
    return origin + basis * index;
  }
};

struct GrainSite {
  std::size_t column = 0;
  std::size_t grain = 0;
  Eigen::Vector2d index;
};

// Every column's sites, those on boundaries with several.
std::vector<GrainSite> all_sites(const ColumnLattice& lattice) {
  std::vector<GrainSite> result;
  for (std::size_t i = 0; i < lattice.sites.size(); ++i) {
    const LatticeSite& site = lattice.sites[i];
    if (site.grain < 0) continue;
    const auto own = static_cast<std::size_t>(site.grain);
    const Eigen::Vector2d index(static_cast<double>(site.u), static_cast<double>(site.v));
    result.push_back({i, own, index});
    const Grain& grain = lattice.grains[own];
    const Eigen::Vector2d frame = grain.origin_angstrom + grain.basis_angstrom * index;
    for (const std::int64_t number : site.other_grains) {
      const auto other = static_cast<std::size_t>(number);
      const Grain& beside = lattice.grains[other];
      const Eigen::Vector2d theirs =
          beside.basis_angstrom.inverse() * (frame - beside.origin_angstrom);
      result.push_back({i, other, {std::round(theirs.x()), std::round(theirs.y())}});
    }
  }
  return result;
}

// The mean over a column's sites; sites of one column stand together.
std::vector<ColumnPlace> mean_places(const std::vector<GrainSite>& sites,
                                     const std::vector<PlacedGrain>& grains) {
  std::vector<ColumnPlace> places;
  double count = 0.0;
  for (const GrainSite& site : sites) {
    const Eigen::Vector2d at = grains[site.grain].at(site.index);
    if (places.empty() || places.back().column != site.column) {
      places.push_back({site.column, at});
      count = 1.0;
      continue;
    }
    count += 1.0;
    places.back().at_angstrom += (at - places.back().at_angstrom) / count;
  }
  return places;
}

// Root mean square distance of boundary columns' sites from their means; 0: no boundary.
double boundary_misfit(const std::vector<GrainSite>& sites, const std::vector<PlacedGrain>& grains,
                       const std::vector<ColumnPlace>& places) {
  double sum = 0.0;
  double count = 0.0;
  std::size_t place = 0;
  for (std::size_t k = 0; k < sites.size(); ++k) {
    if (places[place].column != sites[k].column) ++place;
    const bool shared = (k > 0 && sites[k - 1].column == sites[k].column) ||
                        (k + 1 < sites.size() && sites[k + 1].column == sites[k].column);
    if (!shared) continue;
    sum += (grains[sites[k].grain].at(sites[k].index) - places[place].at_angstrom).squaredNorm();
    count += 1.0;
  }
  return count > 0.0 ? std::sqrt(sum / count) : 0.0;
}

// The unstrained crystal, turned as the strained one is, with the mean of its columns where that
// of their targets is.
PlacedGrain rigid(const PlacedGrain& strained, const Eigen::Matrix2d& crystal_basis,
                  const std::vector<GrainSite>& sites, const std::vector<ColumnPlace>& targets,
                  std::size_t number) {
  const double turn = decompose(strained.basis * crystal_basis.inverse()).rotation_rad;
  PlacedGrain result{Eigen::Vector2d::Zero(), plane_rotation(turn) * crystal_basis};
  Eigen::Vector2d shift = Eigen::Vector2d::Zero();
  double count = 0.0;
  std::size_t place = 0;
  for (const GrainSite& site : sites) {
    if (targets[place].column != site.column) ++place;
    if (site.grain != number) continue;
    shift += targets[place].at_angstrom - result.at(site.index);
    count += 1.0;
  }
  if (count > 0.0) result.origin = shift / count;
  return result;
}

}  // namespace

std::vector<ColumnPlace> place_columns(const ColumnLattice& lattice) {
  const ProjectedCrystal crystal =
      project({"", lattice.lattice_parameter_angstrom}, lattice.zone_axis);
  const Eigen::Matrix2d inverse = lattice.distortion.inverse();
  std::vector<PlacedGrain> strained;
  for (const Grain& grain : lattice.grains) {
    strained.push_back(
        {undistorted(lattice, grain.origin_angstrom), inverse * grain.basis_angstrom});
  }
  const auto sites = all_sites(lattice);
  const auto targets = mean_places(sites, strained);
  std::vector<PlacedGrain> unstrained;
  for (std::size_t g = 0; g < strained.size(); ++g) {
    unstrained.push_back(rigid(strained[g], crystal.basis_angstrom, sites, targets, g));
  }
  const auto places = mean_places(sites, unstrained);
  const bool closed = boundary_misfit(sites, unstrained, places) <= closed_angstrom;
  return closed ? places : targets;
}

}  // namespace adatom::reconstruct::detail
