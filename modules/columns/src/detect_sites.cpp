#include "detect_sites.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

namespace adatom::columns::detail {
namespace {

constexpr double longest_step = 1.7;  // of p_j - p_i, in units of the distance of near columns
constexpr double widest_shift = 2.3;  // of p_k - p_i
constexpr double occupied = 0.6;      // a site so near to a point is that point's own
constexpr double agreement = 0.3;     // votes so near each other speak of one site

struct Cluster {
  double x = 0.0;
  double y = 0.0;
  std::size_t votes = 0;
};

// Votes gathered about their running means; cells of the size of the agreement find them again.
class Ballot {
 public:
  explicit Ballot(double radius) : radius_(radius) {}

  void vote(double x, double y) {
    const auto cx = static_cast<std::int64_t>(std::floor(x / radius_));
    const auto cy = static_cast<std::int64_t>(std::floor(y / radius_));
    for (std::int64_t v = cy - 1; v <= cy + 1; ++v) {
      for (std::int64_t u = cx - 1; u <= cx + 1; ++u) {
        const auto found = cells_.find({v, u});
        if (found == cells_.end()) continue;
        for (const std::size_t index : found->second) {
          Cluster& cluster = clusters_[index];
          if (std::hypot(cluster.x - x, cluster.y - y) > radius_) continue;
          ++cluster.votes;
          const double weight = 1.0 / static_cast<double>(cluster.votes);
          cluster.x += weight * (x - cluster.x);
          cluster.y += weight * (y - cluster.y);
          return;
        }
      }
    }
    cells_[{cy, cx}].push_back(clusters_.size());
    clusters_.push_back({x, y, 1});
  }

  [[nodiscard]] const std::vector<Cluster>& clusters() const { return clusters_; }

 private:
  double radius_;
  std::vector<Cluster> clusters_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> cells_;
};

}  // namespace

SitePrediction predict_sites(const std::vector<Point>& points, double distance) {
  SitePrediction prediction;
  prediction.votes_for_points.assign(points.size(), 0);
  if (points.size() < 4 || !(distance > 0.0)) return prediction;
  const Neighbours neighbours(points, widest_shift * distance);
  Ballot ballot(agreement * distance);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::vector<std::size_t> near =
        neighbours.within(points[i].x, points[i].y, widest_shift * distance);
    for (const std::size_t j : near) {
      const double step_x = points[j].x - points[i].x;
      const double step_y = points[j].y - points[i].y;
      if (j == i || std::hypot(step_x, step_y) > longest_step * distance) continue;
      for (const std::size_t k : near) {
        if (k == i || k == j) continue;
        const double x = points[k].x + step_x;
        const double y = points[k].y + step_y;
        bool taken = false;
        for (const std::size_t n : neighbours.within(x, y, occupied * distance)) {
          taken = true;
          const bool own = n == i || n == j || n == k;
          if (!own && std::hypot(points[n].x - x, points[n].y - y) <= agreement * distance) {
            ++prediction.votes_for_points[n];
          }
        }
        if (!taken) ballot.vote(x, y);
      }
    }
  }
  for (const Cluster& cluster : ballot.clusters()) {
    if (cluster.votes < least_votes) continue;
    prediction.vacant.push_back({cluster.x, cluster.y, cluster.votes});
  }
  return prediction;
}

}  // namespace adatom::columns::detail
