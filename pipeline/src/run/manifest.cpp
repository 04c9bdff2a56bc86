#include "adatom/pipeline/manifest.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// The hash of everything else stands in the field "sha256".
std::string seal(json value) {
  value["sha256"] = sha256(text_of(value));
  return text_of(value);
}

std::optional<json> unseal(std::string_view text) {
  json value = json::parse(text, nullptr, false);
  if (!value.is_object() || !value.contains("sha256") || !value["sha256"].is_string()) return {};
  const auto seal_found = value["sha256"].get<std::string>();
  value.erase("sha256");
  if (sha256(text_of(value)) != seal_found) return {};
  return value;
}

json write_remarks(const Remarks& remarks) {
  json metrics = json::object();
  for (const auto& [name, value] : remarks.metrics) {
    if (std::isfinite(value)) metrics[name] = value;
  }
  return {{"metrics", metrics}, {"warnings", remarks.warnings}, {"shortfalls", remarks.shortfalls}};
}

json write_record(const Record& record) {
  json inputs = json::array();
  for (const InputHash& input : record.inputs) {
    inputs.push_back({{"name", input.name}, {"sha256", input.sha256}});
  }
  json outputs = json::array();
  for (const StoredFile& file : record.outputs) {
    outputs.push_back({{"file", file.name}, {"sha256", file.sha256}, {"size", file.size}});
  }
  json value = write_remarks(record.remarks);
  value["key"] = record.key;
  value["inputs"] = inputs;
  value["outputs"] = outputs;
  return value;
}

Record read_json_record(const json& value) {
  Record record;
  record.key = value.at("key").get<std::string>();
  for (const json& input : value.at("inputs")) {
    record.inputs.push_back(
        {input.at("name").get<std::string>(), input.at("sha256").get<std::string>()});
  }
  for (const json& file : value.at("outputs")) {
    record.outputs.push_back({file.at("file").get<std::string>(),
                              file.at("sha256").get<std::string>(),
                              file.at("size").get<std::uint64_t>()});
  }
  record.remarks.metrics = value.at("metrics").get<std::map<std::string, double>>();
  record.remarks.warnings = value.at("warnings").get<std::vector<std::string>>();
  record.remarks.shortfalls = value.at("shortfalls").get<std::vector<std::string>>();
  return record;
}

}  // namespace

std::string to_json(const Record& record) { return seal(write_record(record)); }

std::string to_json(const Manifest& manifest) {
  json options = json::array();
  for (const OptionValue& option : manifest.options) {
    options.push_back({{"name", option.name}, {"value", option.value}});
  }
  json items = json::array();
  for (const NamedRecord& item : manifest.items) {
    json value = write_record(item.record);
    value["name"] = item.name;
    items.push_back(std::move(value));
  }
  return seal({{"stage", manifest.stage},
               {"version", manifest.version},
               {"seed", manifest.seed ? json(*manifest.seed) : json()},
               {"options", options},
               {"items", items},
               {"result", write_record(manifest.result)},
               {"published", manifest.published}});
}

std::optional<Record> parse_record(std::string_view text) {
  const std::optional<json> value = unseal(text);
  if (!value) return {};
  try {
    return read_json_record(*value);
  } catch (const json::exception&) {
    return {};
  }
}

std::optional<Manifest> parse_manifest(std::string_view text) {
  const std::optional<json> value = unseal(text);
  if (!value) return {};
  try {
    Manifest manifest;
    manifest.stage = value->at("stage").get<std::string>();
    manifest.version = value->at("version").get<std::int64_t>();
    if (!value->at("seed").is_null()) manifest.seed = value->at("seed").get<std::uint64_t>();
    for (const json& option : value->at("options")) {
      manifest.options.push_back(
          {option.at("name").get<std::string>(), option.at("value").get<std::string>()});
    }
    for (const json& item : value->at("items")) {
      manifest.items.push_back({item.at("name").get<std::string>(), read_json_record(item)});
    }
    manifest.result = read_json_record(value->at("result"));
    manifest.published = value->at("published").get<std::vector<std::string>>();
    return manifest;
  } catch (const json::exception&) {
    return {};
  }
}

}  // namespace adatom::pipeline
