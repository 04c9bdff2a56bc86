#include "saed/saed_report.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "saed/saed_figures.h"

namespace adatom::pipeline {
namespace {

std::string with_error(const diffraction::Estimate& estimate) {
  return report::with_error(estimate.value, estimate.stderr_value);
}

std::string text_of(const std::optional<WindowMean>& mean) {
  return mean ? report::with_error(mean->value, mean->stderr_value) : std::string("n/a");
}

void add_key_numbers(const SaedShown& shown, report::Page& page) {
  const auto& geometry = shown.pattern.geometry();
  std::vector<report::Fact> facts = {
      {"frames", report::count_text(static_cast<long long>(shown.results.frames))},
      {"rings", report::count_text(static_cast<long long>(shown.pattern.fit().rings.size()))}};
  for (const PhaseSeries& series : shown.results.phases) {
    facts.emplace_back("intensity fraction of " + series.name, text_of(series.intensity_mean));
  }
  facts.emplace_back("ellipse", report::with_error(geometry.geometry.ellipse_ratio,
                                                   geometry.geometry_stderr.ellipse_ratio));
  page.key_numbers(facts);
}

report::Table rings_table(const SaedPattern& pattern) {
  report::Table table{.caption =
                          "Rings of the mean of the first frames. The intensity is that of "
                          "the whole ring; errors are standard errors.",
                      .columns = {{"phase", "", report::Align::left},
                                  {"hkl", "", report::Align::left},
                                  {"d", "Å"},
                                  {"s", "1/Å"},
                                  {"intensity", "counts"},
                                  {"width", "1/Å"},
                                  {"η", ""}}};
  for (const auto& ring : pattern.fit().rings) {
    table.rows.push_back(
        {ring.phase.empty() ? std::string("none") : ring.phase, ring.hkl,
         with_error(ring.d_angstrom), with_error(ring.s_per_angstrom), with_error(ring.intensity),
         report::significant(ring.width_per_angstrom, 3), report::fixed(ring.lorentz_share, 2)});
  }
  return table;
}

report::Table phases_table(const SaedShown& shown) {
  report::Table table{
      .caption = fmt::format("Phases: lattices of the mean of the first frames, shares as means "
                             "from {:g} to {:g} s.",
                             shown.options.window_s[0], shown.options.window_s[1]),
      .columns = {{"phase", "", report::Align::left},
                  {"a", "Å"},
                  {"size", "nm"},
                  {"microstrain", ""},
                  {"intensity fraction", ""},
                  {"volume fraction", ""},
                  {"frames", ""}}};
  for (std::size_t i = 0; i < shown.results.phases.size(); ++i) {
    const PhaseSeries& series = shown.results.phases[i];
    const auto& fitted = shown.pattern.fit().phases[i];
    table.rows.push_back(
        {series.name, with_error(fitted.a_angstrom), with_error(fitted.size_nm),
         with_error(fitted.microstrain), text_of(series.intensity_mean),
         text_of(series.volume_mean),
         std::to_string(series.intensity_mean ? series.intensity_mean->frames : 0)});
  }
  return table;
}

report::Table candidates_table(const SaedPattern& pattern) {
  report::Table table{.caption =
                          "Candidates: by how much Bayes' information criterion is lower with "
                          "the phase than without, beside the chosen ones; 10 and more is "
                          "very strong.",
                      .columns = {{"phase", "", report::Align::left},
                                  {"chosen", "", report::Align::left},
                                  {"gain", ""},
                                  {"share of areas", "%"}}};
  for (const auto& each : pattern.candidates()) {
    table.rows.push_back({each.phase, each.chosen ? "yes" : "",
                          std::isfinite(each.gain) ? report::fixed(each.gain, 1) : "n/a",
                          report::fixed(100.0 * each.area_share, 1)});
  }
  return table;
}

report::Table periods_table(const SaedResults& results) {
  report::Table table{.caption =
                          "The strongest sinusoid in each phase's intensity fraction, and "
                          "how probable as strong a one is in white noise.",
                      .columns = {{"phase", "", report::Align::left},
                                  {"period", "s"},
                                  {"amplitude", ""},
                                  {"about", ""},
                                  {"chance", ""},
                                  {"chance, permuted", ""}}};
  for (const PhaseSeries& series : results.phases) {
    if (!series.periodogram) continue;
    const auto& wave = series.periodogram->strongest;
    table.rows.push_back({series.name, report::with_error(wave.period, wave.period_stderr),
                          report::with_error(wave.amplitude, wave.amplitude_stderr),
                          report::with_error(wave.mean, wave.mean_stderr),
                          report::significant(wave.false_alarm_bound, 2),
                          wave.false_alarm_permutation
                              ? report::significant(*wave.false_alarm_permutation, 2)
                              : std::string("n/a")});
  }
  return table;
}

std::vector<report::Fact> geometry_facts(const SaedPattern& pattern) {
  const auto& found = pattern.geometry();
  const auto& error = found.geometry_stderr;
  const auto& in_use = pattern.in_use();
  return {{"centre x", report::with_error(in_use.centre_x_px, error.centre_x_px) + " px"},
          {"centre y", report::with_error(in_use.centre_y_px, error.centre_y_px) + " px"},
          {"ellipse, long over short axis",
           report::with_error(in_use.ellipse_ratio, error.ellipse_ratio)},
          {"long axis, from x towards y",
           report::with_error(in_use.ellipse_angle_deg, error.ellipse_angle_deg) + "°"},
          {"scale", report::significant(in_use.s_per_px, 6) + " 1/Å per px"},
          {"χ² per degree of freedom of the rings' radii", report::fixed(found.chi2_per_dof, 2)}};
}

void add_series(const SaedShown& shown, report::Page& page) {
  if (shown.results.frames < 2) return;
  page.section("Over time");
  page.figures(draw_fractions(shown.results),
               "Shares of the phases, with standard errors: of the intensities of the rings that "
               "are compared, and of the volume, for which intensities are divided by their "
               "structure factors.");
  const auto periods = draw_periods(shown.results);
  if (!periods.empty()) {
    page.figures(periods,
                 "How much of the variance a sinusoid of each frequency explains, and how "
                 "the intensity fraction hangs together with itself.");
    page.table(periods_table(shown.results));
  }
  page.figure(draw_profile_map(shown.folder, shown.frames.bins(), shown.frames.frames(),
                               shown.frames.frame_time_s()),
              "The profiles of all frames, time goes down.");
  page.figures(draw_course(shown.options, shown.pattern, shown.results),
               "Lattices, where the pattern lies, and how well the fit describes the profile.");
}

}  // namespace

std::string saed_report(const SaedShown& shown) {
  report::Page page("Diffraction", "rings and phases of a series of patterns");
  add_key_numbers(shown, page);
  page.warnings(shown.warnings);
  page.section("Pattern");
  page.figure(
      draw_pattern(shown.pattern),
      fmt::format("The mean of the first {} frames with the rings of the fit. What does not "
                  "count is pink.",
                  shown.pattern.frames_in_mean()));
  page.facts(geometry_facts(shown.pattern));
  if (shown.polar) {
    page.figure(
        draw_unrolled(*shown.polar),
        "The same over radius and azimuth, centre and ellipse taken out: rings are straight "
        "where the geometry is right, even along the azimuth where there is no texture.");
  }
  page.section("Profile and rings");
  page.figures(draw_profile(shown.pattern),
               "The mean over the azimuth, the fit of all rings at "
               "once, and what is left in standard errors.");
  page.table(rings_table(shown.pattern));
  page.table(phases_table(shown));
  if (!shown.pattern.candidates().empty()) {
    page.table(candidates_table(shown.pattern), report::Fold::closed);
  }
  add_series(shown, page);
  page.section("Options");
  page.verbatim("All options", write_yaml(shown.options));
  return page.html();
}

}  // namespace adatom::pipeline
