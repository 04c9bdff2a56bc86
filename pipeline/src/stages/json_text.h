#pragma once
// JSON files of the stages: fields in the order they are written, one a line.
#include <cmath>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace adatom::pipeline {

[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& value) {
  return value.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// JSON has no NaN: null where there is no number.
[[nodiscard]] inline nlohmann::ordered_json json_number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

/// @throws InputError: missing or not JSON
[[nodiscard]] nlohmann::json read_json(const std::filesystem::path& path);

}  // namespace adatom::pipeline
