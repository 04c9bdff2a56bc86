#include "adatom/crystal/wulff.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "size_check.h"

namespace adatom::crystal {
namespace {

InputError complaint(const std::string& what, const std::string& why, const std::string& remedy) {
  return InputError({.what = what, .where = "Wulff construction", .why = why, .remedy = remedy});
}

std::string name(const FacetEnergy& facet) {
  const auto& [h, k, l] = facet.miller;
  return '{' + std::to_string(h) + ' ' + std::to_string(k) + ' ' + std::to_string(l) + '}';
}

void require_sensible(const FacetEnergy& facet) {
  constexpr int most = 100;
  const auto& hkl = facet.miller;
  if (hkl == std::array<int, 3>{}) throw complaint("000 is no facet", {}, "give for instance 111");
  if (std::any_of(hkl.begin(), hkl.end(), [](int i) { return i < -most || i > most; })) {
    throw complaint(name(facet) + " has too large indices", "up to 100 are taken", {});
  }
  if (!std::isfinite(facet.energy) || facet.energy <= 0.0) {
    throw complaint("the energy of " + name(facet) + " must be positive",
                    "it is " + shortest(facet.energy), {});
  }
}

/// One facet of the polyhedron. A site in steps of a/2 lies on the plane numbered site . hkl /
/// per_plane, counted from the centre; it is filled from lambda = (number - 1/2) / rate on.
struct Facet {
  std::array<int, 3> hkl;
  double per_plane;
  double rate;  // planes by which the facet grows with lambda
};

/// Planes of the fcc lattice are a / |hkl| apart for indices all odd, else half as much; in steps
/// of a/2 that is a change of site . hkl by 2 or 1. Lambda is the distance of the facet of least
/// energy in these steps.
std::vector<Facet> list_facets(std::span<const FacetEnergy> energies) {
  if (energies.empty()) {
    throw complaint("no facet is given", "a shape needs at least one", "for instance 111 and 100");
  }
  for (const auto& facet : energies) require_sensible(facet);
  double least = energies.front().energy;
  for (const auto& facet : energies) least = std::min(least, facet.energy);
  std::vector<Facet> facets;
  for (const auto& facet : energies) {
    std::array<int, 3> sorted = facet.miller;
    for (int& index : sorted) index = std::abs(index);
    const int divisor = std::gcd(std::gcd(sorted[0], sorted[1]), sorted[2]);
    for (int& index : sorted) index /= divisor;
    std::sort(sorted.begin(), sorted.end());
    const bool all_odd =
        std::all_of(sorted.begin(), sorted.end(), [](int index) { return index % 2 == 1; });
    const double per_plane = all_odd ? 2.0 : 1.0;
    const double length = std::sqrt(
        static_cast<double>(sorted[0] * sorted[0] + sorted[1] * sorted[1] + sorted[2] * sorted[2]));
    // In units of a/2 a plane is per_plane / length thick.
    const double rate = facet.energy / least * length / per_plane;
    std::set<std::array<int, 3>> equivalents;
    do {
      for (int signs = 0; signs < 8; ++signs) {
        equivalents.insert({(signs & 1) != 0 ? -sorted[0] : sorted[0],
                            (signs & 2) != 0 ? -sorted[1] : sorted[1],
                            (signs & 4) != 0 ? -sorted[2] : sorted[2]});
      }
    } while (std::next_permutation(sorted.begin(), sorted.end()));
    for (const auto& hkl : equivalents) {
      facets.push_back({hkl, per_plane, rate});
    }
  }
  return facets;
}

struct Site {
  double lambda;  // from which on it is filled
  std::array<int, 3> at;
};

/// The sites that are filled up to `lambda`, in the order in which they are.
std::vector<Site> list_sites(const std::vector<Facet>& facets, double lambda, int parity) {
  // Half a plane is less than a step, and no corner of a shape with the cube's symmetry is farther
  // out than sqrt 3 times its nearest facet.
  const int reach = static_cast<int>(std::numbers::sqrt3 * (lambda + 1.0)) + 1;
  std::vector<Site> sites;
  for (int h = -reach; h <= reach; ++h) {
    for (int k = -reach; k <= reach; ++k) {
      for (int l = -reach; l <= reach; ++l) {
        if (std::abs(h + k + l) % 2 != parity) continue;
        double filled = -1e300;
        for (const auto& facet : facets) {
          const int product = facet.hkl[0] * h + facet.hkl[1] * k + facet.hkl[2] * l;
          const double number = static_cast<double>(product) / facet.per_plane;
          filled = std::max(filled, (number - 0.5) / facet.rate);
          if (filled > lambda) break;
        }
        if (filled <= lambda) sites.push_back({filled, {h, k, l}});
      }
    }
  }
  std::stable_sort(sites.begin(), sites.end(),
                   [](const Site& a, const Site& b) { return a.lambda < b.lambda; });
  return sites;
}

/// How many sites the shape chosen has. Nothing: the sites end before it is known.
std::optional<std::size_t> choose_count(const std::vector<Site>& sites, std::size_t atoms,
                                        WulffRounding rounding) {
  std::size_t below = 0;
  for (std::size_t i = 0; i + 1 < sites.size(); ++i) {
    // Sites of one shape differ by rounding only.
    constexpr double same = 1e-9;
    const double next = sites[i + 1].lambda;
    if (next - sites[i].lambda < same * (1.0 + std::abs(next))) continue;
    const std::size_t count = i + 1;
    if (count <= atoms) below = count;
    if (count < atoms) continue;
    if (rounding == WulffRounding::above) return count;
    if (rounding == WulffRounding::below) return below;
    return below > 0 && atoms - below <= count - atoms ? below : count;
  }
  return std::nullopt;
}

}  // namespace

Structure build_wulff(const FccCrystal& crystal, std::span<const FacetEnergy> facets,
                      std::int64_t atoms, const WulffOptions& options) {
  require_lattice(crystal, "Wulff construction");
  const auto polyhedron = list_facets(facets);
  if (atoms < 1) {
    throw complaint("no particle of " + std::to_string(atoms) + " atoms", "at least 1 is needed",
                    {});
  }
  require_few_enough(static_cast<double>(atoms), "Wulff construction");
  // A sphere of so many sites, of two cubic steps each, lies inside the shape: more than enough
  // but for the smallest shapes.
  double lambda = std::cbrt(2.0 * static_cast<double>(atoms) * 0.75 / std::numbers::pi) + 2.0;
  std::vector<Site> sites;
  std::optional<std::size_t> found;
  for (; !found; lambda *= 1.25) {
    sites = list_sites(polyhedron, lambda, options.centre == WulffCentre::atom ? 0 : 1);
    found = choose_count(sites, static_cast<std::size_t>(atoms), options.rounding);
  }
  const std::size_t count = *found;
  if (count == 0) {
    throw complaint("no shape has " + std::to_string(atoms) + " atoms or fewer", {},
                    "ask for more, or for rounding up");
  }
  std::vector<std::array<int, 3>> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(sites[i].at);
  std::sort(chosen.begin(), chosen.end());
  Structure structure;
  const double step = crystal.lattice_parameter_angstrom / 2.0;
  for (const auto& [h, k, l] : chosen) {
    structure.atoms.push_back({crystal.element, step * Eigen::Vector3d(h, k, l)});
  }
  return structure;
}

std::int64_t atoms_in_sphere(const FccCrystal& crystal, double diameter_angstrom) {
  require_lattice(crystal, "sphere");
  require_length(diameter_angstrom, "the diameter", "sphere");
  const double atoms = 4.0 * std::numbers::pi / 6.0 *
                       std::pow(diameter_angstrom / crystal.lattice_parameter_angstrom, 3);
  require_few_enough(atoms, "sphere");
  return std::max<std::int64_t>(1, std::llround(atoms));
}

}  // namespace adatom::crystal
