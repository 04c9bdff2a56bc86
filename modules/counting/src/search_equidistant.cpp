#include <algorithm>
#include <cmath>
#include <numeric>

#include "search.h"

namespace adatom::counting {

Candidates search_equidistant(const Sample& sample, std::size_t most,
                              const CountingOptions& options, const RandomStream& random,
                              Progress& progress) {
  Candidates found;
  const double top = std::max(sample.sorted.back(), sample.range());
  for (std::size_t components = 1; components <= most; ++components) {
    stop_if_cancelled(progress);
    numeric::MixtureModel model = sample.model();
    model.rule = numeric::MeanRule::linear;
    std::vector<double> ones(components, 1.0);
    std::vector<double> ranks(components);
    std::iota(ranks.begin(), ranks.end(), 1.0);
    // One level cannot tell its offset: it has none.
    if (components > 1) model.basis.push_back(std::move(ones));
    model.basis.push_back(std::move(ranks));

    // The thickest column sits near the last mean: offsets from a grid fix the step. (If the last
    // level is empty, fewer components say the same.)
    std::vector<numeric::Mixture> starts;
    const auto add_start = [&](double offset_in_steps, double sigma_in_steps) {
      const double step = top / (static_cast<double>(components) + offset_in_steps);
      std::vector<double> coefficients{step};
      if (components > 1) coefficients.insert(coefficients.begin(), offset_in_steps * step);
      starts.push_back(equal_weights(components, std::move(coefficients), sigma_in_steps * step));
    };
    for (const double offset : {-0.45, -0.3, -0.15, 0.0, 0.15, 0.3, 0.45}) {
      for (const double sigma : {0.1, 0.25}) add_start(offset, sigma);
    }
    for (std::int64_t s = 0; s < options.starts; ++s) {
      RandomStream own = random.substream(components).substream(static_cast<std::uint64_t>(s));
      const double offset = own.uniform() - 0.5;
      add_start(offset, 0.05 + 0.3 * own.uniform());
    }
    const double alike = 0.05 * top / static_cast<double>(components);
    const auto fits = fit_starts(sample, model, std::move(starts), 4, alike, options);
    std::vector<std::int64_t> atoms(components);
    std::iota(atoms.begin(), atoms.end(), std::int64_t{1});
    std::vector<Candidate> here;
    for (auto fit : fits) {
      if (components == 1) fit.mixture.coefficients.insert(fit.mixture.coefficients.begin(), 0.0);
      const double offset = fit.mixture.coefficients[0];
      const double step = fit.mixture.coefficients[1];
      if (step > 0.0 && std::abs(offset) < 0.5 * step) {
        here.push_back(
            make_candidate(sample, model, std::move(fit), atoms, 0.0, options.criterion));
      }
    }
    if (!here.empty()) found.push_back(std::move(here));
    progress.advance(1);
  }
  return found;
}

}  // namespace adatom::counting
