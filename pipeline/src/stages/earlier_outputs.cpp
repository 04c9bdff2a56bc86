#include "stages/earlier_outputs.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/storage/csv.h"
#include "stages/columns_work.h"
#include "stages/frame_work.h"
#include "stages/json_text.h"
#include "stages/registration_work.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::array fit_files = {"columns.csv", "model.tif", "residual.tif", "fit.json",
                                  "columns.svg"};

/// The table, if it is one and begins with these columns.
std::optional<storage::Table> own_table(const fs::path& path,
                                        const std::vector<std::string>& header) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  try {
    storage::Table table = storage::read_csv(path);
    if (table.header() == header) return table;
  } catch (const InputError&) {
    // Somebody else's.
  }
  return {};
}

/// Is the file a summary with these fields?
bool own_summary(const fs::path& path, const std::vector<const char*>& fields) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  try {
    const nlohmann::json json = read_json(path);
    for (const char* field : fields) {
      if (!json.contains(field)) return false;
    }
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// Files in the folder whose names begin and end so.
std::vector<fs::path> names_between(const fs::path& folder, std::string_view before,
                                    std::string_view after) {
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(before) && name.ends_with(after)) names.emplace_back(name);
  }
  return names;
}

/// "count_map_0007.svg", with a minus for the odd frame numbers of foreign tables.
bool is_count_map(std::string name) {
  constexpr std::string_view before = "count_map_";
  constexpr std::string_view after = ".svg";
  if (!name.starts_with(before) || !name.ends_with(after)) return false;
  name = name.substr(before.size(), name.size() - before.size() - after.size());
  if (name.starts_with('-')) name.erase(0, 1);
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::vector<fs::path> earlier_preprocess_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (const auto frames = own_table(folder / "frames.csv", frames_table().header())) {
    files.emplace_back("frames.csv");
    for (std::size_t i = 0; i < frames->rows(); ++i) {
      files.emplace_back(frame_file(i, frames->rows()));
    }
  }
  if (own_table(folder / "drift.csv", drift_table().header())) {
    files.insert(files.end(), {"drift.csv", "drift.svg", "average.tif"});
  }
  return files;
}

std::vector<fs::path> earlier_stem_files(const fs::path& folder) {
  if (!own_table(folder / "truth.csv",
                 {"frame", "column_id", "x_angstrom", "y_angstrom", "atom_count"})) {
    return {};
  }
  auto files = names_between(folder, "image_", ".tif");
  files.emplace_back("radial.npy");
  return files;
}

std::vector<fs::path> earlier_library_files(const fs::path& folder) {
  if (!own_table(folder / "library.csv", {"element", "zone_axis", "atom_count", "inner_mrad",
                                          "outer_mrad", "scs_angstrom2", "scs_stderr_angstrom2"})) {
    return {};
  }
  return names_between(folder, "statstem_", ".txt");
}

std::vector<fs::path> earlier_fit_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (own_summary(folder / "fit.json", {"frame", "width_model", "noise_model", "termination"})) {
    files.insert(files.end(), fit_files.begin(), fit_files.end());
  }
  if (const auto fits = own_table(folder / "fit.csv", fits_table().header())) {
    files.insert(files.end(), {"columns.csv", "fit.csv"});
    for (std::size_t i = 0; i < fits->rows(); ++i) {
      for (const char* name : fit_files) {
        files.push_back(fs::path(frame_name(i, fits->rows())) / name);
      }
    }
  }
  return files;
}

std::vector<fs::path> earlier_count_files(const fs::path& folder) {
  if (!own_summary(folder / "counting.json", {"method", "criterion", "determined", "columns"})) {
    return {};
  }
  std::vector<fs::path> files = {"counts.csv", "probabilities.csv", "selection.csv",
                                 "totals.csv", "counting.json",     "histogram.svg",
                                 "icl.svg",    "count_map.svg"};
  if (own_summary(folder / "counting.json", {"library_atoms"})) files.emplace_back("library.csv");
  if (own_summary(folder / "counting.json", {"time_series"})) {
    files.insert(files.end(), {"series.csv", "changes.csv", "series_frames.csv",
                               "series_totals.svg", "series_counts.svg", "series_changes.svg"});
  }
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (is_count_map(name.string())) files.push_back(name);
  }
  return files;
}

}  // namespace adatom::pipeline
