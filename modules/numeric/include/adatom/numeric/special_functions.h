#pragma once
// Distribution functions of the beta, gamma and Student distributions, and their inverses.

namespace adatom::numeric {

/// The regularised incomplete beta function I_x(a, b): the probability that a variable of the
/// distribution Beta(a, b) is at most x. Relative error below 1e-12 up to a + b of 1e6, below 1e-9
/// up to 1e12 (continued fraction, DLMF 8.17.22; prefactor after Loader, "Fast and accurate
/// computation of binomial probabilities", 2000).
/// @throws InputError: a or b not above zero, x outside [0, 1]
[[nodiscard]] double regularised_beta(double a, double b, double x);

/// The x below which a variable of Beta(a, b) lies with the probability given.
/// @throws InputError: a or b not above zero, probability outside [0, 1]
[[nodiscard]] double beta_quantile(double a, double b, double probability);

/// P(a, x) = 1 - Q(a, x): the probability that a variable of the gamma distribution of shape a and
/// scale 1 is at most x (series and continued fraction, DLMF 8.7.1 and 8.9.2).
/// @throws InputError: a not above zero, x below zero
[[nodiscard]] double regularised_gamma(double a, double x);

/// Q(a, x), accurate where it is small.
[[nodiscard]] double regularised_gamma_upper(double a, double x);

/// The x below which a variable of the gamma distribution of shape a and scale 1 lies with the
/// probability given. @throws InputError: a not above zero, probability outside [0, 1)
[[nodiscard]] double gamma_quantile(double a, double probability);

/// The probability that a variable of Student's distribution is further from zero than t.
/// @throws InputError: degrees of freedom not above zero
[[nodiscard]] double student_two_sided(double t, double degrees_of_freedom);

}  // namespace adatom::numeric
