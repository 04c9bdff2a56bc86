#include "validate/case_work.h"

#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/counting/count.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "config/file_list.h"
#include "reconstruct/model_work.h"
#include "stages/frame_work.h"
#include "validate/case_model.h"
#include "validate/case_series.h"
#include "validate/chain_frame.h"
#include "validate/known_particle.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

// Of finished cases: a new one when results change.
constexpr std::string_view case_version = "1";

double case_share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                   : CaseResult::not_measured;
}

class Stopwatch {
 public:
  /// Since it was made, or since this was last asked.
  double seconds() {
    const auto now = std::chrono::steady_clock::now();
    const double passed = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return passed;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A number for a random stream of its own.
std::uint64_t stream_seed(std::int64_t seed, const std::string& what) {
  return std::stoull(sha256(std::to_string(seed) + '\n' + what).substr(0, 12), nullptr, 16);
}

CountingLibrary library_of(const PlannedCase& planned, const ValidateOptions& options,
                           const Say& say, Progress& progress) {
  const auto& particle = options.cases[planned.index].options.particle;
  LibraryChoice choice;
  choice.element = particle.element;
  choice.zone_axis =
      EnumNames<crystal::ZoneAxis>::names[static_cast<std::size_t>(particle.zone_axis)];
  choice.temperature_k = planned.temperature_k;
  choice.voltage_kv = options.imaging.probe.voltage_kv;
  choice.aperture_mrad = options.imaging.probe.aperture_mrad;
  choice.detector_mrad = options.imaging.detector_mrad;
  if (options.library.given()) return read_counting_library(options.library.path, {});
  if (const auto shipped = shipped_library(choice)) return read_counting_library(*shipped, choice);
  return calculate_counting_library(choice, say, progress);
}

/// Half of the distance to the nearest column: which is meant is certain then.
double match_tolerance(const std::vector<simulate::TrueColumn>& columns) {
  double nearest = 2.0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      nearest = std::min(nearest, std::hypot(columns[i].x_angstrom - columns[j].x_angstrom,
                                             columns[i].y_angstrom - columns[j].y_angstrom));
    }
  }
  return 0.5 * nearest;
}

void make_images(const PlannedCase& planned, const ValidateOptions& options,
                 const simulate::ScsLibrary& library, const fs::path& folder,
                 std::vector<ChainFrame>& chain, Progress& progress) {
  const auto& one = options.cases[planned.index];
  const RandomStream moves(stream_seed(options.seed, one.name + "\nmoves"));
  std::size_t f = 0;
  for (const auto& structure : build_particle(one.options, moves)) {
    const auto seed = stream_seed(options.seed, fmt::format("{}\nimage {}", one.name, f++));
    ChainFrame frame;
    frame.known = image_particle(structure, one.options, planned.temperature_k, options.imaging,
                                 library, seed, folder / "images", progress);
    chain.push_back(std::move(frame));
  }
}

void fit_frames(const PlannedCase& planned, const ValidateOptions& options,
                std::vector<ChainFrame>& chain, CaseResult& result, Progress& progress) {
  ColumnsOptions columns = options.columns;
  columns.fit.dose_per_angstrom2 = planned.dose_per_angstrom2;
  std::int64_t there = 0;
  std::int64_t found = 0;
  std::int64_t extra = 0;
  double square = 0.0;
  double bound = 0.0;
  for (std::size_t f = 0; f < chain.size(); ++f) {
    ChainFrame& frame = chain[f];
    const double pixel = frame.known.pixel_size_angstrom;
    const RandomStream noise(
        stream_seed(options.seed, fmt::format("{}\nnoise {}", planned.name, f)));
    frame.fitted = fit_frame(f, with_noise(frame.known, planned.dose_per_angstrom2, noise), pixel,
                             {}, columns, progress);
    for (const auto& text : frame.fitted.remarks.shortfalls) result.warnings.push_back(text);
    frame.columns = score_columns(frame.known.columns, frame.fitted.fit, frame.fitted.image.width(),
                                  frame.fitted.image.height(), pixel, planned.dose_per_angstrom2,
                                  columns.fit, match_tolerance(frame.known.columns));
    there += static_cast<std::int64_t>(frame.known.columns.size());
    found += frame.columns.found;
    extra += frame.columns.extra;
    square += frame.columns.square_angstrom2;
    bound += frame.columns.bound_angstrom2;
  }
  result.columns = static_cast<double>(there);
  result.columns_found = case_share(found, there);
  result.columns_extra = static_cast<double>(extra);
  if (found == 0) return;
  // Along one axis.
  result.position_rms_angstrom = std::sqrt(0.5 * square / static_cast<double>(found));
  result.bound_rms_angstrom = std::sqrt(0.5 * bound / static_cast<double>(found));
  result.position_over_bound = std::sqrt(square / bound);
}

void count_frames(const PlannedCase& planned, const ValidateOptions& options,
                  const counting::Library& library, std::vector<ChainFrame>& chain,
                  CaseResult& result, Progress& progress) {
  std::vector<double> scs;
  std::vector<double> errors;
  for (const ChainFrame& frame : chain) {
    for (const auto& column : frame.fitted.fit.columns) {
      scs.push_back(column.scs_angstrom2);
      errors.push_back(column.scs_stderr_angstrom2);
    }
  }
  if (scs.empty()) {
    result.counts_exact = 0.0;
    result.counts_within_one = 0.0;
    return;
  }
  auto counting = options.counting;
  if (!counting.dose_per_angstrom2 && counting.scatter == counting::Scatter::common) {
    counting.dose_per_angstrom2 = planned.dose_per_angstrom2;
  }
  const auto counted = counting::count_atoms(
      scs, errors, library, counting,
      RandomStream(stream_seed(options.seed, planned.name + "\ncounts")), progress);
  if (!counted.determined) result.warnings.push_back("counts not determined: " + counted.reason);
  CountScore sum;
  double probability = 0.0;
  std::size_t next = 0;
  for (ChainFrame& frame : chain) {
    for (std::size_t i = 0; i < frame.fitted.fit.columns.size(); ++i, ++next) {
      frame.counts.push_back(counted.counts[next].atom_count);
      frame.probabilities.push_back(counted.counts[next].probability);
      probability += counted.counts[next].probability;
    }
    const auto score = score_counts(frame.known.columns, frame.columns, frame.counts);
    sum.columns += score.columns;
    sum.exact += score.exact;
    sum.within_one += score.within_one;
    sum.true_atoms += score.true_atoms;
    sum.counted_atoms += score.counted_atoms;
  }
  result.counts_exact = case_share(sum.exact, sum.columns);
  result.counts_within_one = case_share(sum.within_one, sum.columns);
  if (next > 0) result.counts_probability = probability / static_cast<double>(next);
  result.total_atoms = static_cast<double>(sum.counted_atoms);
  result.total_error = case_share(std::abs(sum.counted_atoms - sum.true_atoms), sum.true_atoms);
  result.library_scale = counted.library_scale;
  if (chain.size() > 1) {
    count_series(chain, counted, library, counting, result, progress);
    return;
  }
  chain.front().series_counts = chain.front().counts;
  chain.front().series_probabilities = chain.front().probabilities;
}

/// One row for each true column and each that is none in truth.
storage::Table scored_table(const std::vector<ChainFrame>& chain) {
  using storage::cell;
  const auto whole = [](std::size_t n) { return cell(static_cast<long long>(n)); };
  storage::Table table({"frame", "x_angstrom", "y_angstrom", "true_atoms", "column_id",
                        "fitted_x_angstrom", "fitted_y_angstrom", "scs_angstrom2",
                        "scs_stderr_angstrom2", "atom_count", "probability", "series_count",
                        "series_probability"});
  for (std::size_t f = 0; f < chain.size(); ++f) {
    const ChainFrame& frame = chain[f];
    const auto fitted_cells = [&](std::optional<std::size_t> i) -> std::vector<std::string> {
      if (!i) return {"-1", "nan", "nan", "nan", "nan", "0", "nan", "0", "nan"};
      const auto& column = frame.fitted.fit.columns[*i];
      return {whole(*i),
              cell(column.x_angstrom),
              cell(column.y_angstrom),
              cell(column.scs_angstrom2),
              cell(column.scs_stderr_angstrom2),
              cell(static_cast<long long>(frame.counts[*i])),
              cell(frame.probabilities[*i]),
              cell(static_cast<long long>(frame.series_counts[*i])),
              cell(frame.series_probabilities[*i])};
    };
    const auto add = [&](double x, double y, std::int64_t atoms, std::optional<std::size_t> i) {
      std::vector<std::string> cells = {whole(f), cell(x), cell(y),
                                        cell(static_cast<long long>(atoms))};
      for (auto& text : fitted_cells(i)) cells.push_back(std::move(text));
      table.add_row(std::move(cells));
    };
    for (std::size_t t = 0; t < frame.known.columns.size(); ++t) {
      const auto& column = frame.known.columns[t];
      add(column.x_angstrom, column.y_angstrom, column.atom_count, frame.columns.fitted_of[t]);
    }
    for (std::size_t i = 0; i < frame.fitted.fit.columns.size(); ++i) {
      if (frame.columns.true_of[i]) continue;
      const auto& column = frame.fitted.fit.columns[i];
      add(column.x_angstrom, column.y_angstrom, 0, i);
    }
  }
  return table;
}

void write_case(const fs::path& folder, const std::vector<ChainFrame>& chain) {
  std::vector<crystal::Structure> truth;
  for (std::size_t f = 0; f < chain.size(); ++f) {
    truth.push_back(chain[f].known.structure);
    write_tiff(folder / frame_file(f, chain.size()), chain[f].fitted.image,
               chain[f].known.pixel_size_angstrom, Precision::single);
  }
  storage::write_file(folder / "truth.xyz", crystal::format_extended_xyz(truth));
  storage::write_file(folder / "columns.csv", scored_table(chain).text());
}

}  // namespace

std::vector<PlannedCase> plan_cases(const ValidateOptions& options) {
  std::vector<PlannedCase> planned;
  for (std::size_t i = 0; i < options.cases.size(); ++i) {
    const auto& one = options.cases[i];
    for (const double temperature : one.options.temperatures_k) {
      for (const double dose : one.options.doses_per_angstrom2) {
        planned.push_back({i, temperature, dose,
                           fmt::format("{}, {:.10g} K, {:.10g} e/Å²", one.name, temperature, dose),
                           fmt::format("cases/{}/{:.10g}K_{:.10g}", one.name, temperature, dose)});
      }
    }
  }
  return planned;
}

std::string case_key(const PlannedCase& planned, const ValidateOptions& options) {
  const auto& one = options.cases[planned.index];
  CaseOptions bare = one.options;
  std::string files;
  for (const auto& file : bare.particle.structures) {
    const fs::path path(file.path);
    for (const auto& each : is_pattern(path) ? match_files(path) : std::vector{path}) {
      files += sha256_of_file(each) + '\n';
    }
  }
  if (options.library.given()) files += sha256_of_file(options.library.path);
  bare.particle.structures.clear();
  bare.temperatures_k = {planned.temperature_k};
  bare.doses_per_angstrom2 = {planned.dose_per_angstrom2};
  bare.limits = {};
  if (options.reconstruct.enabled) {
    files += fmt::format("models {} {}\n", model_version, options.site_tolerance_angstrom);
    for (const auto& [name, value] : model_option_values(
             "", model_options_of(one.options, planned.temperature_k, options.reconstruct))) {
      files += name + '=' + value + '\n';
    }
  }
  return sha256(fmt::format("validate {}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", case_version, options.seed,
                            one.name, write_yaml(bare), write_yaml(options.imaging),
                            write_yaml(options.columns), write_yaml(options.counting), files));
}

CaseResult run_case(const PlannedCase& planned, const ValidateOptions& options,
                    const std::string& key, const fs::path& folder, const Say& say,
                    Progress& progress) {
  const auto& one = options.cases[planned.index];
  CaseResult result;
  result.name = planned.name;
  result.case_name = one.name;
  result.imaging = one.options.imaging;
  result.folder = planned.folder;
  result.temperature_k = planned.temperature_k;
  result.dose_per_angstrom2 = planned.dose_per_angstrom2;
  const auto library = library_of(planned, options, say, progress);
  const simulate::ScsLibrary cross_sections(library.values.scs_angstrom2);
  std::vector<ChainFrame> chain;
  Stopwatch watch;
  make_images(planned, options, cross_sections, folder, chain, progress);
  result.frames = static_cast<double>(chain.size());
  result.atoms = static_cast<double>(chain.front().known.structure.atoms.size());
  result.image_seconds = watch.seconds();
  fit_frames(planned, options, chain, result, progress);
  result.columns_seconds = watch.seconds();
  stop_if_cancelled(progress);
  count_frames(planned, options, library.values, chain, result, progress);
  result.counts_seconds = watch.seconds();
  stop_if_cancelled(progress);
  result.frame_seconds = (result.columns_seconds + result.counts_seconds) / result.frames;
  write_case(folder / planned.folder, chain);
  if (options.reconstruct.enabled) {
    const auto models = model_options_of(one.options, planned.temperature_k, options.reconstruct);
    const auto potential = energetics::make_potential(
        models.potential, [&](const std::string& text) { say("warning: " + text); });
    try {
      model_frames(chain, models, potential, options.site_tolerance_angstrom,
                   stream_seed(options.seed, planned.name + "\nmodel"), folder / planned.folder,
                   result, progress);
    } catch (const InputError& error) {
      // Columns of which no model can be made are a result, too.
      result.warnings.push_back("no model: " + error.complaints().front().text());
    }
    result.model_seconds = watch.seconds();
    result.frame_seconds += result.model_seconds / result.frames;
  }
  storage::write_file(folder / planned.folder / "result.json", case_json(result, key));
  return result;
}

std::optional<CaseResult> stored_case(const PlannedCase& planned, const std::string& key,
                                      const fs::path& folder) {
  const fs::path path = folder / planned.folder / "result.json";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  return parse_case_json(storage::read_file(path), key);
}

ScoredColumns read_scored_columns(const fs::path& columns_csv) {
  const auto table = storage::read_csv(columns_csv);
  ScoredColumns columns;
  const auto whole = [&table](const char* name) {
    const auto values = table.integers(name);
    return std::vector<std::int64_t>(values.begin(), values.end());
  };
  columns.frame = whole("frame");
  columns.x_angstrom = table.numbers("x_angstrom");
  columns.y_angstrom = table.numbers("y_angstrom");
  columns.true_atoms = whole("true_atoms");
  columns.counted_atoms = whole("atom_count");
  return columns;
}

}  // namespace adatom::pipeline
