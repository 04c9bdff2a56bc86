#pragma once
// The configuration of a run: what the YAML file of `adatom run` holds.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/columns/detect.h"
#include "adatom/columns/fit.h"
#include "adatom/counting/count.h"
#include "adatom/counting/match_columns.h"
#include "adatom/counting/time_series.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/counting_library.h"
#include "adatom/pipeline/model_options.h"
#include "adatom/pipeline/schema.h"
#include "adatom/pipeline/study_options.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/preprocess/preprocess.h"

namespace adatom::pipeline {

/// How image files are read, where they do not say it themselves.
struct ReadingOptions {
  std::optional<double> pixel_size_angstrom;  ///< empty: as the file says
  std::string signal;                         ///< empty: the first of the file

  void describe(OptionVisitor& v);
  [[nodiscard]] image::LoadOptions load() const { return {pixel_size_angstrom, {}, signal}; }
};

/// The frames: images of one particle, in the order of the list; a stack counts as its frames.
struct InputOptions : ReadingOptions {
  std::vector<InputFile> files;  ///< absolute paths once read; patterns are kept as patterns
  std::optional<double> dose_per_angstrom2;

  void describe(OptionVisitor& v);
};

struct ColumnsOptions {
  InputFile start;  ///< CSV with x_angstrom,y_angstrom; not given: columns are detected
  columns::DetectionOptions detection;
  columns::FitOptions fit;

  void describe(OptionVisitor& v);
};

/// Counting all frames of a series together.
struct SeriesCountingOptions {
  bool enabled = false;
  counting::MatchOptions match;
  counting::TimeSeriesOptions options;  ///< stands beside the others in the YAML

  void describe(OptionVisitor& v);
  /// All but `enabled`, which a command has a switch of its own for.
  void describe_details(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct CountingStageOptions {
  bool enabled = true;
  InputFile library;
  LibraryChoice choice;  ///< stands in the YAML beside the others, as the next
  counting::CountingOptions options;
  SeriesCountingOptions time_series;

  /// Does the method read a library?
  [[nodiscard]] bool needs_library() const;
  /// Is one given, or are the conditions named that it is chosen or calculated by?
  [[nodiscard]] bool has_library() const { return library.given() || choice.names_conditions(); }
  /// The file with it: the one given, or one that ships with the program. Nothing: none of those is
  /// for the conditions, it has to be calculated. @throws InputError: the program's data are not
  /// there or cannot be read
  [[nodiscard]] std::optional<std::filesystem::path> library_file() const;
  void describe(OptionVisitor& v);
};

struct ReportOptions {
  std::int64_t max_frames = 50;  ///< pictures of at most so many frames, evenly chosen

  void describe(OptionVisitor& v);
};

/// No blanks, no slashes, no dot in front, at most 100 letters.
[[nodiscard]] bool makes_folder_name(const std::string& name);

/// Of every random stream, where none is given.
inline constexpr std::int64_t default_seed = 1;

struct RunConfig {
  /// Of the run directory; not given: the configuration file's name, and empty where that makes
  /// no folder's name.
  std::string name;
  std::int64_t seed = default_seed;
  InputOptions input;
  preprocess::PreprocessOptions preprocess;
  ColumnsOptions columns;
  CountingStageOptions counting;
  ModelStageOptions models;
  MdStageOptions md;
  EnvironmentsStageOptions environments;
  MobilityOptions mobility;
  FilmOptions film;
  ReportOptions report;

  void describe(OptionVisitor& v);
  /// Ranges, and what contradicts each other, all of it.
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Reads a configuration. Relative paths become absolute, from the configuration's folder; the dose
/// of the input is handed to fit and counting where they have none.
/// @param overrides "key.of.option=value"; relative paths in them start at the current folder
/// @throws InputError with everything that is wrong, each with file:line:column
[[nodiscard]] RunConfig read_config(const std::filesystem::path& file,
                                    std::span<const std::string> overrides = {});
/// The same from text; `file` names it in messages and gives the folder of relative paths.
[[nodiscard]] RunConfig parse_config(std::string_view text, const std::filesystem::path& file,
                                     std::span<const std::string> overrides = {});

/// What `adatom schema` prints: every option, with those marked that depend on others.
[[nodiscard]] std::vector<SchemaGroup> config_schema();

/// Every option with its value as YAML; reads back as the same configuration.
[[nodiscard]] std::string resolved_yaml(const RunConfig& config);

/// The files that the list and its patterns name now: patterns in natural order (frame2 before
/// frame10). @throws InputError for one that is missing and a pattern without a match
[[nodiscard]] std::vector<std::filesystem::path> list_input_files(const InputOptions& input);

}  // namespace adatom::pipeline
