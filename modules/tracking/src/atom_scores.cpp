#include "adatom/tracking/atom_scores.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"

namespace adatom::tracking {
namespace {

constexpr std::size_t most_thresholds = 200;

struct Counts {
  std::int64_t found = 0;
  std::int64_t matched = 0;
  std::int64_t marked = 0;
  Counts& operator+=(const Counts& other) {
    found += other.found;
    matched += other.matched;
    marked += other.marked;
    return *this;
  }
  [[nodiscard]] double f1() const {
    return found + marked > 0
               ? 2.0 * static_cast<double>(matched) / static_cast<double>(found + marked)
               : 0.0;
  }
};

Counts counts_of(const MarkedFrame& frame, double significance, double reach_px) {
  std::vector<Atom> kept;
  for (const Atom& atom : frame.found) {
    if (atom.significance >= significance) kept.push_back(atom);
  }
  const auto partners = match_marks(kept, frame.marked, reach_px);
  return {static_cast<std::int64_t>(kept.size()),
          std::ranges::count_if(partners, [](std::int64_t mark) { return mark >= 0; }),
          static_cast<std::int64_t>(frame.marked.size())};
}

AtomScore score_of(const Counts& counts, double significance) {
  const auto share = [](std::int64_t part, std::int64_t of) {
    return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : 0.0;
  };
  return {.significance = significance,
          .found = counts.found,
          .matched = counts.matched,
          .precision = share(counts.matched, counts.found),
          .recall = share(counts.matched, counts.marked),
          .f1 = counts.f1()};
}

/// All significances that occur, or 200 evenly spread over their order.
std::vector<double> thresholds_of(std::span<const MarkedFrame> frames) {
  std::vector<double> all;
  for (const auto& frame : frames) {
    for (const Atom& atom : frame.found) all.push_back(atom.significance);
  }
  std::ranges::sort(all, std::ranges::greater{});
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() <= most_thresholds) return all;
  std::vector<double> some;
  for (std::size_t i = 0; i < most_thresholds; ++i) {
    some.push_back(all[i * (all.size() - 1) / (most_thresholds - 1)]);
  }
  return some;
}

void require_reach(double reach_px) {
  if (reach_px > 0.0 && std::isfinite(reach_px)) return;
  throw InputError({.what = "atoms and marks cannot be compared",
                    .where = "label_reach",
                    .why = "how far apart they may be is not above zero",
                    .remedy = "give about half of the distance between atoms"});
}

/// F1 over all frames but one, where each has the threshold that is best for the others of these.
double held_out(const std::vector<std::vector<Counts>>& counts, std::size_t without) {
  Counts sum;
  for (std::size_t out = 0; out < counts.size(); ++out) {
    if (out == without) continue;
    double best = -1.0;
    std::size_t chosen = 0;
    for (std::size_t t = 0; t < counts[out].size(); ++t) {
      Counts others;
      for (std::size_t k = 0; k < counts.size(); ++k) {
        if (k != out && k != without) others += counts[k][t];
      }
      if (others.f1() > best) {
        best = others.f1();
        chosen = t;
      }
    }
    sum += counts[out][chosen];
  }
  return sum.f1();
}

void hold_out(const std::vector<std::vector<Counts>>& counts, AtomScores& scores) {
  const std::size_t frames = counts.size();
  if (frames < 2 || scores.curve.empty()) return;
  scores.held_out_f1 = held_out(counts, frames);
  if (frames < 3) return;
  double mean = 0.0;
  double squares = 0.0;
  for (std::size_t k = 0; k < frames; ++k) {
    const double each = held_out(counts, k);
    mean += each;
    squares += each * each;
  }
  const auto n = static_cast<double>(frames);
  mean /= n;
  scores.held_out_f1_stderr = std::sqrt((n - 1.0) * std::max(squares / n - mean * mean, 0.0));
}

}  // namespace

std::vector<std::int64_t> match_marks(std::span<const Atom> found,
                                      std::span<const MarkedAtom> marked, double reach_px) {
  struct Pair {
    double distance;
    std::size_t atom;
    std::size_t mark;
  };
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < found.size(); ++a) {
    for (std::size_t m = 0; m < marked.size(); ++m) {
      const double distance =
          std::hypot(found[a].x_px - marked[m].x_px, found[a].y_px - marked[m].y_px);
      if (distance <= reach_px) pairs.push_back({distance, a, m});
    }
  }
  std::ranges::stable_sort(pairs, {}, &Pair::distance);
  std::vector<std::int64_t> partner(found.size(), -1);
  std::vector<char> taken(marked.size(), 0);
  for (const Pair& pair : pairs) {
    if (partner[pair.atom] >= 0 || taken[pair.mark] != 0) continue;
    partner[pair.atom] = static_cast<std::int64_t>(pair.mark);
    taken[pair.mark] = 1;
  }
  return partner;
}

AtomScore score_atoms_at(std::span<const MarkedFrame> frames, double significance,
                         double reach_px) {
  require_reach(reach_px);
  Counts sum;
  for (const auto& frame : frames) sum += counts_of(frame, significance, reach_px);
  return score_of(sum, significance);
}

AtomScores score_atoms(std::span<const MarkedFrame> frames, double reach_px) {
  require_reach(reach_px);
  AtomScores scores;
  const auto thresholds = thresholds_of(frames);
  std::vector<std::vector<Counts>> counts(frames.size());
  for (std::size_t k = 0; k < frames.size(); ++k) {
    scores.marked += static_cast<std::int64_t>(frames[k].marked.size());
    for (const double threshold : thresholds) {
      counts[k].push_back(counts_of(frames[k], threshold, reach_px));
    }
  }
  for (std::size_t t = 0; t < thresholds.size(); ++t) {
    Counts sum;
    for (const auto& frame : counts) sum += frame[t];
    scores.curve.push_back(score_of(sum, thresholds[t]));
    if (!scores.best_f1 || scores.curve.back().f1 > scores.curve[*scores.best_f1].f1) {
      scores.best_f1 = t;
    }
  }
  hold_out(counts, scores);
  return scores;
}

}  // namespace adatom::tracking
