#pragma once
// Simulated cross-sections of particles whose counts are known.
#include <cmath>
#include <cstdint>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/counting/count.h"

namespace adatom::counting::testing {

/// Cross-sections of gold columns of 1..20 atoms along [110], A^2: those of 1, 2, 5 and 12 atoms
/// calculated by multislice at u = 0.085 A, the rest on a smooth curve through them.
inline Library gold_library() {
  return {{0.01968, 0.04598, 0.07659, 0.10944, 0.14092, 0.17027, 0.19907,
           0.22724, 0.25468, 0.28131, 0.30704, 0.33176, 0.35595, 0.38015,
           0.40434, 0.42854, 0.45273, 0.47693, 0.50112, 0.52531}};
}

/// Of platinum columns, as published with StatSTEM.
inline Library platinum_library() {
  return {{0.01925, 0.04733, 0.08148, 0.11525, 0.14929, 0.18097, 0.20735,
           0.23440, 0.26099, 0.28589, 0.31273, 0.33981, 0.36578, 0.39175,
           0.41740, 0.44007, 0.46167, 0.48173, 0.50129, 0.52183}};
}

inline Library linear_library(std::size_t atoms, double step) {
  Library library;
  for (std::size_t g = 1; g <= atoms; ++g) {
    library.scs_angstrom2.push_back(step * static_cast<double>(g));
  }
  return library;
}

/// What a simulated particle looks like.
struct Particle {
  std::vector<std::int64_t> levels;  ///< the counts that occur
  std::size_t columns = 200;
  double dose_per_angstrom2 = 1e5;  ///< cross-sections scatter by 1.05 sqrt(S/dose)
  double scatter_angstrom2 = 0.0;   ///< and by this (jitter, tilt)
  double unevenness = 0.0;          ///< 0: levels alike; 1: weights from 1 to 1/30
};

struct Simulated {
  std::vector<std::int64_t> truth;
  std::vector<double> scs;
  std::vector<double> scs_stderr;
};

/// Every level occurs once at least; the other columns are drawn by the weights of the levels.
inline Simulated simulate(const Particle& particle, const Library& library, RandomStream random) {
  std::vector<double> cumulated;
  double sum = 0.0;
  for (std::size_t l = 0; l < particle.levels.size(); ++l) {
    sum += std::exp(-3.4 * particle.unevenness * random.uniform());
    cumulated.push_back(sum);
  }
  Simulated out;
  for (std::size_t c = 0; c < particle.columns; ++c) {
    std::size_t level = c;
    if (c >= particle.levels.size()) {
      const double at = random.uniform() * sum;
      level = 0;
      while (level + 1 < cumulated.size() && cumulated[level] < at) ++level;
    }
    const std::int64_t atoms = particle.levels[level];
    const double exact = library.scs_angstrom2[static_cast<std::size_t>(atoms - 1)];
    const double poisson = 1.05 * std::sqrt(exact / particle.dose_per_angstrom2);
    const double sigma = std::hypot(poisson, particle.scatter_angstrom2);
    out.truth.push_back(atoms);
    out.scs.push_back(exact + sigma * random.normal());
    out.scs_stderr.push_back(poisson);
  }
  return out;
}

inline std::vector<std::int64_t> levels_from(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> levels;
  for (std::int64_t g = first; g <= last; ++g) levels.push_back(g);
  return levels;
}

/// Share of the columns counted right.
inline double share_right(const CountingResult& result, const Simulated& simulated) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < simulated.truth.size(); ++i) {
    if (result.counts[i].atom_count == simulated.truth[i]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(simulated.truth.size());
}

}  // namespace adatom::counting::testing
