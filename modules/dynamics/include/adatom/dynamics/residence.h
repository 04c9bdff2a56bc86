#pragma once
// How long atoms stay in a class, of trajectories that see few visits from their start to their
// end.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/dynamics/time_blocks.h"
#include "adatom/dynamics/transitions.h"

namespace adatom::dynamics {

struct ResidenceOptions {
  /// A visit elsewhere that ends before is no visit (a re-crossing); 1: every change counts.
  std::int64_t least_stay_frames = 1;
  double confidence = 0.95;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const { return check_ranges(*this); }
};

/// Visits to one class by how many frames they were seen in. Those that began before the trajectory
/// are not among them; those that outlast it, or that end where the atom is not labelled, are
/// unfinished.
struct VisitLengths {
  std::vector<std::uint64_t> ended = {};       ///< [length]
  std::vector<std::uint64_t> unfinished = {};  ///< [length], they last at least so long
  std::uint64_t began_before = 0;              ///< visits left out there
};

struct ResidenceCounts {
  std::vector<VisitLengths> visits = {};  ///< of each class
  /// Of each class, of all visits, also those begun before: how often an atom was still there in
  /// the next frame, and how often not.
  TimeBlocks blocks;
};

/// Counts frames as they come. Holds a few numbers for each atom and, for each class, one for each
/// length of a visit.
class ResidenceCounter {
 public:
  ResidenceCounter(std::size_t classes, const ResidenceOptions& options,
                   std::span<const std::uint8_t> mask = {});
  /// @throws InputError: a label that is no class, another number of atoms than before
  void add_frame(std::span<const std::uint8_t> labels);
  /// As if the trajectory ended here.
  [[nodiscard]] ResidenceCounts counts() const;

 private:
  struct Visit {
    std::uint8_t label = no_label;
    std::uint8_t candidate = no_label;  ///< elsewhere, but not yet for long enough
    bool began_before = true;
    std::uint64_t first = 0;
    std::uint64_t candidate_first = 0;
  };
  enum class Ending { left, unfinished };
  void follow(Visit& visit, std::uint8_t label);
  /// @param end the first frame after it
  void end_visit(const Visit& visit, std::uint64_t end, Ending ending,
                 ResidenceCounts& counts) const;

  std::size_t classes_;
  std::uint64_t least_stay_;
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> now_ = {};
  std::uint64_t frame_ = 0;
  std::vector<Visit> atoms_;
  ResidenceCounts counts_;
};

[[nodiscard]] ResidenceCounts count_residences(LabelSource& labels, std::size_t classes,
                                               const ResidenceOptions& options,
                                               std::span<const std::uint8_t> mask,
                                               std::size_t first_frame, Progress& progress);

/// The share of visits that last longer than a time.
struct SurvivalPoint {
  double time_ns = 0.0;
  double survival = 1.0;
  double survival_stderr = 0.0;
  std::uint64_t at_risk = 0;  ///< visits known to last at least so long
};

struct Residence {
  std::uint8_t label = 0;
  std::uint64_t ended = 0;         ///< visits seen from their beginning to their end
  std::uint64_t unfinished = 0;    ///< visits seen to begin, but not to end
  std::uint64_t began_before = 0;  ///< visits under way in the first frame
  std::uint64_t exits = 0;         ///< of all visits, also those begun before
  double time_at_risk_ns = 0.0;    ///< atoms' time in the class, of all visits

  /// If leaving has no memory: time at risk / exits; nothing without exits.
  std::optional<double> exponential_ns = {};
  /// Of that time; `high` is infinite without exits.
  Interval exponential_interval_ns = {};
  double excess_variance = 1.0;  ///< of exits, over those of independent atoms

  /// Kaplan and Meier's estimate, without that assumption. `survival` starts at time 0.
  std::vector<SurvivalPoint> survival = {};
  std::optional<double> median_ns = {};  ///< nothing while more than half survive
  /// Nothing while more than 5 % survive the longest visit; the rest is taken to end there.
  std::optional<double> mean_ns = {};
  std::optional<double> mean_stderr_ns = {};
};

/// One for each class. The naive mean of the visits that were seen whole is too small (long ones
/// are not seen whole) and is not given. Survival: Kaplan and Meier, J. Am. Stat. Assoc. 53 (1958)
/// 457, of visits seen to begin, with Greenwood's variance; those that outlast the trajectory are
/// censored. Exponential: maximum likelihood, time at risk / exits, which visits under way in the
/// first frame may join because leaving has no memory. Its interval is that of the probability to
/// leave within a frame, Beta(exits + 1/2, stays + 1/2) with Jeffreys' prior (where exits are rare
/// the same as Gamma(exits + 1/2, time at risk) of the rate), exits and stays divided by how much
/// the variance of exits between blocks of time exceeds that of independent atoms, as in
/// `estimate_transitions`.
/// @throws InputError: options out of range, no time between frames
[[nodiscard]] std::vector<Residence> estimate_residences(const ResidenceCounts& counts,
                                                         double frame_interval_ns,
                                                         const ResidenceOptions& options);

}  // namespace adatom::dynamics
