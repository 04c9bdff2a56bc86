#include "adatom/reconstruct/match_points.h"

#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::reconstruct {
namespace {

constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

/// A partner and what it costs: the squared distance.
struct Offer {
  std::size_t b;
  double cost;
};

std::vector<std::vector<Offer>> offers_within(std::span<const Eigen::Vector3d> a,
                                              std::span<const Eigen::Vector3d> b,
                                              double tolerance) {
  std::vector<Eigen::Vector3d> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  const auto list = crystal::find_neighbours(all, crystal::Box{}, tolerance);
  std::vector<std::vector<Offer>> offers(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (auto k = list.first[i]; k < list.first[i + 1]; ++k) {
      const std::size_t j = list.atom[k];
      if (j >= a.size()) offers[i].push_back({j - a.size(), (all[j] - all[i]).squaredNorm()});
    }
  }
  return offers;
}

/// Gives every a a partner or none at the price of one more unmatched than all distances together,
/// one a after another, each along the cheapest path of exchanges.
class Assignment {
 public:
  Assignment(std::vector<std::vector<Offer>> offers, std::size_t b_count, double unmatched_price)
      : offers_(std::move(offers)),
        price_(unmatched_price),
        partner_(offers_.size(), nobody),
        owner_(b_count, nobody),
        potential_a_(offers_.size(), 0.0),
        potential_b_(b_count, 0.0),
        distance_(b_count, 0.0),
        from_(b_count, nobody),
        state_(b_count, State::far) {}

  std::vector<std::size_t> solve() {
    for (std::size_t i = 0; i < offers_.size(); ++i) add(i);
    return partner_;
  }

 private:
  enum class State : unsigned char { far, seen, done };
  using Entry = std::pair<double, std::size_t>;  ///< distance, b

  /// Dijkstra's search over reduced costs. The path ends at a b without an owner, or at an a that
  /// is best left alone.
  void add(std::size_t start) {
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    std::vector<std::size_t> touched;
    std::vector<std::pair<std::size_t, double>> reached = {{start, 0.0}};
    double best = std::numeric_limits<double>::infinity();
    std::size_t alone = nobody;
    std::size_t last = nobody;
    const auto visit = [&](std::size_t i, double so_far) {
      // Being alone costs price_ less this a's potential.
      const double end = so_far + price_ - potential_a_[i];
      if (end < best) {
        best = end;
        alone = i;
      }
      for (const Offer& offer : offers_[i]) {
        const double length = so_far + offer.cost - potential_a_[i] - potential_b_[offer.b];
        if (state_[offer.b] == State::done) continue;
        if (state_[offer.b] == State::seen && length >= distance_[offer.b]) continue;
        if (state_[offer.b] == State::far) touched.push_back(offer.b);
        state_[offer.b] = State::seen;
        distance_[offer.b] = length;
        from_[offer.b] = i;
        queue.push({length, offer.b});
      }
    };
    visit(start, 0.0);
    while (!queue.empty()) {
      const auto [length, b] = queue.top();
      queue.pop();
      if (length >= best) break;
      if (state_[b] == State::done || length > distance_[b]) continue;
      state_[b] = State::done;
      if (owner_[b] == nobody) {
        best = length;
        last = b;
        break;
      }
      reached.emplace_back(owner_[b], length);
      visit(owner_[b], length);
    }
    for (const auto& [i, length] : reached) {
      if (length < best) potential_a_[i] += best - length;
    }
    for (const std::size_t b : touched) {
      if (state_[b] == State::done && distance_[b] < best) potential_b_[b] -= best - distance_[b];
      state_[b] = State::far;
    }
    exchange(start, last, alone);
  }

  /// Turns the path to a free b (`last`) or to the a that is left `alone`.
  void exchange(std::size_t start, std::size_t last, std::size_t alone) {
    std::size_t b = last;
    if (last == nobody) {
      b = partner_[alone];
      partner_[alone] = nobody;
      if (alone == start) return;
    }
    while (true) {
      const std::size_t i = from_[b];
      const std::size_t next = partner_[i];
      partner_[i] = b;
      owner_[b] = i;
      if (i == start) return;
      b = next;
    }
  }

  std::vector<std::vector<Offer>> offers_;
  double price_;
  std::vector<std::size_t> partner_;  ///< of each a
  std::vector<std::size_t> owner_;    ///< of each b
  std::vector<double> potential_a_;
  std::vector<double> potential_b_;
  std::vector<double> distance_;
  std::vector<std::size_t> from_;
  std::vector<State> state_;
};

}  // namespace

std::vector<PointPair> match_points(std::span<const Eigen::Vector3d> a_angstrom,
                                    std::span<const Eigen::Vector3d> b_angstrom,
                                    double tolerance_angstrom) {
  if (!(tolerance_angstrom > 0.0)) {
    throw InputError({.what = "the tolerance of matching must be positive",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
  auto offers = offers_within(a_angstrom, b_angstrom, tolerance_angstrom);
  const double square = tolerance_angstrom * tolerance_angstrom;
  const double price = square * static_cast<double>(a_angstrom.size() + 1);
  const auto partners = Assignment(std::move(offers), b_angstrom.size(), price).solve();
  std::vector<PointPair> pairs;
  for (std::size_t i = 0; i < partners.size(); ++i) {
    if (partners[i] == nobody) continue;
    pairs.push_back({i, partners[i], (a_angstrom[i] - b_angstrom[partners[i]]).norm()});
  }
  return pairs;
}

}  // namespace adatom::reconstruct
