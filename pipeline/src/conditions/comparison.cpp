#include "conditions/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/numeric/special_functions.h"

namespace adatom::pipeline {
namespace {

const Measurement* find_in(const VideoNumbers& numbers, const Quantity& quantity) {
  const auto found = std::ranges::find_if(numbers.measurements, [&](const Measurement& each) {
    return each.quantity.same_as(quantity);
  });
  return found == numbers.measurements.end() ? nullptr : &*found;
}

/// Those that all videos have; what others have as well at lags of their own is told.
void choose_quantities(std::span<const ComparedVideo> videos, ConditionComparison& result) {
  std::vector<std::string> lags_left_out;
  for (const ComparedVideo& video : videos) {
    if (!video.numbers) continue;
    for (const Measurement& each : video.numbers->measurements) {
      const Quantity& quantity = each.quantity;
      const auto known = [&](const Quantity& other) { return other.same_as(quantity); };
      if (std::ranges::any_of(result.quantities, known)) continue;
      const bool everywhere = std::ranges::all_of(videos, [&](const ComparedVideo& other) {
        return !other.numbers || other.numbers->tracks == 0 || !quantity.lag_s ||
               find_in(*other.numbers, quantity) != nullptr;
      });
      if (everywhere) {
        result.quantities.push_back(quantity);
        continue;
      }
      const std::string lag = fmt::format("{:.3g} s", *quantity.lag_s);
      if (std::ranges::find(lags_left_out, lag) == lags_left_out.end())
        lags_left_out.push_back(lag);
    }
  }
  for (const std::string& lag : lags_left_out) {
    result.warnings.push_back("a lag of " + lag +
                              " is not there in all videos, which differ in frame time or length: "
                              "it is not compared (see lags_frames, which may be a column)");
  }
}

bool same_cells(const ConditionVideo& video, const Condition& condition,
                std::span<const ConditionColumn> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool same = columns[i].is_number ? video.numbers[i] == condition.numbers[i]
                                           : video.cells[i] == condition.cells[i];
    if (!same) return false;
  }
  return true;
}

void group_videos(const ConditionsTable& table, std::span<const ComparedVideo> videos,
                  double confidence, ConditionComparison& result) {
  std::vector<std::vector<const ComparedVideo*>> members;
  for (const ComparedVideo& video : videos) {
    if (!video.numbers || video.numbers->tracks == 0) continue;
    auto found = std::ranges::find_if(result.conditions, [&](const Condition& each) {
      return same_cells(*video.video, each, table.columns);
    });
    if (found == result.conditions.end()) {
      result.conditions.push_back({.cells = video.video->cells,
                                   .numbers = video.video->numbers,
                                   .videos = {},
                                   .values = {},
                                   .histograms = {}});
      members.emplace_back();
      found = result.conditions.end() - 1;
    }
    members[static_cast<std::size_t>(found - result.conditions.begin())].push_back(&video);
  }
  for (std::size_t c = 0; c < members.size(); ++c) {
    Condition& condition = result.conditions[c];
    for (const ComparedVideo* video : members[c]) {
      condition.videos.push_back(video->video->name);
      condition.frames += video->numbers->frames;
      condition.tracks += video->numbers->tracks;
      for (const auto& each : video->numbers->histograms) add_histogram(each, condition.histograms);
    }
    for (const Quantity& quantity : result.quantities) {
      std::vector<const Measurement*> all;
      for (const ComparedVideo* video : members[c]) {
        const Measurement* one = find_in(*video->numbers, quantity);
        if (one != nullptr && std::isfinite(one->value)) all.push_back(one);
      }
      condition.values.push_back(pool(quantity, all, confidence));
    }
  }
  std::ranges::stable_sort(result.conditions, [&](const Condition& a, const Condition& b) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].is_number && a.numbers[i] != b.numbers[i]) {
        return a.numbers[i] < b.numbers[i];
      }
    }
    return false;
  });
}

void find_series(const ConditionsTable& table, ConditionComparison& result) {
  constexpr std::size_t least = 3;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!table.columns[column].is_number) continue;
    const auto others_of = [&](const Condition& condition) {
      std::string text;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i == column) continue;
        const std::string value =
            table.columns[i].is_number ? shortest(condition.numbers[i]) : condition.cells[i];
        text += (text.empty() ? "" : ", ") + table.columns[i].name + " = " + value;
      }
      return text;
    };
    std::vector<ConditionSeries> found;
    for (std::size_t c = 0; c < result.conditions.size(); ++c) {
      const std::string fixed = others_of(result.conditions[c]);
      auto known = std::ranges::find(found, fixed, &ConditionSeries::fixed);
      if (known == found.end()) known = found.insert(found.end(), {column, fixed, {}});
      known->conditions.push_back(c);
    }
    for (auto& series : found) {
      if (series.conditions.size() < least) continue;
      std::ranges::sort(series.conditions, {},
                        [&](std::size_t c) { return result.conditions[c].numbers[column]; });
      result.series.push_back(std::move(series));
    }
  }
}

numeric::Pooled difference_of(const numeric::Pooled& a, const numeric::Pooled& b,
                              double confidence) {
  numeric::Pooled difference{.measurements = a.measurements + b.measurements,
                             .value = b.value - a.value};
  const double va = a.standard_error * a.standard_error;
  const double vb = b.standard_error * b.standard_error;
  if (!std::isfinite(va + vb) || !(va + vb > 0.0)) return difference;
  difference.standard_error = std::sqrt(va + vb);
  // Welch and Satterthwaite; a single video's error is taken as known.
  const double left_over = va * va / a.degrees_of_freedom + vb * vb / b.degrees_of_freedom;
  if (left_over > 0.0) difference.degrees_of_freedom = (va + vb) * (va + vb) / left_over;
  const double reach = numeric::student_reach(confidence, difference.degrees_of_freedom);
  difference.low = difference.value - reach * difference.standard_error;
  difference.high = difference.value + reach * difference.standard_error;
  return difference;
}

double two_sided(const numeric::Pooled& difference) {
  if (!(difference.standard_error > 0.0)) return 1.0;
  const double t = std::abs(difference.value) / difference.standard_error;
  if (std::isinf(difference.degrees_of_freedom)) return std::erfc(t / std::sqrt(2.0));
  return numeric::student_two_sided(t, difference.degrees_of_freedom);
}

void find_trends(double confidence, const RandomStream& random, ConditionComparison& result) {
  for (std::size_t s = 0; s < result.series.size(); ++s) {
    const ConditionSeries& series = result.series[s];
    for (const Quantity& quantity : result.quantities) {
      std::vector<double> x;
      std::vector<double> y;
      std::vector<std::pair<double, std::size_t>> by_value;
      std::size_t warned = 0;
      for (const std::size_t c : series.conditions) {
        const PooledValue* value = result.conditions[c].find(quantity);
        if (value == nullptr || !std::isfinite(value->pooled.value)) continue;
        x.push_back(result.conditions[c].numbers[series.column]);
        y.push_back(value->pooled.value);
        by_value.emplace_back(value->pooled.value, c);
        warned += value->warned > 0 ? 1 : 0;
      }
      if (x.size() < 3) continue;
      Trend trend{.series = s, .quantity = quantity, .ranks = {}, .lead = {}, .warning = {}};
      trend.ranks = numeric::rank_correlation(x, y, random.substream(s));
      std::ranges::stable_sort(by_value, std::ranges::greater(),
                               &std::pair<double, std::size_t>::first);
      trend.largest = by_value[0].second;
      trend.lead =
          difference_of(result.conditions[by_value[1].second].find(quantity)->pooled,
                        result.conditions[trend.largest].find(quantity)->pooled, confidence);
      if (warned > 0) {
        trend.warning = fmt::format(
            "noise alone makes particles faster than the threshold in {} of {} conditions", warned,
            x.size());
      }
      result.trends.push_back(std::move(trend));
    }
  }
}

void find_differences(double confidence, ConditionComparison& result) {
  for (const Quantity& quantity : result.quantities) {
    const std::size_t begin = result.differences.size();
    for (std::size_t a = 0; a < result.conditions.size(); ++a) {
      for (std::size_t b = a + 1; b < result.conditions.size(); ++b) {
        const PooledValue* of_a = result.conditions[a].find(quantity);
        const PooledValue* of_b = result.conditions[b].find(quantity);
        if (of_a == nullptr || of_b == nullptr) continue;
        Difference each{.quantity = quantity, .a = a, .b = b, .difference = {}};
        each.difference = difference_of(of_a->pooled, of_b->pooled, confidence);
        if (!std::isfinite(each.difference.standard_error)) continue;
        each.p = two_sided(each.difference);
        result.differences.push_back(std::move(each));
      }
    }
    // Holm: the smallest p times the number of tests, the next one times one fewer, and so on.
    std::vector<std::size_t> order(result.differences.size() - begin);
    std::iota(order.begin(), order.end(), begin);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return result.differences[i].p; });
    double most = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      most = std::max(most, static_cast<double>(order.size() - i) * result.differences[order[i]].p);
      result.differences[order[i]].p_holm = std::min(1.0, most);
    }
  }
}

/// Noise that differs between conditions makes raw speeds differ as well.
void check_noise(ConditionComparison& result) {
  constexpr double tolerable = 1.25;
  double least = std::numeric_limits<double>::infinity();
  double most = 0.0;
  for (const Condition& condition : result.conditions) {
    const PooledValue* error = condition.find({"place_stderr_nm", "", "", {}});
    if (error == nullptr || !std::isfinite(error->pooled.value)) continue;
    least = std::min(least, error->pooled.value);
    most = std::max(most, error->pooled.value);
  }
  if (most > tolerable * least) {
    result.warnings.push_back(
        fmt::format("places are known to {:.2g} nm in one condition and to {:.2g} nm in another: "
                    "speeds as measured differ by that alone, compare those with the noise taken "
                    "out",
                    least, most));
  }
  for (const Quantity& quantity : result.quantities) {
    if (quantity.name != "share_faster") continue;
    const auto warned = std::ranges::count_if(result.conditions, [&](const Condition& each) {
      const PooledValue* value = each.find(quantity);
      return value != nullptr && value->warned > 0;
    });
    if (warned == 0) continue;
    result.warnings.push_back(fmt::format(
        "at a lag of {:.3g} s the threshold means little in {} of {} conditions: of particles at "
        "rest more than 1 % would be faster; see the shares with the noise taken out, or a longer "
        "lag",
        *quantity.lag_s, warned, result.conditions.size()));
  }
}

}  // namespace

const PooledValue* Condition::find(const Quantity& quantity) const {
  const auto found = std::ranges::find_if(
      values, [&](const PooledValue& each) { return each.quantity.same_as(quantity); });
  return found == values.end() ? nullptr : &*found;
}

std::string Condition::label(std::span<const ConditionColumn> columns) const {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text += (i > 0 ? ", " : "") + columns[i].name + " = " + cells[i];
  }
  return text;
}

ConditionComparison compare_conditions(const ConditionsTable& table,
                                       std::span<const ComparedVideo> videos, double confidence,
                                       const RandomStream& random) {
  ConditionComparison result;
  choose_quantities(videos, result);
  group_videos(table, videos, confidence, result);
  find_series(table, result);
  find_trends(confidence, random, result);
  find_differences(confidence, result);
  check_noise(result);
  return result;
}

}  // namespace adatom::pipeline
