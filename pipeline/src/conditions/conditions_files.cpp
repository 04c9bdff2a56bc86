#include "conditions/conditions_files.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "adatom/storage/csv.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;
using storage::cell;

constexpr double not_there = std::numeric_limits<double>::quiet_NaN();

std::string count_cell(std::int64_t number) { return cell(static_cast<long long>(number)); }

std::vector<std::string> header_of(const ConditionsTable& table,
                                   std::initializer_list<const char*> more) {
  std::vector<std::string> header;
  for (const auto& column : table.columns) header.push_back(column.name);
  header.insert(header.end(), more.begin(), more.end());
  return header;
}

ordered_json value_json(const numeric::Pooled& value) {
  return {{"value", json_number(value.value)},
          {"standard_error", json_number(value.standard_error)},
          {"low", json_number(value.low)},
          {"high", json_number(value.high)}};
}

ordered_json ranks_json(const numeric::RankTrend& trend) {
  return {{"coefficient", json_number(trend.coefficient)},
          {"p_two_sided", json_number(trend.p_two_sided)},
          {"p_rising", json_number(trend.p_rising)},
          {"p_falling", json_number(trend.p_falling)}};
}

/// Cells of a condition by their columns.
ordered_json cells_json(const ConditionsTable& table, const Condition& condition) {
  ordered_json json = ordered_json::object();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    json[table.columns[i].name] = table.columns[i].is_number ? json_number(condition.numbers[i])
                                                             : ordered_json(condition.cells[i]);
  }
  return json;
}

void put_quantity(ordered_json& json, const Quantity& quantity) {
  json["quantity"] = quantity.name;
  json["unit"] = quantity.unit;
  if (quantity.lag_s) json["lag_s"] = json_number(*quantity.lag_s);
}

}  // namespace

std::string conditions_csv(const ConditionsTable& table, const ConditionComparison& comparison) {
  storage::Table out(
      header_of(table, {"quantity", "unit", "lag_s", "value", "stderr", "low", "high", "videos",
                        "between_videos", "videos_warned", "frames", "tracks"}));
  for (const Condition& condition : comparison.conditions) {
    for (const PooledValue& value : condition.values) {
      if (value.pooled.measurements == 0) continue;
      std::vector<std::string> row = condition.cells;
      const auto& pooled = value.pooled;
      row.insert(row.end(),
                 {value.quantity.name, value.quantity.unit,
                  value.quantity.lag_s ? cell(*value.quantity.lag_s) : std::string(),
                  cell(pooled.value), cell(pooled.standard_error), cell(pooled.low),
                  cell(pooled.high), count_cell(pooled.measurements), cell(pooled.between),
                  count_cell(static_cast<std::int64_t>(value.warned)), count_cell(condition.frames),
                  count_cell(condition.tracks)});
      out.add_row(std::move(row));
    }
  }
  return out.text();
}

std::string trends_csv(const ConditionsTable& table, const ConditionComparison& comparison) {
  storage::Table out({"column", "others", "conditions", "quantity", "unit", "lag_s", "spearman_rho",
                      "spearman_p", "kendall_tau", "kendall_p", "least_p", "exact", "largest_at",
                      "lead", "lead_low", "lead_high", "warning"});
  for (const Trend& trend : comparison.trends) {
    const ConditionSeries& series = comparison.series[trend.series];
    const auto& ranks = trend.ranks;
    out.add_row(
        {table.columns[series.column].name, series.fixed, count_cell(ranks.pairs),
         trend.quantity.name, trend.quantity.unit,
         trend.quantity.lag_s ? cell(*trend.quantity.lag_s) : std::string(),
         cell(ranks.spearman.coefficient), cell(ranks.spearman.p_two_sided),
         cell(ranks.kendall.coefficient), cell(ranks.kendall.p_two_sided), cell(ranks.least_p),
         ranks.exact ? "1" : "0", cell(comparison.conditions[trend.largest].numbers[series.column]),
         cell(trend.lead.value), cell(trend.lead.low), cell(trend.lead.high), trend.warning});
  }
  return out.text();
}

std::string differences_csv(const ConditionsTable& table, const ConditionComparison& comparison) {
  storage::Table out({"quantity", "unit", "lag_s", "from", "to", "difference", "stderr", "low",
                      "high", "p", "p_holm"});
  for (const Difference& each : comparison.differences) {
    const auto& d = each.difference;
    out.add_row({each.quantity.name, each.quantity.unit,
                 each.quantity.lag_s ? cell(*each.quantity.lag_s) : std::string(),
                 comparison.conditions[each.a].label(table.columns),
                 comparison.conditions[each.b].label(table.columns), cell(d.value),
                 cell(d.standard_error), cell(d.low), cell(d.high), cell(each.p),
                 cell(each.p_holm)});
  }
  return out.text();
}

std::string videos_csv(const ConditionsTable& table, std::span<const ComparedVideo> videos,
                       std::span<const VideoOutcome> outcomes) {
  storage::Table out(
      header_of(table, {"name", "status", "frames", "length_s", "tracks", "message"}));
  for (std::size_t i = 0; i < videos.size(); ++i) {
    const auto& numbers = videos[i].numbers;
    std::vector<std::string> row = videos[i].video->cells;
    const char* status = !numbers ? "failed" : numbers->tracks == 0 ? "no tracks" : "done";
    row.insert(row.end(), {videos[i].video->name, status, count_cell(numbers ? numbers->frames : 0),
                           cell(numbers ? numbers->length_s : not_there),
                           count_cell(numbers ? numbers->tracks : 0), outcomes[i].message});
    out.add_row(std::move(row));
  }
  return out.text();
}

std::string conditions_json(const ConditionsTable& table, const ConditionComparison& comparison,
                            double confidence, double threshold_nm_per_s) {
  ordered_json json = {{"confidence", confidence}, {"threshold_nm_per_s", threshold_nm_per_s}};
  json["conditions"] = ordered_json::array();
  for (const Condition& condition : comparison.conditions) {
    ordered_json each = {{"condition", cells_json(table, condition)},
                         {"videos", condition.videos},
                         {"frames", condition.frames},
                         {"tracks", condition.tracks},
                         {"values", ordered_json::array()}};
    for (const PooledValue& value : condition.values) {
      if (value.pooled.measurements == 0) continue;
      ordered_json one;
      put_quantity(one, value.quantity);
      one.update(value_json(value.pooled));
      one["videos"] = value.pooled.measurements;
      one["between_videos"] = json_number(value.pooled.between);
      one["videos_warned"] = value.warned;
      each["values"].push_back(std::move(one));
    }
    json["conditions"].push_back(std::move(each));
  }
  json["trends"] = ordered_json::array();
  for (const Trend& trend : comparison.trends) {
    const ConditionSeries& series = comparison.series[trend.series];
    ordered_json one = {{"column", table.columns[series.column].name},
                        {"others", series.fixed},
                        {"conditions", trend.ranks.pairs}};
    put_quantity(one, trend.quantity);
    one["spearman"] = ranks_json(trend.ranks.spearman);
    one["kendall"] = ranks_json(trend.ranks.kendall);
    one["least_p"] = json_number(trend.ranks.least_p);
    one["exact"] = trend.ranks.exact;
    one["orders"] = trend.ranks.orders;
    one["largest_at"] = json_number(comparison.conditions[trend.largest].numbers[series.column]);
    one["lead"] = value_json(trend.lead);
    one["warning"] = trend.warning;
    json["trends"].push_back(std::move(one));
  }
  json["differences"] = ordered_json::array();
  for (const Difference& each : comparison.differences) {
    ordered_json one;
    put_quantity(one, each.quantity);
    one["from"] = cells_json(table, comparison.conditions[each.a]);
    one["to"] = cells_json(table, comparison.conditions[each.b]);
    one.update(value_json(each.difference));
    one["p"] = json_number(each.p);
    one["p_holm"] = json_number(each.p_holm);
    json["differences"].push_back(std::move(one));
  }
  json["warnings"] = comparison.warnings;
  return json_text(json);
}

}  // namespace adatom::pipeline
