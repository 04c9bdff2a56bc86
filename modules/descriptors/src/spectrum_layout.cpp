#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

#include "adatom/descriptors/soap.h"

namespace adatom::descriptors {
namespace {

/// Values of one l of a pair of species.
std::size_t block_size(std::size_t n_max, bool same, SpectrumLayout layout) {
  return same && layout != SpectrumLayout::full ? n_max * (n_max + 1) / 2 : n_max * n_max;
}

/// n' >= n of one l, as a full square.
void mirror(std::size_t n_max, const double* from, double* to) {
  for (std::size_t n = 0; n < n_max; ++n) {
    for (std::size_t other = n; other < n_max; ++other, ++from) {
      to[n * n_max + other] = *from;
      to[other * n_max + n] = *from;
    }
  }
}

/// The same in its own order, n' != n times sqrt(2): they stand for two values of the square.
void stretch(std::size_t n_max, const double* from, double* to) {
  for (std::size_t n = 0; n < n_max; ++n) {
    for (std::size_t other = n; other < n_max; ++other, ++from, ++to) {
      *to = other == n ? *from : std::numbers::sqrt2 * *from;
    }
  }
}

}  // namespace

std::size_t spectrum_size(const SoapOptions& options, std::size_t species, SpectrumLayout layout) {
  const auto n_max = static_cast<std::size_t>(options.n_max);
  const std::size_t pairs = species * (species - 1) / 2;
  const auto degrees = static_cast<std::size_t>(options.l_max) + 1;
  return degrees *
         (species * block_size(n_max, true, layout) + pairs * block_size(n_max, false, layout));
}

void lay_out(const SoapOptions& options, std::size_t species, SpectrumLayout layout,
             std::span<const double> from, std::span<double> to) {
  const std::size_t unique = spectrum_size(options, species, SpectrumLayout::unique);
  const std::size_t rows = from.size() / unique;
  if (from.size() != rows * unique || to.size() != rows * spectrum_size(options, species, layout)) {
    throw std::invalid_argument("the numbers of values do not fit the layout");
  }
  const auto n_max = static_cast<std::size_t>(options.n_max);
  const double* in = from.data();
  double* out = to.data();
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t first = 0; first < species; ++first) {
      for (std::size_t second = first; second < species; ++second) {
        const bool same = first == second;
        for (std::int64_t l = 0; l <= options.l_max; ++l) {
          if (same && layout == SpectrumLayout::full) {
            mirror(n_max, in, out);
          } else if (same && layout == SpectrumLayout::kernel) {
            stretch(n_max, in, out);
          } else {
            std::copy_n(in, block_size(n_max, same, layout), out);
          }
          in += block_size(n_max, same, SpectrumLayout::unique);
          out += block_size(n_max, same, layout);
        }
      }
    }
  }
}

void normalise(std::span<double> rows, std::size_t size) {
  if (size == 0 || rows.size() % size != 0) {
    throw std::invalid_argument("the values are no whole rows");
  }
  for (std::size_t begin = 0; begin < rows.size(); begin += size) {
    const auto row = rows.subspan(begin, size);
    const double norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
    if (norm > 0.0) {
      std::transform(row.begin(), row.end(), row.begin(),
                     [norm](double value) { return value / norm; });
    }
  }
}

double soap_distance(std::span<const double> p, std::span<const double> q) {
  if (p.size() != q.size()) {
    throw std::invalid_argument("spectra of different sizes have no distance");
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    sum += (p[i] - q[i]) * (p[i] - q[i]);
  }
  return std::sqrt(sum);
}

}  // namespace adatom::descriptors
