#pragma once
// How well found atoms agree with marked ones, whatever threshold is chosen.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/tracking/atoms.h"

namespace adatom::tracking {

struct MarkedAtom {
  double x_px = 0.0;
  double y_px = 0.0;
};

/// One frame that somebody marked atoms in.
struct MarkedFrame {
  std::vector<Atom> found;  ///< with a low threshold, so that the curve reaches far
  std::vector<MarkedAtom> marked;
};

/// Pairs of found and marked ones, one to one, nearest first.
/// @param reach_px farther apart two are not the same
/// @return for each found one the index of its mark, or -1
[[nodiscard]] std::vector<std::int64_t> match_marks(std::span<const Atom> found,
                                                    std::span<const MarkedAtom> marked,
                                                    double reach_px);

/// Of those that stand out by at least `significance`.
struct AtomScore {
  double significance = 0.0;
  std::int64_t found = 0;
  std::int64_t matched = 0;
  double precision = 0.0;  ///< matched / found
  double recall = 0.0;     ///< matched / marked
  double f1 = 0.0;         ///< 2 matched / (found + marked)
};

struct AtomScores {
  std::int64_t marked = 0;
  std::vector<AtomScore> curve;        ///< by falling significance, at most 200 thresholds
  std::optional<std::size_t> best_f1;  ///< of the curve: chosen on the marks
  /// F1 over all frames where the threshold of each is the best one of all others, and its standard
  /// error (jackknife over frames); two frames at least.
  std::optional<double> held_out_f1;
  double held_out_f1_stderr = 0.0;
};

/// @throws InputError: a reach that is not above zero
[[nodiscard]] AtomScores score_atoms(std::span<const MarkedFrame> frames, double reach_px);

/// Those at one threshold. @throws InputError as above
[[nodiscard]] AtomScore score_atoms_at(std::span<const MarkedFrame> frames, double significance,
                                       double reach_px);

}  // namespace adatom::tracking
