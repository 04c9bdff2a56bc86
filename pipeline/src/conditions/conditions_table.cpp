#include "conditions/conditions_table.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/pipeline/schema.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr const char* video_column = "video";
constexpr const char* name_column = "name";

struct TrackOption {
  std::string name;
  bool is_list = false;
  bool is_file = false;
};

std::vector<TrackOption> track_option_names() {
  std::vector<TrackOption> options;
  for (const auto& group : collect_schema<TrackOptions>()) {
    for (const auto& entry : group.entries) {
      options.push_back({entry.name, entry.type == "list of numbers", entry.type == "file"});
    }
  }
  return options;
}

VideoPaths files_of(const std::string& cell, const fs::path& folder) {
  VideoPaths files;
  for (std::size_t begin = 0; begin <= cell.size();) {
    const std::size_t end = std::min(cell.find(';', begin), cell.size());
    std::string file = cell.substr(begin, end - begin);
    const auto blank = [](char letter) { return letter == ' ' || letter == '\t'; };
    while (!file.empty() && blank(file.back())) file.pop_back();
    file.erase(file.begin(), std::ranges::find_if_not(file, blank));
    if (!file.empty()) files.push_back(folder / file);
    begin = end + 1;
  }
  return files;
}

/// Letters that are safe in the name of a folder.
std::string folder_name(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                       (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '.' ||
                       static_cast<unsigned char>(letter) >= 0x80U;
    name += plain ? letter : '_';
  }
  if (name.empty() || name.front() == '.') name.insert(name.begin(), '_');
  return name;
}

/// The file's name without its ending, with as many folders before it as tell it from the others.
void name_by_files(std::vector<ConditionVideo>& videos) {
  const auto parts_of = [](const ConditionVideo& video, std::size_t count) {
    if (video.files.empty()) return std::string("none");
    const fs::path path = video.files.front().lexically_normal();
    std::string name = path.stem().string();
    fs::path folder = path.parent_path();
    for (std::size_t i = 1; i < count && folder.has_filename(); ++i) {
      name = folder.filename().string() + "_" + name;
      folder = folder.parent_path();
    }
    return folder_name(name);
  };
  constexpr std::size_t most_parts = 8;
  for (auto& video : videos) {
    if (!video.name.empty()) continue;
    for (std::size_t parts = 1; parts <= most_parts; ++parts) {
      video.name = parts_of(video, parts);
      const auto same = std::ranges::count_if(videos, [&](const ConditionVideo& other) {
        return parts_of(other, parts) == video.name;
      });
      if (same == 1) break;
    }
  }
}

void require_own_names(const std::vector<ConditionVideo>& videos,
                       std::vector<Complaint>& complaints) {
  std::map<std::string, std::string> places;
  for (const auto& video : videos) {
    const auto [before, is_new] = places.try_emplace(video.name, video.place);
    if (is_new) continue;
    complaints.push_back({.what = "two videos have the same name",
                          .where = video.place,
                          .why = "'" + video.name + "' stands at " + before->second + " as well",
                          .remedy = "give each one its own in the column 'name'"});
  }
}

void add_row(const storage::Table& table, std::size_t row, const std::vector<TrackOption>& options,
             const fs::path& folder, ConditionsTable& result, std::vector<Complaint>& complaints) {
  ConditionVideo video{
      .name = {}, .place = table.place(row), .files = {}, .cells = {}, .numbers = {}, .given = {}};
  for (std::size_t column = 0; column < table.header().size(); ++column) {
    const std::string& name = table.header()[column];
    const std::string& cell = table.row(row)[column];
    const auto option = std::ranges::find(options, name, &TrackOption::name);
    if (name == video_column) {
      video.files = files_of(cell, folder);
    } else if (name == name_column) {
      if (!cell.empty()) video.name = folder_name(cell);
    } else if (option != options.end()) {
      if (cell.empty()) continue;
      std::string text = option->is_list && cell.front() != '[' ? "[" + cell + "]" : cell;
      if (option->is_file) text = (folder / text).string();
      video.given.push_back({name, text, video.place + ", " + name});
    } else {
      if (cell.empty()) {
        complaints.push_back({.what = "a condition is missing",
                              .where = video.place,
                              .why = "the cell of '" + name + "' is empty",
                              .remedy = "fill it in"});
      }
      video.cells.push_back(cell);
    }
  }
  if (video.files.empty()) {
    complaints.push_back({.what = "no video is named",
                          .where = video.place,
                          .why = "the cell of 'video' is empty",
                          .remedy = "name a file, or remove the row"});
  }
  result.videos.push_back(std::move(video));
}

void read_numbers(ConditionsTable& table) {
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    table.columns[column].is_number = std::ranges::all_of(table.videos, [&](const auto& video) {
      return parse_double(video.cells[column]).has_value();
    });
    for (auto& video : table.videos) {
      video.numbers.push_back(table.columns[column].is_number
                                  ? parse_double(video.cells[column]).value_or(0.0)
                                  : std::numeric_limits<double>::quiet_NaN());
    }
  }
}

/// Columns that are conditions; those that look like a misspelt option are told.
void find_columns(const storage::Table& table, const std::vector<TrackOption>& options,
                  ConditionsTable& result) {
  std::vector<std::string> names = {video_column, name_column};
  for (const auto& option : options) names.push_back(option.name);
  for (const std::string& name : table.header()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    result.columns.push_back({name});
    const std::string near = nearest_name(name, names);
    if (near.empty()) continue;
    result.warnings.push_back(fmt::format(
        "{}: the column '{}' is taken for a condition; if the option '{}' is meant, mend its name",
        table.source, name, near));
  }
}

}  // namespace

ConditionsTable read_conditions(const fs::path& path) {
  const storage::Table table = storage::read_csv(path);
  const auto options = track_option_names();
  ConditionsTable result;
  find_columns(table, options, result);
  const auto refuse = [&](const char* what, const char* why, const char* remedy) {
    throw InputError({.what = what, .where = path.string(), .why = why, .remedy = remedy});
  };
  if (!table.has(video_column)) {
    refuse("the table names no videos", "it has no column 'video'",
           "give it one, with files named from the table's folder on");
  }
  if (table.rows() == 0) refuse("the table names no videos", "it has no rows", "add one for each");
  if (result.columns.empty()) {
    refuse("the table has no conditions", "all its columns are options of tracking",
           "add a column such as temperature_c, or track the videos one by one");
  }
  std::vector<Complaint> complaints;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    add_row(table, row, options, path.parent_path(), result, complaints);
  }
  name_by_files(result.videos);
  require_own_names(result.videos, complaints);
  if (!complaints.empty()) throw InputError(complaints);
  read_numbers(result);
  return result;
}

TrackOptions options_of(const ConditionVideo& video, std::span<const GivenOption> given) {
  std::vector<GivenOption> all(given.begin(), given.end());
  all.insert(all.end(), video.given.begin(), video.given.end());
  TrackOptions options;
  YamlOptions reader({}, {}, all);
  reader.fill(options);
  reader.finish(options.validate());
  return options;
}

}  // namespace adatom::pipeline
