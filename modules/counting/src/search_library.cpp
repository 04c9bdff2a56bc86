#include <algorithm>
#include <cmath>
#include <numeric>

#include "search.h"

namespace adatom::counting {

namespace {

/// Median spacing of M_0 = 0, M_1, ..., M_K.
double typical_spacing(const Library& library, std::size_t components) {
  std::vector<double> spacings{library.scs_angstrom2[0]};
  for (std::size_t g = 1; g < components; ++g) {
    spacings.push_back(library.scs_angstrom2[g] - library.scs_angstrom2[g - 1]);
  }
  std::nth_element(spacings.begin(),
                   spacings.begin() + static_cast<std::ptrdiff_t>(spacings.size() / 2),
                   spacings.end());
  return spacings[spacings.size() / 2];
}

}  // namespace

std::vector<double> library_means(const Library& library, std::size_t components, bool allow_zero) {
  std::vector<double> means;
  if (allow_zero) means.push_back(0.0);
  means.insert(means.end(), library.scs_angstrom2.begin(),
               library.scs_angstrom2.begin() + static_cast<std::ptrdiff_t>(components));
  return means;
}

std::vector<std::int64_t> library_atoms(std::size_t components, bool allow_zero) {
  std::vector<std::int64_t> atoms(components + (allow_zero ? 1 : 0));
  std::iota(atoms.begin(), atoms.end(), std::int64_t{allow_zero ? 0 : 1});
  return atoms;
}

Candidates search_hybrid(const Sample& sample, const Library& library, std::size_t most,
                         const CountingOptions& options, const RandomStream& random,
                         Progress& progress) {
  const double limit = 3.0 * options.library_scale_prior;
  const auto log_prior = [&](double scale) {
    return -0.5 * std::pow((scale - 1.0) / options.library_scale_prior, 2);
  };
  Candidates found;
  for (std::size_t components = 1; components <= most; ++components) {
    stop_if_cancelled(progress);
    numeric::MixtureModel model = sample.model();
    model.rule = numeric::MeanRule::linear;
    model.basis = {library_means(library, components, options.allow_zero)};
    model.min_coefficient = 1.0 - limit;
    model.max_coefficient = 1.0 + limit;
    const std::size_t size = model.basis[0].size();
    const double spacing = typical_spacing(library, components);

    std::vector<numeric::Mixture> starts;
    for (int position = -6; position <= 6; ++position) {
      const double scale = 1.0 + limit * static_cast<double>(position) / 6.0;
      for (const double sigma : {0.1, 0.3}) {
        starts.push_back(equal_weights(size, {scale}, sigma * spacing));
      }
    }
    for (std::int64_t s = 0; s < options.starts; ++s) {
      RandomStream own = random.substream(components).substream(static_cast<std::uint64_t>(s));
      const double scale = 1.0 + limit * (2.0 * own.uniform() - 1.0);
      starts.push_back(equal_weights(size, {scale}, (0.05 + 0.4 * own.uniform()) * spacing));
    }
    const auto fits = fit_starts(sample, model, std::move(starts), 4, 0.1 * spacing, options);
    std::vector<Candidate> here;
    for (const auto& fit : fits) {
      here.push_back(make_candidate(sample, model, fit,
                                    library_atoms(components, options.allow_zero),
                                    log_prior(fit.mixture.coefficients[0]), options.criterion));
    }
    std::stable_sort(here.begin(), here.end(), [](const Candidate& a, const Candidate& b) {
      return a.selection.log_likelihood + a.log_prior > b.selection.log_likelihood + b.log_prior;
    });
    found.push_back(std::move(here));
    progress.advance(1);
  }
  return found;
}

Candidate fit_library(const Sample& sample, const Library& library, std::size_t most,
                      const CountingOptions& options) {
  numeric::MixtureModel model = sample.model();
  model.rule = numeric::MeanRule::fixed;
  const std::vector<double> means = library_means(library, most, options.allow_zero);
  const double spacing = typical_spacing(library, most);
  std::vector<numeric::Mixture> starts;
  for (const double sigma : {0.05, 0.2, 0.5}) {
    starts.push_back(equal_weights(means, sigma * spacing));
  }
  // The means are alike in every start, so all but the most likely are dropped.
  auto fits = fit_starts(sample, model, std::move(starts), 1, spacing, options);
  return make_candidate(sample, model, std::move(fits.front()),
                        library_atoms(most, options.allow_zero), 0.0, options.criterion);
}

}  // namespace adatom::counting
