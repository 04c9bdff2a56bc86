#include "support/simulated_chains.h"

namespace adatom::dynamics::testing {
namespace {

std::uint8_t draw(const std::vector<double>& probabilities, RandomStream& random) {
  double left = random.uniform();
  for (std::size_t i = 0; i + 1 < probabilities.size(); ++i) {
    left -= probabilities[i];
    if (left < 0.0) return static_cast<std::uint8_t>(i);
  }
  return static_cast<std::uint8_t>(probabilities.size() - 1);
}

}  // namespace

Matrix power(const Matrix& matrix, int exponent) {
  Matrix result = matrix;
  const std::size_t n = matrix.size();
  for (int step = 1; step < exponent; ++step) {
    Matrix next(n, std::vector<double>(n, 0.0));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < n; ++k) next[i][j] += result[i][k] * matrix[k][j];
      }
    }
    result = next;
  }
  return result;
}

std::vector<double> stationary(const Matrix& matrix) {
  Matrix late = matrix;
  // The 2^40th power: every row is the stationary distribution.
  for (int doubling = 0; doubling < 40; ++doubling) late = power(late, 2);
  return late.front();
}

std::vector<std::uint8_t> simulate_chains(const Matrix& matrix, std::size_t atoms,
                                          std::size_t frames, const RandomStream& random,
                                          std::size_t together) {
  std::vector<std::uint8_t> labels(atoms * frames);
  const std::vector<double> start = stationary(matrix);
  for (std::size_t first = 0; first < atoms; first += together) {
    RandomStream own = random.substream(first);
    std::uint8_t state = draw(start, own);
    for (std::size_t f = 0; f < frames; ++f) {
      if (f > 0) state = draw(matrix[state], own);
      for (std::size_t i = first; i < first + together && i < atoms; ++i) {
        labels[f * atoms + i] = state;
      }
    }
  }
  return labels;
}

}  // namespace adatom::dynamics::testing
