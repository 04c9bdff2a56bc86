#include "adatom/energetics/smatb.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "smatb_table.h"

namespace adatom::energetics {
namespace {

void check_pair(const SmatbPair& pair, const std::string& where,
                std::vector<Complaint>& complaints) {
  // Far beyond any metal: larger ones overflow.
  constexpr double most = 1000.0;
  const auto require = [&](const char* what, double value, double above, const char* range) {
    if (std::isfinite(value) && value > above && value <= most) return;
    complaints.push_back({what, where, shortest(value), range});
  };
  constexpr double tiny = std::numeric_limits<double>::min();
  require("p", pair.p, 0.0, "give a number above 0, at most 1000");
  require("q", pair.q, 0.0, "give a number above 0, at most 1000");
  require("A", pair.a_ev, -tiny, "give 0 to 1000 eV");
  require("xi", pair.xi_ev, -tiny, "give 0 to 1000 eV");
  require("r0", pair.r0_angstrom, 0.0, "give a distance above 0, at most 1000 angstrom");
  const double r0 = std::isfinite(pair.r0_angstrom) ? pair.r0_angstrom : 0.0;
  require("the start of the cut-off", pair.cutoff_start_angstrom, r0,
          "give a distance beyond r0, at most 1000 angstrom");
  const double start = std::isfinite(pair.cutoff_start_angstrom) ? pair.cutoff_start_angstrom : 0.0;
  require("the end of the cut-off", pair.cutoff_end_angstrom, start,
          "give a distance beyond its start, at most 1000 angstrom");
}

// Built with -fno-math-errno, without which roots are not taken many at a time.
ADATOM_CLONES void embed_all(std::size_t count, const double* densities, double* values,
                             double* slopes) {
  for (std::size_t i = 0; i < count; ++i) {
    constexpr double least = std::numeric_limits<double>::min();
    const double root = __builtin_sqrt(densities[i] > least ? densities[i] : least);
    values[i] = densities[i] > 0.0 ? -root : 0.0;
    slopes[i] = densities[i] > 0.0 ? -0.5 / root : 0.0;
  }
}

}  // namespace

SmatbPotential::SmatbPotential(std::string name, std::vector<std::string> elements,
                               const std::vector<SmatbPair>& pairs)
    : name_(std::move(name)), elements_(std::move(elements)) {
  const std::size_t count = elements_.size();
  if (count == 0 || pairs.size() != count * (count + 1) / 2) {
    throw std::invalid_argument("SMATB: one set of parameters for each pair of elements");
  }
  check_parameters(pairs);
  terms_.resize(count * count);
  closest_angstrom_ = std::numeric_limits<double>::infinity();
  auto pair = pairs.begin();
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a; b < count; ++b, ++pair) {
      const PairTerms terms{*pair, make_term(pair->a_ev, pair->p, *pair),
                            make_term(pair->xi_ev, pair->q, *pair)};
      terms_[a * count + b] = terms;
      terms_[b * count + a] = terms;
      cutoff_angstrom_ = std::max(cutoff_angstrom_, pair->cutoff_end_angstrom);
      closest_angstrom_ = std::min(closest_angstrom_, 0.4 * pair->r0_angstrom);
    }
  }
}

void SmatbPotential::check_parameters(const std::vector<SmatbPair>& pairs) {
  std::vector<Complaint> complaints;
  for (const auto& symbol : elements_) {
    const auto element = crystal::find_element(symbol);
    if (!element) complaints.push_back({"no such element", name_, "'" + symbol + "'", ""});
    masses_u_.push_back(element ? element->mass_u : 0.0);
  }
  auto pair = pairs.begin();
  for (std::size_t a = 0; a < elements_.size(); ++a) {
    for (std::size_t b = a; b < elements_.size(); ++b, ++pair) {
      check_pair(*pair, name_ + ", " + elements_[a] + "-" + elements_[b], complaints);
    }
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
}

SmatbPotential::Term SmatbPotential::make_term(double amplitude_ev, double decay,
                                               const SmatbPair& pair) {
  const double s = pair.cutoff_end_angstrom - pair.cutoff_start_angstrom;
  const double r0 = pair.r0_angstrom;
  const double e = amplitude_ev * std::exp(decay * (1.0 - pair.cutoff_start_angstrom / r0));
  // Value, slope and curvature at the start of the tail, of e = 1.
  const double a = -1.0 / (s * s * s);
  const double b = decay / (r0 * s * s);
  const double c = -decay * decay / (s * r0 * r0);
  return {.amplitude_ev = amplitude_ev,
          .decay = decay,
          .c3 = e * (20.0 * a + 8.0 * b + c) / 2.0,
          .c4 = e * (15.0 * a + 7.0 * b + c) / s,
          .c5 = e * (12.0 * a + 6.0 * b + c) / (2.0 * s * s)};
}

ValueSlope SmatbPotential::evaluate(const Term& term, const SmatbPair& pair, double r) {
  if (r >= pair.cutoff_end_angstrom) return {};
  if (r <= pair.cutoff_start_angstrom) {
    const double value = term.amplitude_ev * std::exp(-term.decay * (r / pair.r0_angstrom - 1.0));
    return {value, -term.decay / pair.r0_angstrom * value};
  }
  const double d = r - pair.cutoff_end_angstrom;
  const double value = d * d * d * (term.c3 + d * (term.c4 + d * term.c5));
  const double slope = d * d * (3.0 * term.c3 + d * (4.0 * term.c4 + d * 5.0 * term.c5));
  return {value, slope};
}

ValueSlope SmatbPotential::pair(std::size_t a, std::size_t b, double r) const {
  const auto& terms = terms_[a * elements_.size() + b];
  const auto alpha = evaluate(terms.alpha, terms.pair, r);
  return {2.0 * alpha.value, 2.0 * alpha.slope};
}

ValueSlope SmatbPotential::density(std::size_t at, std::size_t from, double r) const {
  const auto& terms = terms_[at * elements_.size() + from];
  const auto xi = evaluate(terms.xi, terms.pair, r);
  return {xi.value * xi.value, 2.0 * xi.value * xi.slope};
}

ValueSlope SmatbPotential::embedding(std::size_t, double density) const {
  if (!(density > 0.0)) return {};
  const double root = std::sqrt(density);
  return {-root, -0.5 / root};
}

std::vector<double> SmatbPotential::breaks_angstrom() const {
  std::vector<double> breaks;
  for (const auto& terms : terms_) {
    breaks.push_back(terms.pair.cutoff_start_angstrom);
    breaks.push_back(terms.pair.cutoff_end_angstrom);
  }
  std::ranges::sort(breaks);
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  return breaks;
}

void SmatbPotential::embed(std::span<const std::size_t> /*elements*/,
                           std::span<const double> densities, std::span<double> values,
                           std::span<double> slopes) const {
  embed_all(densities.size(), densities.data(), values.data(), slopes.data());
}

double SmatbPotential::largest_density(std::size_t) const {
  return std::numeric_limits<double>::infinity();
}

SmatbPair mixed(const SmatbPair& a, const SmatbPair& b) {
  const auto mean = [](double x, double y) { return 0.5 * (x + y); };
  return {.p = mean(a.p, b.p),
          .q = mean(a.q, b.q),
          .a_ev = std::sqrt(a.a_ev * b.a_ev),
          .xi_ev = std::sqrt(a.xi_ev * b.xi_ev),
          .r0_angstrom = mean(a.r0_angstrom, b.r0_angstrom),
          .cutoff_start_angstrom = mean(a.cutoff_start_angstrom, b.cutoff_start_angstrom),
          .cutoff_end_angstrom = mean(a.cutoff_end_angstrom, b.cutoff_end_angstrom)};
}

std::optional<SmatbPair> find_smatb_pair(std::string_view set, std::string_view element_a,
                                         std::string_view element_b) {
  for (const auto& row : smatb_table) {
    const bool same = (row.element_a == element_a && row.element_b == element_b) ||
                      (row.element_a == element_b && row.element_b == element_a);
    if (row.set == set && same) return row.pair;
  }
  return std::nullopt;
}

std::vector<std::string> smatb_sets() {
  std::vector<std::string> sets;
  for (const auto& row : smatb_table) {
    if (std::ranges::find(sets, row.set) == sets.end()) sets.emplace_back(row.set);
  }
  return sets;
}

std::vector<std::string> smatb_elements(std::string_view set) {
  std::vector<std::string> elements;
  for (const auto& row : smatb_table) {
    if (row.set == set && row.element_a == row.element_b) elements.emplace_back(row.element_a);
  }
  return elements;
}

}  // namespace adatom::energetics
