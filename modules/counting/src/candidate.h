#pragma once
// One fitted mixture as an answer to "how many atoms has each column", and how answers are found.
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/counting/count.h"
#include "adatom/numeric/mixture.h"

namespace adatom::counting {

/// The cross-sections in increasing order, and what of the noise is known beforehand.
struct Sample {
  std::vector<double> sorted;      ///< A^2
  std::vector<std::size_t> order;  ///< sorted[i] is the caller's order[i]
  std::vector<double> item_variance;
  double variance_per_mean = 0.0;
  double min_sigma = 0.0;
  [[nodiscard]] std::size_t size() const { return sorted.size(); }
  [[nodiscard]] double range() const { return sorted.back() - sorted.front(); }
  /// A model with this noise and free means.
  [[nodiscard]] numeric::MixtureModel model() const;
};

[[nodiscard]] Sample make_sample(std::span<const double> scs, std::span<const double> scs_stderr,
                                 const CountingOptions& options);

/// A converged fit, scored.
struct Candidate {
  numeric::MixtureFit fit;
  numeric::MixtureModel model;
  std::vector<double> occupancy;     ///< expected number of items in each component
  std::vector<double> level_means;   ///< mean cross-section of those items (0 if there are none)
  std::vector<std::int64_t> atoms;   ///< of each component
  std::vector<std::int64_t> labels;  ///< most probable count of each sorted item
  Selection selection;
  double log_prior = 0.0;
  /// The chosen criterion with the prior: the smaller the better.
  double score = 0.0;
  [[nodiscard]] const numeric::Mixture& mixture() const { return fit.mixture; }
};

/// Scores a fit: ICL = -2 ln L + 2 EN + p ln N (Biernacki, Celeux and Govaert, IEEE PAMI 22 (2000)
/// 719), BIC without the entropy EN, AIC = -2 ln L + 2 p.
[[nodiscard]] Candidate make_candidate(const Sample& sample, const numeric::MixtureModel& model,
                                       numeric::MixtureFit fit, std::vector<std::int64_t> atoms,
                                       double log_prior, Criterion criterion);

/// A start of EM with equal weights.
[[nodiscard]] numeric::Mixture equal_weights(std::vector<double> means, double sigma);
[[nodiscard]] numeric::Mixture equal_weights(std::size_t components,
                                             std::vector<double> coefficients, double sigma);

/// Runs a few EM steps from every start, then runs the `keep` most likely of those that differ to
/// the end. Two mixtures are alike if no mean differs by more than `alike_angstrom2`.
/// @returns most likely first; never empty if there is a start
[[nodiscard]] std::vector<numeric::MixtureFit> fit_starts(const Sample& sample,
                                                          const numeric::MixtureModel& model,
                                                          std::vector<numeric::Mixture> starts,
                                                          std::size_t keep, double alike_angstrom2,
                                                          const CountingOptions& options);

/// The same answer run on to `options.tolerance`.
[[nodiscard]] Candidate refine(const Sample& sample, Candidate candidate,
                               const CountingOptions& options);

/// Share of the items that two candidates count differently.
[[nodiscard]] double share_of_differences(const Candidate& a, const Candidate& b);

}  // namespace adatom::counting
