#include <algorithm>
#include <cmath>
#include <numeric>

#include "search.h"

namespace adatom::counting {

namespace {

// With a bend, offset and step differ much from those of the straight line: where the first level
// lies decides. Calculated libraries of Pt and Au start with a short step and have offsets of -0.7
// to -0.4 steps of their parabola, a straight line has 0.
constexpr double lowest_bent_offset = -0.75;
constexpr double highest_bent_offset = 0.25;
// Steps of calculated libraries differ by less than 1.8 within 20 atoms.
constexpr double least_step_ratio = 0.5;

/// Means offset + k step + k^2/K bend.
numeric::MixtureModel make_model(const Sample& sample, std::size_t components, bool bent) {
  numeric::MixtureModel model = sample.model();
  model.rule = numeric::MeanRule::linear;
  std::vector<double> ranks(components);
  std::iota(ranks.begin(), ranks.end(), 1.0);
  // One level cannot tell its offset: it has none.
  if (components > 1) model.basis.emplace_back(components, 1.0);
  model.basis.push_back(ranks);
  if (bent) {
    for (double& k : ranks) k *= k / static_cast<double>(components);
    model.basis.push_back(std::move(ranks));
  }
  return model;
}

/// A scale whose offset is a given number of steps and whose middle bulges by `bulge` steps for
/// each level from the straight line to the thickest column. That column sits near the last mean;
/// if the last level is empty, fewer components say the same.
numeric::Mixture start_of(std::size_t components, double top, double offset, double bulge,
                          bool bent, double sigma) {
  const double step = top / (static_cast<double>(components) + offset);
  std::vector<double> coefficients;
  if (components > 1) coefficients.push_back(offset * step);
  coefficients.push_back(bent ? step * (1.0 + bulge) : step);
  if (bent) coefficients.push_back(-bulge * step);
  return equal_weights(components, std::move(coefficients), sigma * step);
}

/// Is this the scale of a particle: counts fixed by where zero atoms lie, all steps alike?
bool is_possible(const numeric::Mixture& mixture, bool bent) {
  const auto& means = mixture.means;
  if (means.size() == 1) return true;
  const double step = means[1] - means[0];
  const double last = means.back() - means[means.size() - 2];
  if (step <= 0.0 || last <= 0.0) return false;
  const double offset = mixture.coefficients[0];
  if (!bent) return std::abs(offset) < 0.5 * step;
  return offset > lowest_bent_offset * step && offset < highest_bent_offset * step &&
         std::min(step, last) > least_step_ratio * std::max(step, last);
}

std::vector<Candidate> search_levels(const Sample& sample, std::size_t components, bool bent,
                                     const CountingOptions& options, const RandomStream& random) {
  const numeric::MixtureModel model = make_model(sample, components, bent);
  const double top = std::max(sample.sorted.back(), sample.range());
  const double low = bent ? lowest_bent_offset : -0.5;
  const double high = bent ? highest_bent_offset : 0.5;
  const std::vector<double> bulges =
      bent ? std::vector<double>{0.0, 0.1, 0.2} : std::vector<double>{0.0};
  std::vector<numeric::Mixture> starts;
  for (const double part : {0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95}) {
    for (const double bulge : bulges) {
      for (const double sigma : {0.1, 0.25}) {
        starts.push_back(start_of(components, top, low + part * (high - low), bulge, bent, sigma));
      }
    }
  }
  for (std::int64_t s = 0; s < options.starts; ++s) {
    RandomStream own = random.substream(components).substream(static_cast<std::uint64_t>(s));
    const double offset = low + (high - low) * own.uniform();
    const double bulge = bulges.back() * own.uniform();
    starts.push_back(start_of(components, top, offset, bulge, bent, 0.05 + 0.3 * own.uniform()));
  }
  const double alike = 0.05 * top / static_cast<double>(components);
  std::vector<std::int64_t> atoms(components);
  std::iota(atoms.begin(), atoms.end(), std::int64_t{1});
  std::vector<Candidate> found;
  for (auto fit : fit_starts(sample, model, std::move(starts), 4, alike, options)) {
    if (!is_possible(fit.mixture, bent)) continue;
    found.push_back(make_candidate(sample, model, std::move(fit), atoms, 0.0, options.criterion));
  }
  return found;
}

}  // namespace

Candidates search_equidistant(const Sample& sample, std::size_t most,
                              const CountingOptions& options, const RandomStream& random,
                              Progress& progress) {
  Candidates found;
  for (std::size_t components = 1; components <= most; ++components) {
    stop_if_cancelled(progress);
    std::vector<Candidate> here =
        search_levels(sample, components, false, options, random.substream(0));
    if (components > 3) {
      auto bent = search_levels(sample, components, true, options, random.substream(1));
      std::move(bent.begin(), bent.end(), std::back_inserter(here));
    }
    std::stable_sort(here.begin(), here.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
    if (!here.empty()) found.push_back(std::move(here));
    progress.advance(1);
  }
  return found;
}

}  // namespace adatom::counting
