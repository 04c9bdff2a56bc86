#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/dynamics/dictionary.h"

namespace adatom::dynamics {
namespace {

/// Eight numbers (an extension of g++ and clang++), so that sums stay in registers.
typedef double Eight __attribute__((vector_size(64), aligned(8), may_alias));

/// Environments whose scalar products are summed at once, and spectra that share their loading.
constexpr std::size_t group = 16;
constexpr std::size_t together = 4;
using Products = std::array<std::array<double, group>, together>;

/// Scalar products of four spectra with a group of environments. Each is summed in the same order
/// whatever stands beside it.
ADATOM_CLONES void multiply(const std::array<const double*, together>& spectra,
                            const double* environments, std::size_t size, Products& products) {
  const double* const p0 = spectra[0];
  const double* const p1 = spectra[1];
  const double* const p2 = spectra[2];
  const double* const p3 = spectra[3];
  Eight a0{}, a1{}, b0{}, b1{}, c0{}, c1{}, d0{}, d1{};
  for (std::size_t j = 0; j < size; ++j) {
    const double* row = environments + j * group;
    const Eight e0 = *reinterpret_cast<const Eight*>(row);
    const Eight e1 = *reinterpret_cast<const Eight*>(row + 8);
    a0 += p0[j] * e0;
    a1 += p0[j] * e1;
    b0 += p1[j] * e0;
    b1 += p1[j] * e1;
    c0 += p2[j] * e0;
    c1 += p2[j] * e1;
    d0 += p3[j] * e0;
    d1 += p3[j] * e1;
  }
  const auto store = [&](std::size_t s, const Eight& low, const Eight& high) {
    for (std::size_t i = 0; i < 8; ++i) {
      products[s][i] = low[i];
      products[s][8 + i] = high[i];
    }
  };
  store(0, a0, a1);
  store(1, b0, b1);
  store(2, c0, c1);
  store(3, d0, d1);
}

ADATOM_CLONES double squared_norm(const double* spectrum, const double* factors, std::size_t size) {
  constexpr std::size_t lanes = 16;
  std::array<double, lanes> sums{};
  std::size_t j = 0;
  for (; j + lanes <= size; j += lanes) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const double value = spectrum[j + i] * factors[j + i];
      sums[i] += value * value;
    }
  }
  double sum = 0.0;
  for (; j < size; ++j) sum += spectrum[j] * factors[j] * spectrum[j] * factors[j];
  for (const double part : sums) sum += part;
  return sum;
}

ADATOM_CLONES double squared_distance(const double* spectrum, const double* factors,
                                      const double* environment, double scale, std::size_t size) {
  constexpr std::size_t lanes = 16;
  std::array<double, lanes> sums{};
  std::size_t j = 0;
  for (; j + lanes <= size; j += lanes) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const double difference = spectrum[j + i] * factors[j + i] * scale - environment[j + i];
      sums[i] += difference * difference;
    }
  }
  double sum = 0.0;
  for (; j < size; ++j) {
    const double difference = spectrum[j] * factors[j] * scale - environment[j];
    sum += difference * difference;
  }
  for (const double part : sums) sum += part;
  return sum;
}

[[noreturn]] void refuse(const std::string& why) {
  throw InputError({.what = "this dictionary of environments cannot be used",
                    .where = "dictionary",
                    .why = why,
                    .remedy = "make it anew"});
}

void require_usable(const EnvironmentDictionary& dictionary, std::size_t size) {
  const std::size_t count = dictionary.size();
  if (count == 0 || count > 255) {
    refuse("it holds " + std::to_string(count) + " environments; 1 to 255 are possible");
  }
  if (dictionary.spectra.size() != count * size) {
    refuse("its spectra have " + std::to_string(dictionary.spectra.size() / count) +
           " values, but its options make " + std::to_string(size));
  }
  const auto& class_of = dictionary.class_of;
  if (class_of.size() != count || std::any_of(class_of.begin(), class_of.end(), [&](auto c) {
        return c >= dictionary.classes.size();
      })) {
    refuse("not every environment has a class");
  }
}

}  // namespace

Classifier::Classifier(const EnvironmentDictionary& dictionary)
    : size_(descriptors::spectrum_size(dictionary.soap, 1, descriptors::SpectrumLayout::kernel)),
      environments_(dictionary.size()),
      factors_(size_),
      rows_(dictionary.spectra) {
  require_usable(dictionary, size_);
  const std::vector<double> ones(size_, 1.0);
  descriptors::lay_out(dictionary.soap, 1, descriptors::SpectrumLayout::kernel, ones, factors_);
  const std::size_t groups = (environments_ + group - 1) / group;
  products_.assign(groups * size_ * group, 0.0);
  for (std::size_t e = 0; e < environments_; ++e) {
    for (std::size_t j = 0; j < size_; ++j) {
      products_[(e / group * size_ + j) * group + e % group] = rows_[e * size_ + j] * factors_[j];
    }
  }
}

void Classifier::classify(std::span<const double> spectra, std::span<Classified> found) const {
  for (std::size_t first = 0; first < found.size(); first += together) {
    std::array<const double*, together> chosen{};
    for (std::size_t s = 0; s < together; ++s) {
      chosen[s] = spectra.data() + std::min(first + s, found.size() - 1) * size_;
    }
    std::array<double, together> best{};
    std::array<std::size_t, together> nearest{};
    best.fill(-HUGE_VAL);
    for (std::size_t begin = 0; begin < environments_; begin += group) {
      Products products;
      multiply(chosen, products_.data() + begin * size_, size_, products);
      const std::size_t count = std::min(group, environments_ - begin);
      for (std::size_t s = 0; s < together; ++s) {
        for (std::size_t e = 0; e < count; ++e) {
          if (products[s][e] <= best[s]) continue;
          best[s] = products[s][e];
          nearest[s] = begin + e;
        }
      }
    }
    for (std::size_t s = 0; s < together && first + s < found.size(); ++s) {
      const double norm = std::sqrt(squared_norm(chosen[s], factors_.data(), size_));
      found[first + s] = {.environment = static_cast<std::uint8_t>(nearest[s]),
                          .distance = distance(chosen[s], norm, nearest[s])};
    }
  }
}

/// |p - q| is exact also where p and q are nearly the same, which sqrt(2 - 2 p.q) is not.
double Classifier::distance(const double* spectrum, double norm, std::size_t environment) const {
  if (norm == 0.0) return std::numbers::sqrt2;
  return std::sqrt(squared_distance(spectrum, factors_.data(), rows_.data() + environment * size_,
                                    1.0 / norm, size_));
}

}  // namespace adatom::dynamics
