#include "adatom/numeric/special_functions.h"

#include <math.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

constexpr double precision = 1e-16;
// Keeps Lentz's algorithm from dividing by zero; far below any term that matters.
constexpr double tiny = 1e-290;

void require(bool right, const char* what, const char* why) {
  if (!right) throw InputError({.what = what, .where = {}, .why = why, .remedy = {}});
}

/// log Gamma(a) beyond Stirling's (a - 1/2) log a - a + log(2 pi) / 2 (DLMF 5.11.1).
double stirling_rest(double a) {
  if (a < 15.0) {
    int sign = 0;  // lgamma itself would write a global
    return lgamma_r(a, &sign) - (a - 0.5) * std::log(a) + a -
           0.5 * std::log(2.0 * std::numbers::pi);
  }
  const double r = 1.0 / (a * a);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / a;
}

/// x log(x / m) + m - x without cancellation where x is near m (Loader 2000, eq. 5).
double deviance(double x, double m) {
  if (std::abs(x - m) >= 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double v = (x - m) / (x + m);
  double sum = (x - m) * v;
  double term = 2.0 * x * v;
  for (int j = 1; j < 100; ++j) {
    term *= v * v;
    const double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

/// x^a y^b / B(a, b), y = 1 - x, both within (0, 1).
double beta_front(double a, double b, double x, double y) {
  const double n = a + b;
  return std::sqrt(a / n * b / (2.0 * std::numbers::pi)) *
         std::exp(stirling_rest(n) - stirling_rest(a) - stirling_rest(b) - deviance(a, n * x) -
                  deviance(b, n * y));
}

/// x^a exp(-x) / Gamma(a)
double gamma_front(double a, double x) {
  return std::sqrt(a / (2.0 * std::numbers::pi)) * std::exp(-deviance(a, x) - stirling_rest(a));
}

/// b0 + a1 / (b1 + a2 / (b2 + ...)) as Lentz evaluates it (Thompson and Barnett 1986).
class ContinuedFraction {
 public:
  explicit ContinuedFraction(double b0) : value_(away(b0)), c_(value_) {}
  /// false once another term changes nothing.
  bool add(double a, double b) {
    d_ = 1.0 / away(b + a * d_);
    c_ = away(b + a / c_);
    value_ *= c_ * d_;
    return std::abs(c_ * d_ - 1.0) > precision;
  }
  [[nodiscard]] double value() const { return value_; }

 private:
  static double away(double x) { return std::abs(x) < tiny ? tiny : x; }
  double value_;
  double c_;
  double d_ = 0.0;
};

/// Terms grow with the square root of the parameters; more than these are never needed.
double most_terms(double a) { return 500.0 + 40.0 * std::sqrt(a); }

/// I_x(a, b) for x below the mean; y = 1 - x.
double beta_below(double a, double b, double x, double y) {
  // DLMF 8.17.22, which converges fast for x < (a + 1) / (a + b + 2).
  ContinuedFraction fraction(1.0);
  const double last = most_terms(a + b);
  for (double m = 0.0; m < last; m += 1.0) {
    const double two = a + 2.0 * m;
    fraction.add(-(a + m) * (a + b + m) * x / (two * (two + 1.0)), 1.0);
    if (!fraction.add((m + 1.0) * (b - m - 1.0) * x / ((two + 1.0) * (two + 2.0)), 1.0)) break;
  }
  return std::min(1.0, beta_front(a, b, x, y) / (a * fraction.value()));
}

/// I_x(a, b) and, as `upper`, 1 - I_x(a, b), each accurate where it is small.
struct Tails {
  double lower;
  double upper;
};

Tails beta_tails(double a, double b, double x, double y) {
  if (x <= 0.0) return {0.0, 1.0};
  if (y <= 0.0) return {1.0, 0.0};
  if (x * (a + b + 2.0) <= a + 1.0) {
    const double lower = beta_below(a, b, x, y);
    return {lower, 1.0 - lower};
  }
  const double upper = beta_below(b, a, y, x);
  return {1.0 - upper, upper};
}

Tails gamma_tails(double a, double x) {
  if (x <= 0.0) return {0.0, 1.0};
  // Beyond the largest double's logarithm nothing is left.
  if (x > 800.0 + 2.0 * a) return {1.0, 0.0};
  const double front = gamma_front(a, x);
  const double last = most_terms(a);
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (double n = 1.0; n < 50.0 * last && term > precision * sum; n += 1.0) {
      term *= x / (a + n);
      sum += term;
    }
    const double lower = std::min(1.0, front * sum);
    return {lower, 1.0 - lower};
  }
  ContinuedFraction fraction(x + 1.0 - a);
  for (double n = 1.0; n < 50.0 * last; n += 1.0) {
    if (!fraction.add(n * (a - n), x + 1.0 - a + 2.0 * n)) break;
  }
  const double upper = std::min(1.0, front / fraction.value());
  return {1.0 - upper, upper};
}

/// Where `tails(u)` has the probability below it: Newton's method on the logarithm of the smaller
/// tail, which is concave in u for both distributions, kept between bounds.
/// @param slope dF/du
template <class TailsAt, class Slope>
double solve(double probability, double u, double low, double high, const TailsAt& tails,
             const Slope& slope) {
  const bool lower_tail = probability <= 0.5;
  const double target = std::log(lower_tail ? probability : 1.0 - probability);
  for (int i = 0; i < 200; ++i) {
    const Tails at = tails(u);
    const double tail = lower_tail ? at.lower : at.upper;
    const bool too_low = lower_tail ? tail < probability : tail > 1.0 - probability;
    (too_low ? low : high) = u;
    double next = 0.5 * (low + high);
    if (tail > 0.0) {
      const double gain = slope(u) / tail;
      const double off = target - std::log(tail);
      if (gain > 0.0) {
        const double newton = u + (lower_tail ? off : -off) / gain;
        if (newton > low && newton < high) next = newton;
      }
    }
    if (std::abs(next - u) <= 1e-15 * std::max(1.0, std::abs(u))) return next;
    u = next;
  }
  return u;
}

}  // namespace

double regularised_beta(double a, double b, double x) {
  require(a > 0.0 && b > 0.0, "a beta distribution with a parameter not above zero", "");
  require(x >= 0.0 && x <= 1.0, "a beta distribution at a value outside [0, 1]", "");
  return beta_tails(a, b, x, 1.0 - x).lower;
}

double beta_quantile(double a, double b, double probability) {
  require(a > 0.0 && b > 0.0, "a beta distribution with a parameter not above zero", "");
  require(probability >= 0.0 && probability <= 1.0, "a probability outside [0, 1]", "");
  if (probability == 0.0 || probability == 1.0) return probability;
  // u = log(x / (1 - x)), so that both ends are far away and as well resolved as the middle.
  const auto share = [](double u) { return 1.0 / (1.0 + std::exp(-u)); };
  const double u = solve(
      probability, std::log(a / b), -700.0, 700.0,
      [&](double at) { return beta_tails(a, b, share(at), share(-at)); },
      [&](double at) { return beta_front(a, b, share(at), share(-at)); });
  return share(u);
}

double regularised_gamma(double a, double x) {
  require(a > 0.0, "a gamma distribution with a shape not above zero", "");
  require(x >= 0.0, "a gamma distribution at a value below zero", "");
  return gamma_tails(a, x).lower;
}

double regularised_gamma_upper(double a, double x) {
  require(a > 0.0, "a gamma distribution with a shape not above zero", "");
  require(x >= 0.0, "a gamma distribution at a value below zero", "");
  return gamma_tails(a, x).upper;
}

double gamma_quantile(double a, double probability) {
  require(a > 0.0, "a gamma distribution with a shape not above zero", "");
  require(probability >= 0.0 && probability < 1.0, "a probability outside [0, 1)", "");
  if (probability == 0.0) return 0.0;
  const double u = solve(
      probability, std::log(a), -700.0, 700.0,
      [&](double at) { return gamma_tails(a, std::exp(at)); },
      [&](double at) { return gamma_front(a, std::exp(at)); });
  return std::exp(u);
}

double student_two_sided(double t, double degrees_of_freedom) {
  require(degrees_of_freedom > 0.0, "Student's distribution without degrees of freedom", "");
  const double n = degrees_of_freedom;
  const double x = n / (n + t * t);
  return beta_tails(0.5 * n, 0.5, x, t * t / (n + t * t)).lower;
}

}  // namespace adatom::numeric
