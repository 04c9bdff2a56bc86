#include "conditions/conditions_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {
namespace {

std::string value_text(const Quantity& quantity, const numeric::Pooled& value) {
  if (!std::isfinite(value.value)) return "";
  const bool is_share = quantity.name.ends_with("share_faster");
  const double factor = is_share ? 100.0 : 1.0;
  const auto number = [&](double x) {
    return is_share ? report::fixed(factor * x, 1) : report::significant(x, 3);
  };
  if (!std::isfinite(value.low)) return number(value.value);
  return fmt::format("{} ({} to {})", number(value.value), number(value.low), number(value.high));
}

std::string p_text(double p) { return report::significant(p, 2); }

std::vector<Quantity> chosen(const ConditionComparison& comparison) {
  // The middle lag, and what has none.
  std::vector<double> lags;
  for (const auto& quantity : comparison.quantities) {
    if (quantity.name == "share_faster") lags.push_back(*quantity.lag_s);
  }
  const auto is_chosen = [&](const Quantity& quantity) {
    return !quantity.lag_s ||
           (!lags.empty() && quantity.same_as({quantity.name, "", "", lags[lags.size() / 2]}));
  };
  std::vector<Quantity> result;
  std::ranges::copy_if(comparison.quantities, std::back_inserter(result), is_chosen);
  // Speeds first.
  std::ranges::stable_sort(result, std::ranges::greater(),
                           [](const Quantity& quantity) { return quantity.lag_s.has_value(); });
  return result;
}

report::Table conditions_table(const ComparisonShown& shown) {
  report::Table table{
      .caption = fmt::format("Conditions, with {:g} % intervals; at the middle one of the lags. "
                             "All quantities and lags are in conditions.csv",
                             100.0 * shown.confidence),
      .columns = {},
      .rows = {}};
  for (const auto& column : shown.table.columns) table.columns.push_back({column.name, ""});
  table.columns.push_back({"videos", ""});
  table.columns.push_back({"tracks", ""});
  const auto quantities = chosen(shown.comparison);
  for (const auto& quantity : quantities) {
    const bool is_share = quantity.name.ends_with("share_faster");
    table.columns.push_back({quantity.text(), is_share ? "%" : quantity.unit});
  }
  for (const Condition& condition : shown.comparison.conditions) {
    std::vector<std::string> row = condition.cells;
    row.push_back(report::count_text(static_cast<long long>(condition.videos.size())));
    row.push_back(report::count_text(condition.tracks));
    for (const auto& quantity : quantities) {
      const PooledValue* value = condition.find(quantity);
      row.push_back(value != nullptr ? value_text(quantity, value->pooled) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

report::Table trends_table(const ComparisonShown& shown, std::size_t series) {
  const ConditionSeries& which = shown.comparison.series[series];
  const std::string& column = shown.table.columns[which.column].name;
  double least = 1.0;
  for (const Trend& trend : shown.comparison.trends) {
    if (trend.series == series) least = std::min(least, trend.ranks.least_p);
  }
  report::Table table{
      .caption = fmt::format("Rank correlations with {}{}, over {} conditions. p: the share of all "
                             "orders of the conditions that give as strong a correlation of either "
                             "sign; a perfect order has p = {}, the least there can be",
                             column, which.fixed.empty() ? "" : " at " + which.fixed,
                             which.conditions.size(), p_text(least)),
      .columns = {{"quantity", "", report::Align::left},
                  {"Spearman's ρ", ""},
                  {"p", ""},
                  {"Kendall's τ", ""},
                  {"p", ""},
                  {"largest at", column},
                  {"more than the next one by", ""},
                  {"", "", report::Align::left}},
      .rows = {}};
  for (const Trend& trend : shown.comparison.trends) {
    if (trend.series != series || trend.quantity.name == "rest_share_faster") continue;
    const auto& ranks = trend.ranks;
    table.rows.push_back(
        {trend.quantity.text(), report::fixed(ranks.spearman.coefficient, 2),
         p_text(ranks.spearman.p_two_sided), report::fixed(ranks.kendall.coefficient, 2),
         p_text(ranks.kendall.p_two_sided),
         shortest(shown.comparison.conditions[trend.largest].numbers[which.column]),
         value_text(trend.quantity, trend.lead), trend.warning});
  }
  return table;
}

report::Table differences_table(const ComparisonShown& shown, const Quantity& quantity) {
  const auto& comparison = shown.comparison;
  report::Table table{
      .caption = "Differences: " + quantity.text() +
                 ". p of no difference, and the same adjusted for the number of pairs (Holm)",
      .columns = {{"from", "", report::Align::left},
                  {"to", "", report::Align::left},
                  {"difference", quantity.name.ends_with("share_faster") ? "%" : quantity.unit},
                  {"p", ""},
                  {"adjusted p", ""}},
      .rows = {}};
  for (const Difference& each : comparison.differences) {
    if (!each.quantity.same_as(quantity)) continue;
    table.rows.push_back({comparison.conditions[each.a].label(shown.table.columns),
                          comparison.conditions[each.b].label(shown.table.columns),
                          value_text(quantity, each.difference), p_text(each.p),
                          p_text(each.p_holm)});
  }
  return table;
}

report::Table videos_table(const ComparisonShown& shown) {
  report::Table table{
      .caption = "Videos", .columns = {{"video", "", report::Align::left}}, .rows = {}};
  for (const auto& column : shown.table.columns) table.columns.push_back({column.name, ""});
  table.columns.push_back({"frames", ""});
  table.columns.push_back({"length", "s"});
  table.columns.push_back({"tracks", ""});
  table.columns.push_back({"", "", report::Align::left});
  for (std::size_t i = 0; i < shown.videos.size(); ++i) {
    const auto& video = shown.videos[i];
    std::vector<std::string> row = {video.video->name};
    row.insert(row.end(), video.video->cells.begin(), video.video->cells.end());
    row.push_back(video.numbers ? report::count_text(video.numbers->frames) : "");
    row.push_back(video.numbers ? report::significant(video.numbers->length_s, 3) : "");
    row.push_back(video.numbers ? report::count_text(video.numbers->tracks) : "");
    row.push_back(shown.outcomes[i].message);
    table.rows.push_back(std::move(row));
  }
  return table;
}

void add_figures(std::span<const ComparisonFigure> figures, report::Page& page) {
  std::vector<report::Figure> speeds;
  std::vector<report::Figure> others;
  for (const auto& each : figures) {
    (each.file.find("speeds") != std::string::npos ? speeds : others).push_back(each.figure);
  }
  if (!others.empty()) {
    page.figures(others,
                 "What differs between the conditions. Bars are standard errors, intervals are in "
                 "the tables; several videos of one condition are pooled, with their scatter in "
                 "the errors. The mean over intervals gives each time interval of the video the "
                 "same weight, however many particles it has.");
  }
  if (!speeds.empty()) {
    page.figures(speeds,
                 "Speeds over the middle one of the lags: their distributions as measured, each "
                 "with area 1, and the share that is faster than a speed with the noise of places "
                 "taken out.");
  }
}

}  // namespace

std::string conditions_page(const ComparisonShown& shown,
                            std::span<const ComparisonFigure> figures) {
  const ConditionComparison& comparison = shown.comparison;
  report::Page page("Conditions", "videos under different conditions, tracked and compared");
  std::int64_t tracks = 0;
  for (const Condition& condition : comparison.conditions) tracks += condition.tracks;
  const auto done = std::ranges::count_if(
      shown.videos, [](const auto& video) { return video.numbers.has_value(); });
  page.key_numbers(std::vector<report::Fact>{
      {"conditions", report::count_text(static_cast<long long>(comparison.conditions.size()))},
      {"videos", fmt::format("{} of {}", done, shown.videos.size())},
      {"tracks", report::count_text(tracks)}});
  page.warnings(shown.warnings);
  if (!comparison.conditions.empty()) {
    page.section("Comparison");
    add_figures(figures, page);
    page.table(conditions_table(shown));
  }
  if (!comparison.trends.empty()) {
    page.section("Trends");
    page.paragraph(
        "Rank correlations ask for a rise or fall throughout; where a quantity is largest in the "
        "middle see how far it leads. Of so many quantities one in twenty has p below 0.05 by "
        "chance.");
    for (std::size_t s = 0; s < comparison.series.size(); ++s) page.table(trends_table(shown, s));
  }
  if (!comparison.differences.empty()) {
    page.section("Differences");
    page.paragraph("All pairs of conditions; other quantities and lags are in differences.csv.");
    for (const auto& quantity : chosen(comparison)) {
      const auto table = differences_table(shown, quantity);
      const bool first = quantity.name == "corrected_share_faster";
      if (!table.rows.empty()) {
        page.table(table, first ? report::Fold::open : report::Fold::closed);
      }
    }
  }
  page.section("Videos");
  page.table(videos_table(shown));
  for (const auto& video : shown.videos) {
    if (!video.numbers) continue;
    page.link("videos/" + video.video->name + "/report.html", "Tracks of " + video.video->name);
  }
  page.section("Options");
  page.verbatim("All options", shown.options);
  return page.html();
}

}  // namespace adatom::pipeline
