#include "conditions/measurement.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/numeric/random_effects.h"
#include "adatom/storage/csv.h"
#include "conditions/interval_speeds.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

double number_in(const json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

void add_measured(VideoNumbers& numbers, Quantity quantity, const json& value) {
  if (!value.is_object()) return;
  numbers.measurements.push_back({.quantity = std::move(quantity),
                                  .value = number_in(value.at("value")),
                                  .standard_error = number_in(value.at("standard_error"))});
}

void add_rate(VideoNumbers& numbers, Quantity quantity, const json& rate, double exposure) {
  if (!(exposure > 0.0)) return;
  const double events = number_in(rate.at("events"));
  numbers.measurements.push_back({.quantity = std::move(quantity),
                                  .value = events / exposure,
                                  .standard_error = std::sqrt(std::max(events, 1.0)) / exposure,
                                  .low = number_in(rate.at("low")),
                                  .high = number_in(rate.at("high")),
                                  .events = events,
                                  .exposure = exposure});
}

/// Mean over frames; particles come and go slowly, so the frames tell no error.
double mean_particles(const storage::Table& sizes) {
  double sum = 0.0;
  for (const double count : sizes.numbers("particles")) sum += count;
  return sum / static_cast<double>(std::max<std::size_t>(sizes.rows(), 1));
}

void add_summary(const json& summary, const fs::path& folder, VideoNumbers& numbers) {
  numbers.frames = summary.at("frames").get<std::int64_t>();
  numbers.tracks = summary.at("tracks").get<std::int64_t>();
  numbers.length_s = static_cast<double>(numbers.frames) * summary.at("frame_time_s").get<double>();
  numbers.measurements.push_back({.quantity = {"place_stderr_nm", "error of a place", "nm"},
                                  .value = number_in(summary.at("places").at("stderr_nm"))});
  if (summary.contains("diffusion")) {
    add_measured(numbers, {"diffusion_nm2_per_s", "diffusion coefficient", "nm²/s"},
                 summary.at("diffusion").at("d_nm2_per_s"));
  }
  if (!summary.contains("sizes")) return;
  const auto& sizes = summary.at("sizes");
  numbers.measurements.push_back(
      {.quantity = {"particles", "particles with a track in a frame"},
       .value = mean_particles(storage::read_csv(folder / "sizes.csv"))});
  add_measured(numbers, {"first_mean_radius_nm", "mean radius in the first frame", "nm"},
               sizes.at("first").at("mean_radius_nm"));
  add_measured(numbers, {"last_mean_radius_nm", "mean radius in the last frame", "nm"},
               sizes.at("last").at("mean_radius_nm"));
  const auto& growth = summary.at("growth");
  const double exposure = number_in(growth.at("observed_particle_s"));
  add_rate(numbers, {"merges_per_particle_s", "merges", "per particle and s"}, growth.at("merges"),
           exposure);
  add_rate(numbers, {"splits_per_particle_s", "splits", "per particle and s"}, growth.at("splits"),
           exposure);
  if (growth.at("ripening_tracks").get<std::int64_t>() > 0) {
    add_measured(numbers, {"ripening_nm3_per_s", "ripening constant K", "nm³/s"},
                 growth.at("ripening_nm3_per_s"));
  }
}

void add_speeds(const storage::Table& fractions, const std::vector<IntervalSpeeds>& intervals,
                const TrackOptions& options, VideoNumbers& numbers) {
  const double reach =
      numeric::student_reach(options.confidence, std::numeric_limits<double>::infinity());
  const auto column = [&](const char* name) { return fractions.numbers(name); };
  const auto lags = column("lag_s");
  const auto displacements = column("displacements");
  const auto warnings = fractions.texts("warning");
  const auto mean = column("mean_nm_per_s");
  const auto corrected_mean = column("corrected_mean_nm_per_s");
  const auto rest = column("rest_share_faster");
  const std::string faster = fmt::format("faster than {:g} nm/s", options.threshold_nm_per_s);
  const auto share = [&](const std::string& name, const std::string& label, std::size_t row,
                         const std::string& warning) {
    const double low = column((name + "_low").c_str())[row];
    const double high = column((name + "_high").c_str())[row];
    numbers.measurements.push_back({.quantity = {name, label, "", lags[row]},
                                    .value = column(name.c_str())[row],
                                    .standard_error = 0.5 * (high - low) / reach,
                                    .low = low,
                                    .high = high,
                                    .warning = warning});
  };
  for (std::size_t row = 0; row < fractions.rows() && row < intervals.size(); ++row) {
    if (displacements[row] == 0.0) continue;
    share("share_faster", faster + ", as measured", row, warnings[row]);
    share("corrected_share_faster", faster + ", noise taken out", row, {});
    const IntervalSpeeds& each = intervals[row];
    numbers.measurements.push_back(
        {.quantity = {"interval_share_faster", faster + ", mean over time intervals", "",
                      lags[row]},
         .value = each.share_faster,
         .standard_error = each.share_faster_stderr,
         .warning = warnings[row]});
    numbers.measurements.push_back(
        {.quantity = {"rest_share_faster", faster + " if all were at rest", "", lags[row]},
         .value = rest[row]});
    numbers.measurements.push_back(
        {.quantity = {"mean_speed_nm_per_s", "mean speed, as measured", "nm/s", lags[row]},
         .value = mean[row],
         .standard_error = each.mean_stderr_nm_per_s,
         .warning = warnings[row]});
    // The noise moves all of them alike: the scatter between particles is that of the measured one.
    numbers.measurements.push_back({.quantity = {"corrected_mean_speed_nm_per_s",
                                                 "mean speed, noise taken out", "nm/s", lags[row]},
                                    .value = corrected_mean[row],
                                    .standard_error = each.mean_stderr_nm_per_s});
  }
}

void add_histograms(const storage::Table& velocities, const storage::Table& fractions,
                    VideoNumbers& numbers) {
  const auto lags = velocities.numbers("lag_s");
  const auto low = velocities.numbers("speed_low_nm_per_s");
  const auto high = velocities.numbers("speed_high_nm_per_s");
  const auto share = velocities.numbers("share");
  const auto corrected = velocities.numbers("corrected_share");
  const auto known_lags = fractions.numbers("lag_s");
  const auto displacements = fractions.numbers("displacements");
  for (std::size_t i = 0; i < known_lags.size(); ++i) {
    SpeedHistogram histogram{.lag_s = known_lags[i],
                             .displacements = displacements[i],
                             .edges_nm_per_s = {},
                             .share = {},
                             .corrected_share = {}};
    for (std::size_t row = 0; row < lags.size(); ++row) {
      if (lags[row] != known_lags[i]) continue;
      if (histogram.edges_nm_per_s.empty()) histogram.edges_nm_per_s.push_back(low[row]);
      histogram.edges_nm_per_s.push_back(high[row]);
      histogram.share.push_back(share[row]);
      histogram.corrected_share.push_back(corrected[row]);
    }
    if (!histogram.share.empty()) numbers.histograms.push_back(std::move(histogram));
  }
}

}  // namespace

bool Quantity::same_as(const Quantity& other) const {
  constexpr double near = 0.01;
  if (name != other.name || lag_s.has_value() != other.lag_s.has_value()) return false;
  return !lag_s || std::abs(*lag_s - *other.lag_s) <= near * *lag_s;
}

std::string Quantity::text() const {
  return lag_s ? fmt::format("{}, over {:.3g} s", label, *lag_s) : label;
}

VideoNumbers read_video_numbers(const fs::path& folder, const TrackOptions& options) {
  const json summary = read_json(folder / "summary.json");
  VideoNumbers numbers;
  add_summary(summary, folder, numbers);
  if (numbers.tracks == 0) return numbers;
  const auto fractions = storage::read_csv(folder / "fractions.csv");
  const auto intervals =
      interval_speeds(folder / "tracks.csv", summary.at("frame_time_s").get<double>(),
                      options.lags_frames, options.threshold_nm_per_s);
  add_speeds(fractions, intervals, options, numbers);
  add_histograms(storage::read_csv(folder / "velocities.csv"), fractions, numbers);
  return numbers;
}

}  // namespace adatom::pipeline
