#include "adatom/reconstruct/align.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <Eigen/SVD>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "align_starts.h"

namespace adatom::reconstruct {
namespace {

/// Starts that this share of the best one's differences agree on are followed: equivalent turns of
/// a particle that is symmetrical but for a few atoms differ by those atoms only.
constexpr double votes_share = 0.75;
constexpr std::size_t most_starts = 64;
constexpr int most_rounds = 40;
/// Of starts that are not on their place yet atoms are matched in a larger distance, in bonds;
/// neighbours are told apart up to half a bond.
constexpr double wide_share = 0.45;

std::vector<Eigen::Vector3d> moved(std::span<const Eigen::Vector3d> points, const Motion& motion) {
  std::vector<Eigen::Vector3d> out;
  out.reserve(points.size());
  for (const auto& x : points) out.push_back(motion(x));
  return out;
}

/// Least squares over the pairs, with what may change.
Motion fitted(std::span<const Eigen::Vector3d> a, std::span<const Eigen::Vector3d> b,
              const std::vector<PointPair>& pairs, const Motion& now, Freedom freedom) {
  if (pairs.empty() || freedom == Freedom::none) return now;
  Eigen::Vector3d mean_a = Eigen::Vector3d::Zero();
  Eigen::Vector3d mean_b = Eigen::Vector3d::Zero();
  for (const auto& pair : pairs) {
    mean_a += a[pair.a];
    mean_b += b[pair.b];
  }
  mean_a /= static_cast<double>(pairs.size());
  mean_b /= static_cast<double>(pairs.size());
  Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
  for (const auto& pair : pairs) {
    sum += (a[pair.a] - mean_a) * (now.linear * (b[pair.b] - mean_b)).transpose();
  }
  Eigen::Matrix3d turn = Eigen::Matrix3d::Identity();
  if (freedom == Freedom::about_beam) {
    const double angle = std::atan2(sum(1, 0) - sum(0, 1), sum(0, 0) + sum(1, 1));
    turn = Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  } else if (freedom == Freedom::rotation && pairs.size() >= 3) {
    const Eigen::JacobiSVD<Eigen::Matrix3d> svd(sum, Eigen::ComputeFullU | Eigen::ComputeFullV);
    Eigen::Vector3d sign = Eigen::Vector3d::Ones();
    if ((svd.matrixU() * svd.matrixV().transpose()).determinant() < 0.0) sign.z() = -1.0;
    turn = svd.matrixU() * sign.asDiagonal() * svd.matrixV().transpose();
  }
  Motion next;
  next.linear = turn * now.linear;
  next.shift_angstrom = mean_a - next.linear * mean_b;
  return next;
}

bool same_pairs(const std::vector<PointPair>& one, const std::vector<PointPair>& two) {
  return std::ranges::equal(
      one, two, [](const PointPair& p, const PointPair& q) { return p.a == q.a && p.b == q.b; });
}

double sum_of_squares(const std::vector<PointPair>& pairs) {
  double sum = 0.0;
  for (const auto& pair : pairs) sum += pair.distance_angstrom * pair.distance_angstrom;
  return sum;
}

/// Matches and moves until the pairs stay; the last pairs are those within the tolerance.
Alignment followed(std::span<const Eigen::Vector3d> a, std::span<const Eigen::Vector3d> b,
                   const Motion& start, double wide, const AlignOptions& options) {
  Alignment result{.motion = start};
  for (const double reach :
       {std::max(wide, options.tolerance_angstrom), options.tolerance_angstrom}) {
    std::vector<PointPair> before;
    for (int round = 0; round < most_rounds; ++round) {
      result.pairs = match_points(a, moved(b, result.motion), reach);
      if (round > 0 && same_pairs(result.pairs, before)) break;
      before = result.pairs;
      result.motion = fitted(a, b, result.pairs, result.motion, options.freedom);
    }
  }
  // As many rounds as there may be need not end with the pairs of the last motion.
  result.pairs = match_points(a, moved(b, result.motion), options.tolerance_angstrom);
  return result;
}

/// Is `one` to be preferred? Small differences are none, or rounding would choose among the
/// equivalent ones of a symmetrical particle.
bool better(const Alignment& one, const Alignment& two) {
  if (one.pairs.size() != two.pairs.size()) return one.pairs.size() > two.pairs.size();
  const double first = sum_of_squares(one.pairs);
  const double second = sum_of_squares(two.pairs);
  const double least = 1e-9 * static_cast<double>(one.pairs.size());  // square angstrom
  if (std::abs(first - second) > 1e-6 * (first + second) + least) return first < second;
  if (one.motion.mirrors() != two.motion.mirrors()) return two.motion.mirrors();
  return one.motion.angle_rad() < two.motion.angle_rad() - 1e-6;
}

/// Those with many votes, and two of the centroids.
void keep_best(std::vector<AlignStart>& starts) {
  std::ranges::stable_sort(starts, std::ranges::greater{}, &AlignStart::votes);
  const double least = votes_share * starts.front().votes;
  std::size_t centroids = 0;
  std::erase_if(starts, [&](const AlignStart& start) {
    return start.votes < least && (start.votes > 0.0 || ++centroids > 2);
  });
  if (starts.size() > most_starts) starts.resize(most_starts);
}

}  // namespace

void AlignOptions::describe(OptionVisitor& v) {
  v.visit({.name = "tolerance_angstrom",
           .unit = "angstrom",
           .help = "atoms of a pair are at most so far apart",
           .min = 1e-3,
           .max = 10},
          tolerance_angstrom);
  v.visit({.name = "freedom",
           .help = "how the second structure may be moved: not at all, shifted, turned about the "
                   "beam (z) as well, or turned in any way"},
          freedom);
  v.visit({.name = "mirror",
           .help = "allow: z may become -z, which images of columns do not tell; keep: not"},
          mirror);
}

std::vector<OptionIssue> AlignOptions::validate() const { return check_ranges(*this); }

bool Motion::mirrors() const { return linear.determinant() < 0.0; }

double Motion::angle_rad() const {
  // Of a mirrored one: of the rotation after z became -z.
  Eigen::Matrix3d turn = linear;
  if (mirrors()) turn.col(2) *= -1.0;
  return std::acos(std::clamp((turn.trace() - 1.0) / 2.0, -1.0, 1.0));
}

Alignment align(std::span<const Eigen::Vector3d> a_angstrom,
                std::span<const Eigen::Vector3d> b_angstrom, double bond_angstrom,
                const AlignOptions& options) {
  require_valid(options.validate());
  if (a_angstrom.empty() || b_angstrom.empty()) {
    throw InputError({.what = "there are no atoms to align", .where = {}, .why = {}, .remedy = {}});
  }
  std::vector<AlignStart> starts;
  if (options.freedom == Freedom::none) {
    starts.push_back({});
    if (options.mirror == BeamMirror::allow) {
      starts.push_back({});
      starts.back().motion.linear(2, 2) = -1.0;
    }
  } else {
    for (const auto& turn : turns_to_try(a_angstrom, b_angstrom, bond_angstrom, options)) {
      for (auto& start : shifts_to_try(a_angstrom, b_angstrom, turn, bond_angstrom)) {
        starts.push_back(start);
      }
    }
    keep_best(starts);
  }
  std::vector<Alignment> found(starts.size());
  parallel_for(starts.size(), [&](std::size_t i) {
    found[i] =
        followed(a_angstrom, b_angstrom, starts[i].motion, wide_share * bond_angstrom, options);
  });
  Alignment best = found.front();
  for (const auto& one : found) {
    if (better(one, best)) best = one;
  }
  best.starts = static_cast<std::int64_t>(starts.size());
  if (!best.pairs.empty()) {
    best.rmsd_angstrom =
        std::sqrt(sum_of_squares(best.pairs) / static_cast<double>(best.pairs.size()));
  }
  return best;
}

}  // namespace adatom::reconstruct
