#include "align_starts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <unordered_map>

#include <Eigen/Geometry>
#include <Eigen/SVD>

#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::reconstruct {
namespace {

using Vectors = std::vector<Eigen::Vector3d>;

// In bonds: neighbours (between the first and the second shell of fcc), and how well the bonds of
// an atom have to fit those of another: hot atoms are 0.1 bonds off.
constexpr double neighbour_reach = 1.2;
constexpr double fit = 0.3;
/// Turns nearer than this are one; a third of what the fit allows a bond to turn.
constexpr double same_turn_rad = 0.1;
constexpr std::size_t most_turns = 130;  ///< 24 in each of five twins, and the identity
/// Of both, the atoms whose bonds are compared.
constexpr std::size_t atoms_of_a = 40;
constexpr std::size_t atoms_of_b = 3;

/// Atoms by their number of neighbours, then by their distance from the centroid.
std::vector<std::size_t> inner_atoms(std::span<const Eigen::Vector3d> points,
                                     const crystal::NeighbourList& list, std::size_t most) {
  Eigen::Vector3d centre = Eigen::Vector3d::Zero();
  for (const auto& x : points) centre += x;
  centre /= static_cast<double>(points.size());
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto full = [&](std::size_t i) {
    return std::min<std::uint32_t>(list.first[i + 1] - list.first[i], 12U);
  };
  std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) {
    if (full(i) != full(j)) return full(i) > full(j);
    return (points[i] - centre).squaredNorm() < (points[j] - centre).squaredNorm();
  });
  // Spread over the whole inside, so that each of several twins is met.
  const auto inside = static_cast<std::size_t>(
      std::ranges::count_if(order, [&](std::size_t i) { return full(i) == full(order[0]); }));
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < std::min(most, inside); ++k) {
    chosen.push_back(order[k * inside / std::min(most, inside)]);
  }
  return chosen;
}

Vectors bonds_of(std::span<const Eigen::Vector3d> points, const crystal::NeighbourList& list,
                 std::size_t atom) {
  Vectors bonds;
  for (auto k = list.first[atom]; k < list.first[atom + 1]; ++k) {
    bonds.push_back(points[list.atom[k]] - points[atom]);
  }
  return bonds;
}

/// The sum of v w^T over the bonds v of a that are near a turned bond w of b, if all but one have
/// a partner.
bool correlate(const Vectors& a, const Vectors& b, const Eigen::Matrix3d& turn, double near,
               Eigen::Matrix3d& sum) {
  sum.setZero();
  std::size_t alone = 0;
  for (const auto& w : b) {
    const Eigen::Vector3d turned = turn * w;
    const auto nearest = std::ranges::min_element(
        a, {}, [&](const Eigen::Vector3d& v) { return (v - turned).squaredNorm(); });
    if ((*nearest - turned).norm() > near) {
      if (++alone > 1) return false;
      continue;
    }
    sum += *nearest * w.transpose();
  }
  return true;
}

/// The axes of a frame whose first is along v, the second in the plane of v and w.
Eigen::Matrix3d frame_along(const Eigen::Vector3d& v, const Eigen::Vector3d& w) {
  Eigen::Matrix3d frame;
  frame.col(0) = v.normalized();
  frame.col(1) = (w - frame.col(0) * frame.col(0).dot(w)).normalized();
  frame.col(2) = frame.col(0).cross(frame.col(1));
  return frame;
}

/// The angle about z that maximises trace(turn^T sum).
Eigen::Matrix3d best_about_beam(const Eigen::Matrix3d& sum) {
  const double angle = std::atan2(sum(1, 0) - sum(0, 1), sum(0, 0) + sum(1, 1));
  return Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitZ()).toRotationMatrix();
}

Eigen::Matrix3d best_rotation(const Eigen::Matrix3d& sum) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(sum, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d sign = Eigen::Vector3d::Ones();
  if ((svd.matrixU() * svd.matrixV().transpose()).determinant() < 0.0) sign.z() = -1.0;
  return svd.matrixU() * sign.asDiagonal() * svd.matrixV().transpose();
}

void add_turn(const Eigen::Matrix3d& turn, Vectors::size_type most,
              std::vector<Eigen::Matrix3d>& turns) {
  if (turns.size() >= most) return;
  const auto near = [&](const Eigen::Matrix3d& other) {
    // Of the rotation between them by t: |turn - other|^2 = 8 sin^2(t / 2).
    return (turn - other).norm() < std::sqrt(8.0) * std::sin(same_turn_rad / 2.0);
  };
  if (std::ranges::none_of(turns, near)) turns.push_back(turn);
}

/// The turns that lay the bonds of one atom on those of another.
void add_turns(const Vectors& a, const Vectors& b, Freedom freedom, double near,
               std::vector<Eigen::Matrix3d>& turns) {
  Eigen::Matrix3d sum;
  const auto consider = [&](const Eigen::Matrix3d& turn) {
    if (!correlate(a, b, turn, near, sum)) return;
    add_turn(freedom == Freedom::rotation ? best_rotation(sum) : best_about_beam(sum), most_turns,
             turns);
  };
  // The bond of b that lies most across the beam, and one beside it.
  const auto across = [](const Eigen::Vector3d& v) { return v.head<2>().squaredNorm(); };
  const Eigen::Vector3d w = *std::ranges::max_element(b, {}, across);
  if (freedom == Freedom::about_beam) {
    for (const auto& v : a) {
      if (std::abs(v.z() - w.z()) > near) continue;
      const double angle = std::atan2(v.y(), v.x()) - std::atan2(w.y(), w.x());
      consider(Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitZ()).toRotationMatrix());
    }
    return;
  }
  const Eigen::Vector3d u = *std::ranges::max_element(
      b, {}, [&](const Eigen::Vector3d& other) { return w.cross(other).squaredNorm(); });
  const Eigen::Matrix3d of_b = frame_along(w, u);
  for (const auto& v : a) {
    for (const auto& other : a) {
      if ((v - other).norm() < near || std::abs((v - other).norm() - (w - u).norm()) > 2.0 * near) {
        continue;
      }
      if (v.cross(other).norm() < 0.1 * v.norm() * other.norm()) continue;
      consider(frame_along(v, other) * of_b.transpose());
    }
  }
}

}  // namespace

std::vector<Eigen::Matrix3d> turns_to_try(std::span<const Eigen::Vector3d> a,
                                          std::span<const Eigen::Vector3d> b, double bond_angstrom,
                                          const AlignOptions& options) {
  std::vector<Eigen::Matrix3d> all;
  const double reach = neighbour_reach * bond_angstrom;
  for (const double sign : {1.0, -1.0}) {
    if (sign < 0.0 && options.mirror == BeamMirror::keep) break;
    const Eigen::Matrix3d mirror = Eigen::Vector3d(1.0, 1.0, sign).asDiagonal();
    std::vector<Eigen::Matrix3d> turns = {Eigen::Matrix3d::Identity()};
    if (options.freedom == Freedom::about_beam || options.freedom == Freedom::rotation) {
      Vectors mirrored;
      for (const auto& x : b) mirrored.push_back(mirror * x);
      const auto list_a = crystal::find_neighbours(a, crystal::Box{}, reach);
      const auto list_b = crystal::find_neighbours(mirrored, crystal::Box{}, reach);
      for (const std::size_t j : inner_atoms(mirrored, list_b, atoms_of_b)) {
        const Vectors of_b = bonds_of(mirrored, list_b, j);
        if (of_b.size() < 2) continue;
        for (const std::size_t i : inner_atoms(a, list_a, atoms_of_a)) {
          const Vectors of_a = bonds_of(a, list_a, i);
          if (of_a.size() < 2) continue;
          add_turns(of_a, of_b, options.freedom, fit * bond_angstrom, turns);
        }
      }
    }
    for (const auto& turn : turns) all.push_back(turn * mirror);
  }
  return all;
}

std::vector<AlignStart> shifts_to_try(std::span<const Eigen::Vector3d> a,
                                      std::span<const Eigen::Vector3d> b,
                                      const Eigen::Matrix3d& turn, double bond_angstrom) {
  constexpr std::size_t most_shifts = 3;
  constexpr std::size_t most_voters = 200;  // of b: the count of votes is then sure to 7 %
  const double side = 0.25 * bond_angstrom;
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  for (const auto& x : a) middle += x / static_cast<double>(a.size());
  for (const auto& x : b) middle -= turn * x / static_cast<double>(b.size());

  using Cell = std::array<std::int64_t, 3>;
  struct CellHash {
    std::size_t operator()(const Cell& c) const {
      return static_cast<std::size_t>(c[0] * 73856093 ^ c[1] * 19349663 ^ c[2] * 83492791);
    }
  };
  std::unordered_map<Cell, std::int64_t, CellHash> votes;
  // Centroids of structures that are mostly alike are not farther apart than this.
  const double reach = 4.0 * bond_angstrom;
  const std::size_t step = (b.size() + most_voters - 1) / most_voters;
  for (std::size_t j = 0; j < b.size(); j += step) {
    const Eigen::Vector3d moved = turn * b[j] + middle;
    for (const auto& x : a) {
      const Eigen::Vector3d d = x - moved;
      if (d.cwiseAbs().maxCoeff() > reach) continue;
      ++votes[{static_cast<std::int64_t>(std::floor(d.x() / side)),
               static_cast<std::int64_t>(std::floor(d.y() / side)),
               static_cast<std::int64_t>(std::floor(d.z() / side))}];
    }
  }
  // A peak on the border of cells is in all of them: the sum over 2 x 2 x 2 cells.
  std::vector<std::pair<std::int64_t, Cell>> sums;
  for (const auto& [cell, count] : votes) {
    std::int64_t sum = 0;
    for (int k = 0; k < 8; ++k) {
      const auto found =
          votes.find({cell[0] + (k & 1), cell[1] + (k >> 1 & 1), cell[2] + (k >> 2)});
      if (found != votes.end()) sum += found->second;
    }
    sums.emplace_back(-sum, cell);
  }
  std::ranges::sort(sums);
  std::vector<AlignStart> starts;
  std::vector<Cell> taken;
  for (const auto& sum : sums) {
    if (taken.size() == most_shifts) break;
    const Cell& cell = sum.second;
    const auto near = [&](const Cell& other) {
      return std::abs(other[0] - cell[0]) < 3 && std::abs(other[1] - cell[1]) < 3 &&
             std::abs(other[2] - cell[2]) < 3;
    };
    if (std::ranges::any_of(taken, near)) continue;
    taken.push_back(cell);
    const Eigen::Vector3d corner(static_cast<double>(cell[0]), static_cast<double>(cell[1]),
                                 static_cast<double>(cell[2]));
    starts.push_back({{turn, middle + (corner + Eigen::Vector3d::Ones()) * side},
                      -static_cast<double>(sum.first)});
  }
  starts.push_back({{turn, middle}, 0.0});
  return starts;
}

}  // namespace adatom::reconstruct
