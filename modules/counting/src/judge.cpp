#include "judge_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/number_text.h"

namespace adatom::counting {
namespace {

// Odds of another answer above which nothing is determined, and above which it is mentioned.
constexpr double rival_odds = 0.01;
constexpr double mentioned_odds = 1e-3;

}  // namespace

std::string text(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return shortest(std::round(value * scale) / scale);
}

std::string percent(double share) { return text(100.0 * share, 1) + " %"; }

std::string name_of(Criterion criterion) {
  switch (criterion) {
    case Criterion::icl:
      return "ICL";
    case Criterion::bic:
      return "BIC";
    case Criterion::aic:
      return "AIC";
  }
  return "ICL";
}

std::string join(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : "; ") + part;
  return all;
}

/// The reason of a verdict: doubts if there are any, else what speaks for it.
void conclude(Verdict& verdict, const std::string& answer, const std::vector<std::string>& doubts) {
  verdict.determined = doubts.empty();
  verdict.reason =
      doubts.empty() ? answer : "not determined: " + join(doubts) + " (" + answer + ")";
}

std::int64_t total_of(const Candidate& candidate) {
  std::int64_t sum = 0;
  for (const auto label : candidate.labels) sum += label;
  return sum;
}

double spacing_at(const Candidate& candidate, std::size_t k) {
  const auto& means = candidate.mixture().means;
  if (means.size() < 2) return std::abs(means[0]);
  if (k == 0) return means[1] - means[0];
  if (k + 1 == means.size()) return means[k] - means[k - 1];
  return 0.5 * (means[k + 1] - means[k - 1]);
}

double mean_step(const Candidate& candidate) {
  const auto& means = candidate.mixture().means;
  return means.size() < 2 ? means[0]
                          : (means.back() - means[0]) / static_cast<double>(means.size() - 1);
}

/// The largest distance of a level's mean cross-section from its component's mean, in spacings,
/// beyond what the level's own scatter explains (two standard errors).
double largest_misfit(const Sample& sample, const Candidate& candidate) {
  double largest = 0.0;
  for (std::size_t k = 0; k < candidate.occupancy.size(); ++k) {
    if (candidate.occupancy[k] < 1.0) continue;
    const double noise =
        2.0 * component_sigma(sample, candidate.mixture(), k) / std::sqrt(candidate.occupancy[k]);
    const double misfit = std::abs(candidate.level_means[k] - candidate.mixture().means[k]) - noise;
    largest = std::max(largest, misfit / spacing_at(candidate, k));
  }
  return largest;
}

/// Answers that differ from the best, with their odds by BIC and prior, most probable first.
std::vector<Alternative> list_alternatives(const std::vector<const Candidate*>& candidates,
                                           const Candidate& best, Method method) {
  std::vector<const Candidate*> different;
  for (const Candidate* candidate : candidates) {
    if (share_of_differences(*candidate, best) > same_answer) different.push_back(candidate);
  }
  const auto evidence = [](const Candidate& c) { return -0.5 * c.selection.bic + c.log_prior; };
  std::stable_sort(different.begin(), different.end(), [&](const Candidate* a, const Candidate* b) {
    return evidence(*a) > evidence(*b);
  });
  std::vector<const Candidate*> kept;
  std::vector<Alternative> alternatives;
  for (const Candidate* candidate : different) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Candidate* other) {
      return share_of_differences(*candidate, *other) <= same_answer;
    });
    if (known) continue;
    kept.push_back(candidate);
    Alternative alternative;
    alternative.components = candidate->selection.components;
    const auto& coefficients = candidate->mixture().coefficients;
    if (method == Method::hybrid) alternative.library_scale = coefficients[0];
    if (method == Method::equidistant) alternative.step_angstrom2 = mean_step(*candidate);
    alternative.atoms = total_of(*candidate);
    alternative.odds = std::exp(std::min(evidence(*candidate) - evidence(best), 700.0));
    alternatives.push_back(alternative);
    if (alternatives.size() == 5) break;
  }
  return alternatives;
}

void weigh_alternatives(Verdict& verdict, std::vector<std::string>& doubts) {
  if (verdict.alternatives.empty()) return;
  const Alternative& rival = verdict.alternatives.front();
  const std::string description = "another answer with " + std::to_string(rival.atoms) +
                                  " atoms in all (" + std::to_string(rival.components) +
                                  " components) has the odds " +
                                  shortest(std::stod(text(rival.odds, 4))) + " to 1";
  if (rival.odds > rival_odds) {
    doubts.push_back(description);
  } else if (rival.odds > mentioned_odds) {
    verdict.warnings.push_back(description);
  }
}

void note_convergence(Verdict& verdict) {
  if (verdict.best.fit.converged) return;
  verdict.warnings.push_back("expectation-maximisation had not converged after " +
                             std::to_string(verdict.best.fit.iterations) + " steps");
}

const Candidate& lowest(const std::vector<const Candidate*>& candidates) {
  return **std::min_element(
      candidates.begin(), candidates.end(),
      [](const Candidate* a, const Candidate* b) { return a->score < b->score; });
}

std::vector<const Candidate*> flatten(const Candidates& found) {
  std::vector<const Candidate*> all;
  for (const auto& group : found) {
    for (const auto& candidate : group) all.push_back(&candidate);
  }
  return all;
}

double component_sigma(const Sample& sample, const numeric::Mixture& mixture, std::size_t k) {
  double variance = mixture.sigma * mixture.sigma;
  variance += sample.variance_per_mean * std::abs(mixture.means[k]);
  double own = 0.0;
  for (const double v : sample.item_variance) own += v;
  if (!sample.item_variance.empty()) own /= static_cast<double>(sample.size());
  return std::sqrt(variance + own);
}

double separation_probability(const Sample& sample, const Candidate& candidate) {
  const auto& means = candidate.mixture().means;
  double sum = 0.0;
  for (std::size_t k = 0; k < means.size(); ++k) {
    const double scale =
        1.0 / (2.0 * std::numbers::sqrt2 * component_sigma(sample, candidate.mixture(), k));
    const double below = k > 0 ? std::erf((means[k] - means[k - 1]) * scale) : 1.0;
    const double above = k + 1 < means.size() ? std::erf((means[k + 1] - means[k]) * scale) : 1.0;
    sum += candidate.occupancy[k] * 0.5 * (below + above);
  }
  return sum / static_cast<double>(sample.size());
}

}  // namespace adatom::counting
