#include "environments/summary.h"

#include "environments/tables.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;

constexpr double ns_per_ps = 1e-3;

ordered_json json_of(const std::vector<dynamics::Population>& populations,
                     const CountedLabels& counted) {
  auto json = ordered_json::object();
  for (const auto& p : populations) {
    json[counted.names[p.label]] = {{"fraction", json_number(p.fraction)},
                                    {"fraction_stderr", json_number(p.fraction_stderr)},
                                    {"start_fraction", json_number(p.start_fraction)}};
  }
  return json;
}

ordered_json json_of(const TrajectoryResult& t, const CountedLabels& counted) {
  const auto& s = t.statistics;
  ordered_json json;
  json["name"] = t.plan.name;
  json["file"] = t.plan.file;
  json["frames"] = t.plan.frames.size();
  json["atoms"] = t.plan.atoms;
  json["counted_atoms"] = s.counted_atoms;
  json["mean_distance"] = json_number(s.distances.mean());
  json["unknown_fraction"] = json_number(s.distances.unknown_share());
  json["populations"] = json_of(s.populations, counted);
  if (t.plan.is_single()) return json;
  json["frame_time_ps"] = json_number(*t.plan.frame_time_ps);
  json["counted_from_ns"] = json_number(t.plan.time_ps(s.first_frame) * ns_per_ps);
  json["plateau"] = {{"verdict", plateau_text(s.plateau.verdict)},
                     {"from_ns", json_number(t.plan.time_ps(s.plateau.first_frame) * ns_per_ps)},
                     {"effective_samples", json_number(s.plateau.effective_samples)},
                     {"slowest", counted.names[s.plateau.slowest]},
                     {"drift_p_value", json_number(s.plateau.drift_p_value)}};
  if (t.events) {
    json["events"] = {{"number", t.events->events}, {"moved_atoms", t.events->moved_atoms}};
  }
  if (s.markov) {
    json["markov"] = {{"verdict", markov_text(s.markov->verdict)},
                      {"p_value", json_number(s.markov->p_value)},
                      {"largest_difference", json_number(s.markov->largest_difference)}};
  }
  return json;
}

}  // namespace

std::string summary_json(const EnvironmentsResult& result, const EnvironmentsOptions& options,
                         const std::vector<std::string>& warnings,
                         const std::vector<std::string>& files) {
  ordered_json json;
  json["element"] = result.dictionary.element;
  json["dictionary"] = result.dictionary.source;
  json["environments"] = result.dictionary.size();
  json["classes"] = result.dictionary.classes;
  json["level"] = options.level == LabelLevel::classes ? "classes" : "environments";
  json["kernel"] = result.kernel;
  json["window_ns"] = result.pooled ? json_number(result.pooled->window_ns) : ordered_json();
  json["populations"] = json_of(result.populations, result.counted);
  json["trajectories"] = ordered_json::array();
  for (const auto& t : result.trajectories) {
    json["trajectories"].push_back(json_of(t, result.counted));
  }
  json["warnings"] = warnings;
  json["files"] = files;
  return json_text(json);
}

}  // namespace adatom::pipeline
