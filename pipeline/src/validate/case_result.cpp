#include "validate/case_result.h"

#include <array>

#include <nlohmann/json.hpp>

#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

constexpr std::array all_case_numbers = std::to_array<CaseNumber>({
    {"temperature_k", &CaseResult::temperature_k, "temperature", "K"},
    {"dose_per_angstrom2", &CaseResult::dose_per_angstrom2, "dose", "e/Å²"},
    {"frames", &CaseResult::frames, "frames", ""},
    {"atoms", &CaseResult::atoms, "atoms", ""},
    {"columns", &CaseResult::columns, "columns", ""},
    {"columns_found", &CaseResult::columns_found, "columns found", "%"},
    {"columns_extra", &CaseResult::columns_extra, "columns that are none", ""},
    {"position_rms_angstrom", &CaseResult::position_rms_angstrom, "position error", "Å"},
    {"bound_rms_angstrom", &CaseResult::bound_rms_angstrom, "its bound", "Å"},
    {"position_over_bound", &CaseResult::position_over_bound, "error over bound", ""},
    {"counts_exact", &CaseResult::counts_exact, "counts exact", "%"},
    {"counts_within_one", &CaseResult::counts_within_one, "within one", "%"},
    {"counts_probability", &CaseResult::counts_probability, "claimed", "%"},
    {"total_atoms", &CaseResult::total_atoms, "atoms counted", ""},
    {"total_error", &CaseResult::total_error, "total off by", "%"},
    {"library_scale", &CaseResult::library_scale, "library scale", ""},
    {"series_exact", &CaseResult::series_exact, "exact as a series", "%"},
    {"changes", &CaseResult::changes, "true changes", ""},
    {"changes_found", &CaseResult::changes_found, "of them found", "%"},
    {"spurious_changes", &CaseResult::spurious_changes, "spurious changes", ""},
    {"spurious_independent", &CaseResult::spurious_independent, "counted one by one", ""},
    {"spurious_ratio", &CaseResult::spurious_ratio, "ratio", ""},
    {"surface_right", &CaseResult::surface_right, "surface sites right", "%"},
    {"surface_class_right", &CaseResult::surface_class_right, "and their class", "%"},
    {"rmsd_angstrom", &CaseResult::rmsd_angstrom, "RMSD relaxed", "Å"},
    {"largest_angstrom", &CaseResult::largest_angstrom, "largest", "Å"},
    {"atoms_matched", &CaseResult::atoms_matched, "atoms matched", "%"},
    {"environments_right", &CaseResult::environments_right, "environments right", "%"},
    {"image_seconds", &CaseResult::image_seconds, "image", "s"},
    {"columns_seconds", &CaseResult::columns_seconds, "columns", "s"},
    {"counts_seconds", &CaseResult::counts_seconds, "counts", "s"},
    {"model_seconds", &CaseResult::model_seconds, "model", "s"},
    {"frame_seconds", &CaseResult::frame_seconds, "frame to model", "s"},
});

struct LimitRule {
  const char* quantity;
  std::optional<double> LimitOptions::*limit;
  double CaseResult::*measured;
  bool is_least;
};

constexpr std::array limit_rules = std::to_array<LimitRule>({
    {"columns_found", &LimitOptions::columns_found, &CaseResult::columns_found, true},
    {"position_over_bound", &LimitOptions::position_over_bound, &CaseResult::position_over_bound,
     false},
    {"counts_exact", &LimitOptions::counts_exact, &CaseResult::counts_exact, true},
    {"counts_within_one", &LimitOptions::counts_within_one, &CaseResult::counts_within_one, true},
    {"total_error", &LimitOptions::total_error, &CaseResult::total_error, false},
    {"series_exact", &LimitOptions::series_exact, &CaseResult::series_exact, true},
    {"changes_found", &LimitOptions::changes_found, &CaseResult::changes_found, true},
    {"spurious_ratio", &LimitOptions::spurious_ratio, &CaseResult::spurious_ratio, false},
    {"surface_right", &LimitOptions::surface_right, &CaseResult::surface_right, true},
    {"rmsd_angstrom", &LimitOptions::rmsd_angstrom, &CaseResult::rmsd_angstrom, false},
    {"environments_right", &LimitOptions::environments_right, &CaseResult::environments_right,
     true},
    {"frame_seconds", &LimitOptions::frame_seconds, &CaseResult::frame_seconds, false},
});

}  // namespace

std::span<const CaseNumber> case_numbers() { return all_case_numbers; }

std::vector<LimitOutcome> judge(const CaseResult& result, const CaseOptions& options,
                                const ValidateOptions& all) {
  std::vector<LimitOutcome> outcomes;
  for (const LimitRule& each : limit_rules) {
    const auto& own = options.limits.*each.limit;
    const auto& common = all.limits.*each.limit;
    const double measured = result.*each.measured;
    const bool common_holds =
        result.dose_per_angstrom2 >= all.limits_from_dose_per_angstrom2 && std::isfinite(measured);
    if (own) {
      outcomes.push_back({result.name, each.quantity, each.is_least, *own, measured});
    } else if (common && common_holds) {
      outcomes.push_back({result.name, each.quantity, each.is_least, *common, measured});
    }
  }
  return outcomes;
}

std::string case_json(const CaseResult& result, const std::string& key) {
  nlohmann::ordered_json json;
  json["key"] = key;
  json["name"] = result.name;
  json["case"] = result.case_name;
  json["imaging"] = EnumNames<ImagingKind>::names[static_cast<std::size_t>(result.imaging)];
  json["folder"] = result.folder;
  for (const CaseNumber& number : all_case_numbers)
    json[number.name] = json_number(result.*number.value);
  json["warnings"] = result.warnings;
  return json_text(json);
}

std::optional<CaseResult> parse_case_json(const std::string& text, const std::string& key) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("key", "") != key) return {};
  CaseResult result;
  try {
    result.name = json.at("name").get<std::string>();
    result.case_name = json.at("case").get<std::string>();
    result.imaging =
        json.at("imaging").get<std::string>() ==
                EnumNames<ImagingKind>::names[static_cast<std::size_t>(ImagingKind::incoherent)]
            ? ImagingKind::incoherent
            : ImagingKind::multislice;
    result.folder = json.at("folder").get<std::string>();
    for (const CaseNumber& number : all_case_numbers) {
      const auto& value = json.at(number.name);
      if (value.is_number()) result.*number.value = value.get<double>();
    }
    result.warnings = json.at("warnings").get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return result;
}

}  // namespace adatom::pipeline
