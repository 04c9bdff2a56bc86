#include "candidate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "adatom/base/parallel.h"

namespace adatom::counting {

namespace {

// Enough steps for a start to show which maximum it climbs (short runs first: Biernacki, Celeux and
// Govaert, Comput. Stat. Data Anal. 41 (2003) 561).
constexpr std::int64_t short_run_steps = 8;
// Criteria that differ by tenths need no more; the chosen answer is refined afterwards.
constexpr double search_tolerance = 1e-6;

bool alike(const numeric::Mixture& a, const numeric::Mixture& b, double tolerance) {
  for (std::size_t k = 0; k < a.means.size(); ++k) {
    if (std::abs(a.means[k] - b.means[k]) > tolerance) return false;
  }
  return true;
}

/// The most likely `keep` that differ; the first of equals wins, whatever the thread count.
std::vector<numeric::MixtureFit> choose_distinct(std::vector<numeric::MixtureFit> fits,
                                                 std::size_t keep, double alike_angstrom2) {
  std::stable_sort(fits.begin(), fits.end(), [](const auto& a, const auto& b) {
    return a.log_likelihood > b.log_likelihood;
  });
  std::vector<numeric::MixtureFit> chosen;
  for (auto& fit : fits) {
    if (chosen.size() == keep) break;
    const bool known = std::any_of(chosen.begin(), chosen.end(), [&](const auto& other) {
      return alike(other.mixture, fit.mixture, alike_angstrom2);
    });
    if (!known) chosen.push_back(std::move(fit));
  }
  return chosen;
}

double score_of(const Selection& selection, Criterion criterion) {
  switch (criterion) {
    case Criterion::icl:
      return selection.icl;
    case Criterion::bic:
      return selection.bic;
    case Criterion::aic:
      return selection.aic;
  }
  return selection.icl;
}

}  // namespace

numeric::MixtureModel Sample::model() const {
  numeric::MixtureModel model;
  model.item_variance = item_variance;
  model.variance_per_mean = variance_per_mean;
  model.min_sigma = min_sigma;
  return model;
}

Sample make_sample(std::span<const double> scs, std::span<const double> scs_stderr,
                   const CountingOptions& options) {
  Sample sample;
  sample.order.resize(scs.size());
  std::iota(sample.order.begin(), sample.order.end(), std::size_t{0});
  std::stable_sort(sample.order.begin(), sample.order.end(),
                   [&](std::size_t a, std::size_t b) { return scs[a] < scs[b]; });
  for (const std::size_t i : sample.order) {
    sample.sorted.push_back(scs[i]);
    if (options.scatter == Scatter::measured) {
      sample.item_variance.push_back(scs_stderr[i] * scs_stderr[i]);
    }
  }
  if (options.dose_per_angstrom2) sample.variance_per_mean = 1.0 / *options.dose_per_angstrom2;
  // Far below any step between thicknesses, far above rounding.
  sample.min_sigma = 1e-6 * std::max(sample.range(), std::abs(sample.sorted.back()));
  return sample;
}

Candidate make_candidate(const Sample& sample, const numeric::MixtureModel& model,
                         numeric::MixtureFit fit, std::vector<std::int64_t> atoms, double log_prior,
                         Criterion criterion) {
  Candidate candidate;
  candidate.fit = std::move(fit);
  candidate.atoms = std::move(atoms);
  candidate.log_prior = log_prior;
  candidate.model = model;
  const numeric::Expectation expectation =
      numeric::expect(sample.sorted, model, candidate.mixture());
  Selection& selection = candidate.selection;
  const std::size_t components = candidate.mixture().components();
  selection.components = static_cast<std::int64_t>(components);
  selection.log_likelihood = expectation.log_likelihood;
  selection.entropy = expectation.entropy();
  const auto parameters = static_cast<double>(model.parameters(components));
  const double size_penalty = parameters * std::log(static_cast<double>(sample.size()));
  selection.aic = -2.0 * selection.log_likelihood + 2.0 * parameters;
  selection.bic = -2.0 * selection.log_likelihood + size_penalty;
  selection.icl = selection.bic + 2.0 * selection.entropy;
  candidate.score = score_of(selection, criterion) - 2.0 * log_prior;
  candidate.occupancy.assign(components, 0.0);
  candidate.level_means.assign(components, 0.0);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double* tau = expectation.responsibilities.data() + i * components;
    for (std::size_t k = 0; k < components; ++k) {
      candidate.occupancy[k] += tau[k];
      candidate.level_means[k] += tau[k] * sample.sorted[i];
    }
    const auto best = static_cast<std::size_t>(std::max_element(tau, tau + components) - tau);
    candidate.labels.push_back(candidate.atoms[best]);
  }
  for (std::size_t k = 0; k < components; ++k) {
    if (candidate.occupancy[k] > 0.0) candidate.level_means[k] /= candidate.occupancy[k];
  }
  return candidate;
}

numeric::Mixture equal_weights(std::vector<double> means, double sigma) {
  numeric::Mixture mixture;
  mixture.weights.assign(means.size(), 1.0 / static_cast<double>(means.size()));
  mixture.means = std::move(means);
  mixture.sigma = sigma;
  return mixture;
}

numeric::Mixture equal_weights(std::size_t components, std::vector<double> coefficients,
                               double sigma) {
  numeric::Mixture mixture = equal_weights(std::vector<double>(components, 0.0), sigma);
  mixture.coefficients = std::move(coefficients);
  return mixture;
}

std::vector<numeric::MixtureFit> fit_starts(const Sample& sample,
                                            const numeric::MixtureModel& model,
                                            std::vector<numeric::Mixture> starts, std::size_t keep,
                                            double alike_angstrom2,
                                            const CountingOptions& options) {
  std::vector<numeric::MixtureFit> fits(starts.size());
  const std::int64_t steps = std::min(short_run_steps, options.max_iterations);
  parallel_for(starts.size(), [&](std::size_t s) {
    fits[s] =
        numeric::fit_mixture(sample.sorted, model, std::move(starts[s]), steps, options.tolerance);
  });
  fits = choose_distinct(std::move(fits), keep, alike_angstrom2);
  const double tolerance = std::max(options.tolerance, search_tolerance);
  parallel_for(fits.size(), [&](std::size_t s) {
    if (fits[s].converged) return;
    fits[s] = numeric::fit_mixture(sample.sorted, model, std::move(fits[s].mixture),
                                   options.max_iterations, tolerance);
  });
  return choose_distinct(std::move(fits), keep, alike_angstrom2);
}

Candidate refine(const Sample& sample, Candidate candidate, const CountingOptions& options) {
  numeric::MixtureFit fit =
      numeric::fit_mixture(sample.sorted, candidate.model, candidate.mixture(),
                           options.max_iterations, options.tolerance);
  return make_candidate(sample, candidate.model, std::move(fit), std::move(candidate.atoms),
                        candidate.log_prior, options.criterion);
}

double share_of_differences(const Candidate& a, const Candidate& b) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.labels.size(); ++i) {
    if (a.labels[i] != b.labels[i]) ++different;
  }
  return static_cast<double>(different) / static_cast<double>(a.labels.size());
}

}  // namespace adatom::counting
