#include "adatom/descriptors/common_neighbours.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "within_reach.h"

namespace adatom::descriptors {
namespace {

/// More than any of the packings has.
constexpr std::size_t most = 14;
using Bonds = std::array<std::uint32_t, most>;  // bit k of entry j: neighbours j and k are bonded

/// An atom's neighbours, nearest first.
class Shell {
 public:
  Shell(const NeighbourVectors& neighbours, std::size_t atom) : neighbours_(neighbours) {
    for (std::size_t e = neighbours.begin(atom); e < neighbours.end(atom); ++e) {
      nearest_.emplace_back(neighbours.distance_angstrom[e], e);
    }
    const auto kept = std::min(nearest_.size(), most + 1);
    std::partial_sort(nearest_.begin(), nearest_.begin() + static_cast<std::ptrdiff_t>(kept),
                      nearest_.end());
    nearest_.resize(kept);
  }

  [[nodiscard]] std::size_t size() const { return nearest_.size(); }
  [[nodiscard]] double distance(std::size_t k) const { return nearest_[k].first; }

  /// Which of the `count` nearest are at most `r_cut` apart.
  [[nodiscard]] Bonds bonds(std::size_t count, double r_cut) const {
    Bonds bonds{};
    for (std::size_t j = 0; j < count; ++j) {
      for (std::size_t k = 0; k < j; ++k) {
        const std::size_t a = nearest_[j].second;
        const std::size_t b = nearest_[k].second;
        const double dx = neighbours_.x_angstrom[a] - neighbours_.x_angstrom[b];
        const double dy = neighbours_.y_angstrom[a] - neighbours_.y_angstrom[b];
        const double dz = neighbours_.z_angstrom[a] - neighbours_.z_angstrom[b];
        if (dx * dx + dy * dy + dz * dz > r_cut * r_cut) continue;
        bonds[j] |= 1U << k;
        bonds[k] |= 1U << j;
      }
    }
    return bonds;
  }

 private:
  const NeighbourVectors& neighbours_;
  std::vector<std::pair<double, std::size_t>> nearest_;
};

/// Bonds in the largest group of these neighbours that hang together by bonds.
int longest_chain(const Bonds& bonds, std::uint32_t members) {
  int longest = 0;
  while (members != 0) {
    std::uint32_t group = members & (~members + 1U);
    for (std::uint32_t front = group; front != 0;) {
      std::uint32_t next = 0;
      for (std::uint32_t left = front; left != 0; left &= left - 1U) {
        next |= bonds[static_cast<std::size_t>(std::countr_zero(left))];
      }
      front = next & members & ~group;
      group |= front;
    }
    int twice = 0;
    for (std::uint32_t left = group; left != 0; left &= left - 1U) {
      twice += std::popcount(bonds[static_cast<std::size_t>(std::countr_zero(left))] & group);
    }
    longest = std::max(longest, twice / 2);
    members &= ~group;
  }
  return longest;
}

/// Common neighbours, bonds among them, longest chain: 421 is four hundred and twenty-one.
int signature(const Bonds& bonds, std::size_t neighbour) {
  const std::uint32_t common = bonds[neighbour];
  int twice = 0;
  for (std::uint32_t left = common; left != 0; left &= left - 1U) {
    twice += std::popcount(bonds[static_cast<std::size_t>(std::countr_zero(left))] & common);
  }
  return 100 * std::popcount(common) + 10 * (twice / 2) + longest_chain(bonds, common);
}

Packing of_twelve(const Shell& shell, double r_cut) {
  const Bonds bonds = shell.bonds(12, r_cut);
  int n421 = 0;
  int n422 = 0;
  int n555 = 0;
  for (std::size_t k = 0; k < 12; ++k) {
    const int s = signature(bonds, k);
    n421 += s == 421 ? 1 : 0;
    n422 += s == 422 ? 1 : 0;
    n555 += s == 555 ? 1 : 0;
  }
  if (n421 == 12) return Packing::fcc;
  if (n421 == 6 && n422 == 6) return Packing::hcp;
  return n555 == 12 ? Packing::icosahedral : Packing::other;
}

Packing of_fourteen(const Shell& shell, double r_cut) {
  const Bonds bonds = shell.bonds(14, r_cut);
  int n444 = 0;
  int n666 = 0;
  for (std::size_t k = 0; k < 14; ++k) {
    const int s = signature(bonds, k);
    n444 += s == 444 ? 1 : 0;
    n666 += s == 666 ? 1 : 0;
  }
  return n444 == 6 && n666 == 8 ? Packing::bcc : Packing::other;
}

constexpr double between_shells = 0.5 * (1.0 + std::numbers::sqrt2);

/// `count` neighbours lie within the cut-off, which the list covers, and no more.
bool exactly(const Shell& shell, std::size_t count, double r_cut, double reach) {
  if (shell.size() < count || r_cut > reach) return false;
  return shell.size() == count || shell.distance(count) > r_cut;
}

Packing adaptive(const Shell& shell, double reach) {
  if (shell.size() < 12) return Packing::other;
  double sum = 0.0;
  for (std::size_t k = 0; k < 12; ++k) sum += shell.distance(k);
  const double close_packed = between_shells * sum / 12.0;
  if (exactly(shell, 12, close_packed, reach)) {
    const Packing found = of_twelve(shell, close_packed);
    if (found != Packing::other) return found;
  }
  if (shell.size() < 14) return Packing::other;
  double lattice = 0.0;
  for (std::size_t k = 0; k < 14; ++k) {
    lattice += shell.distance(k) * (k < 8 ? 2.0 * std::numbers::inv_sqrt3 : 1.0);
  }
  const double bcc = between_shells * lattice / 14.0;
  return exactly(shell, 14, bcc, reach) ? of_fourteen(shell, bcc) : Packing::other;
}

}  // namespace

std::vector<Packing> common_neighbour_analysis(const NeighbourVectors& neighbours,
                                               double r_cut_angstrom) {
  require_reach(neighbours, r_cut_angstrom);
  std::vector<Packing> packing(neighbours.atoms(), Packing::other);
  for (std::size_t i = 0; i < packing.size(); ++i) {
    const Shell shell(neighbours, i);
    std::size_t count = 0;
    while (count < shell.size() && shell.distance(count) <= r_cut_angstrom) ++count;
    if (count == 12) packing[i] = of_twelve(shell, r_cut_angstrom);
    if (count == 14) packing[i] = of_fourteen(shell, r_cut_angstrom);
  }
  return packing;
}

std::vector<Packing> adaptive_common_neighbour_analysis(const NeighbourVectors& neighbours) {
  std::vector<Packing> packing(neighbours.atoms(), Packing::other);
  for (std::size_t i = 0; i < packing.size(); ++i) {
    packing[i] = adaptive(Shell(neighbours, i), neighbours.reach_angstrom);
  }
  return packing;
}

}  // namespace adatom::descriptors
