#include "warnings.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/number_text.h"
#include "scene.h"
#include "start.h"

namespace adatom::columns {
namespace {

// "3 columns (1, 5, 8)", the first few by number.
std::string name_columns(const std::vector<std::size_t>& which) {
  constexpr std::size_t most = 8;
  std::string text = std::to_string(which.size());
  text.append(which.size() == 1 ? " column (" : " columns (");
  for (std::size_t k = 0; k < std::min(which.size(), most); ++k) {
    if (k > 0) text.append(", ");
    text.append(std::to_string(which[k]));
  }
  text.append(which.size() > most ? ", ...)" : ")");
  return text;
}

template <class Test>
void warn_where(const FitResult& result, const std::string& text, const Test& test,
                std::vector<std::string>& warnings) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    if (test(i)) found.push_back(i);
  }
  if (!found.empty()) warnings.push_back(name_columns(found) + " " + text);
}

// Two columns nearer than a third of their width: only their sum is known.
void warn_coincident(const FitResult& result, std::vector<std::string>& warnings) {
  std::vector<std::size_t> by_x(result.columns.size());
  for (std::size_t i = 0; i < by_x.size(); ++i) by_x[i] = i;
  const auto& c = result.columns;
  std::ranges::sort(by_x, [&](std::size_t a, std::size_t b) {
    return c[a].x_angstrom < c[b].x_angstrom || (c[a].x_angstrom == c[b].x_angstrom && a < b);
  });
  std::vector<bool> close(c.size(), false);
  for (std::size_t k = 0; k < by_x.size(); ++k) {
    const Column& a = c[by_x[k]];
    const double limit = a.width_angstrom / 3.0;
    for (std::size_t l = k + 1; l < by_x.size(); ++l) {
      const Column& b = c[by_x[l]];
      if (b.x_angstrom - a.x_angstrom > limit) break;
      if (std::abs(b.y_angstrom - a.y_angstrom) > limit) continue;
      close[by_x[k]] = true;
      close[by_x[l]] = true;
    }
  }
  warn_where(
      result, "nearly coincide with another: only the sum of their heights is determined",
      [&](std::size_t i) { return close[i]; }, warnings);
}

void warn_background(const FitResult& result, const Grid<double>& image, const FitOptions& options,
                     std::vector<std::string>& warnings) {
  if (options.background != BackgroundModel::none) return;
  double highest = 0.0;
  for (const double f : result.model.values()) highest = std::max(highest, f);
  double count = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t k = 0; k < image.size(); ++k) {
    if (result.model.values()[k] > 1e-6 * highest) continue;
    const double value = image.values()[k];
    count += 1.0;
    sum += value;
    squares += value * value;
  }
  if (count < 100.0) return;
  const double mean = sum / count;
  const double error = std::sqrt(std::max(0.0, squares / count - mean * mean) / count);
  // Half a per cent of the highest column: less does not matter beside other errors.
  if (std::abs(mean) > 5.0 * error && std::abs(mean) > 5e-3 * highest) {
    warnings.push_back(
        "far from all columns the image is " + shortest(mean) +
        " on average, not 0: cross-sections take it in; consider background constant");
  }
}

void warn_misfit(const FitResult& result, const FitOptions& options,
                 std::vector<std::string>& warnings) {
  // Thousands of pixels: noise alone stays within a few per cent of 1.
  const std::string value =
      "reduced chi-square is " + shortest(std::round(100.0 * result.reduced_chi_square) / 100.0);
  const bool poisson = options.noise == NoiseModel::poisson;
  if (!std::isfinite(result.reduced_chi_square)) return;
  if (result.reduced_chi_square > 2.0) {
    warnings.push_back(value + ": the residual holds more than noise" +
                       (poisson ? " of this dose" : "") +
                       ", and standard errors cover noise alone; look at the residual map");
  } else if (poisson && result.reduced_chi_square < 0.5) {
    warnings.push_back(value + ": there is less noise than this dose makes; check the dose");
  }
}

// Said once: without noise no column has a standard error.
void warn_undetermined(const FitResult& result, const FitOptions& options,
                       std::vector<std::string>& warnings) {
  const bool any = std::ranges::any_of(
      result.columns, [](const Column& c) { return std::isfinite(c.height_stderr); });
  if (!any) {
    warnings.emplace_back(
        options.noise == NoiseModel::poisson
            ? "nothing is expected anywhere: standard errors are not determined"
            : "the model meets every pixel: without noise to be seen standard errors are not "
              "determined");
  }
  if (!std::isfinite(result.reduced_chi_square)) {
    warnings.emplace_back(
        "reduced chi-square is not determined: there is no noise to compare with");
  }
}

}  // namespace

std::vector<std::string> list_warnings(const FitResult& result, const Grid<double>& image,
                                       std::span<const Position> start, double pixel_size_angstrom,
                                       const FitOptions& options) {
  std::vector<std::string> warnings;
  if (result.termination == Termination::iteration_limit) {
    warnings.push_back("not converged after " + std::to_string(result.iterations) +
                       " iterations: raise max_iterations or give better start positions");
  }
  if (result.termination == Termination::stalled) {
    warnings.push_back("the fit stalled after " + std::to_string(result.iterations) +
                       " iterations: no step makes it better");
  }
  if (result.parameters >= image.size()) {
    warnings.push_back("there are as many parameters as pixels: errors mean nothing");
  }
  const std::vector<Column>& c = result.columns;
  warn_undetermined(result, options, warnings);
  warn_where(
      result, "with a height not above zero: remove them or start them elsewhere",
      [&](std::size_t i) { return c[i].height <= 0.0; }, warnings);
  warn_where(
      result, "whose centre left the image",
      [&](std::size_t i) {
        const double right = (static_cast<double>(image.width()) - 0.5) * pixel_size_angstrom;
        const double below = (static_cast<double>(image.height()) - 0.5) * pixel_size_angstrom;
        return c[i].x_angstrom < -0.5 * pixel_size_angstrom || c[i].x_angstrom > right ||
               c[i].y_angstrom < -0.5 * pixel_size_angstrom || c[i].y_angstrom > below;
      },
      warnings);
  std::vector<PixelColumn> positions;
  for (const Position& p : start) positions.push_back({.x = p.x_angstrom, .y = p.y_angstrom});
  if (const std::optional<double> distance = typical_distance(positions)) {
    warn_where(
        result, "that moved more than half the distance of neighbours from the start",
        [&](std::size_t i) {
          return *distance > 0.0 &&
                 std::hypot(c[i].x_angstrom - start[i].x_angstrom,
                            c[i].y_angstrom - start[i].y_angstrom) > 0.5 * *distance;
        },
        warnings);
  }
  warn_where(
      result, "whose position is not determined (standard error above the width)",
      [&](std::size_t i) {
        return std::isfinite(c[i].height_stderr) &&
               std::max(c[i].x_stderr_angstrom, c[i].y_stderr_angstrom) > c[i].width_angstrom;
      },
      warnings);
  warn_coincident(result, warnings);
  warn_background(result, image, options, warnings);
  warn_misfit(result, options, warnings);
  return warnings;
}

}  // namespace adatom::columns
