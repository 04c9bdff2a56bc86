#include "reconstruct/reconstruct_run.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/counting_library.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "cli/output_folder.h"
#include "config/potential_text.h"
#include "reconstruct/model_report.h"
#include "reconstruct/model_work.h"
#include "reconstruct/observed_table.h"
#include "run/file_system.h"
#include "run/group_remarks.h"
#include "stages/frame_work.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view partial_prefix = ".partial-";

std::vector<ObservedFrame> chosen_frames_of(std::vector<ObservedFrame> frames,
                                            const ReconstructOptions& options,
                                            const fs::path& table) {
  if (!options.frame_index) return frames;
  std::erase_if(frames,
                [&](const ObservedFrame& one) { return one.frame != *options.frame_index; });
  if (!frames.empty()) return frames;
  throw InputError({.what = fmt::format("has no frame {}", *options.frame_index),
                    .where = table.string(),
                    .why = {},
                    .remedy = "leave --frame-index out for all frames"});
}

/// Of the image file, that which a frame of the table is.
class FrameImages {
 public:
  explicit FrameImages(const ReconstructOptions& options) {
    if (!options.frame.given() || options.image_check == ImageCheckMethod::off) return;
    series_.emplace(std::vector<fs::path>{options.frame.path}, options.reading.load());
    if (options.library.given()) {
      library_.emplace(read_counting_library(options.library.path, {}).values.scs_angstrom2);
    }
  }

  [[nodiscard]] std::optional<FrameImage> of(std::int64_t frame) const {
    if (!series_) return {};
    const bool single = series_->frames() == 1;
    if (!single && (frame < 0 || static_cast<std::size_t>(frame) >= series_->frames())) {
      throw InputError({.what = fmt::format("has no frame {}", frame),
                        .where = series_->origin(0).path.string(),
                        .why = fmt::format("it holds {}, and the table counts frames from 0 on",
                                           series_->frames()),
                        .remedy = "name the image that was counted"});
    }
    image::Frame read = series_->read(single ? 0 : static_cast<std::size_t>(frame));
    return FrameImage{std::move(read.image), read.pixel_size_angstrom, library_};
  }

 private:
  std::optional<image::FrameSeries> series_;
  std::optional<simulate::ScsLibrary> library_;
};

/// The files of one frame, which the next call in the same folder may replace.
std::vector<fs::path> earlier_model_files(const fs::path& folder, const fs::path& within) {
  std::error_code error;
  if (!fs::is_regular_file(folder / within / "reconstruction.json", error)) return {};
  std::vector<fs::path> files;
  for (const char* name : {"model.xyz",           "model_lattice.xyz", "candidates.csv",
                           "model_columns.csv",   "alternatives.csv",  "reconstruction.json",
                           "image_columns.csv",   "residual.tif",      "report.html",
                           "model_beam.svg",      "model_x.svg",       "model_y.svg",
                           "surface_front.svg",   "surface_back.svg",  "confidence_front.svg",
                           "confidence_back.svg", "fitness.svg",       "iterations.svg",
                           "frame.svg",           "image.svg",         "residual.svg"}) {
    files.push_back(within / name);
  }
  return files;
}

std::vector<fs::path> earlier_files(const fs::path& folder) {
  auto files = earlier_model_files(folder, {});
  for (const std::string& entry : list_entries(folder)) {
    if (!entry.starts_with("frame_")) continue;
    const auto more = earlier_model_files(folder, entry);
    files.insert(files.end(), more.begin(), more.end());
  }
  std::error_code error;
  if (fs::is_regular_file(folder / "reconstruct.yaml", error)) {
    files.insert(files.end(), {"summary.csv", "report.html", "reconstruct.yaml"});
  }
  return files;
}

/// Paths as seen from the folder, so that the folder is the same on another machine.
std::string relative_options(ReconstructOptions options, const fs::path& folder) {
  const fs::path from = fs::absolute(folder).lexically_normal();
  for (InputFile* file : {&options.columns, &options.frame, &options.library}) {
    if (!file->given()) continue;
    file->path = fs::absolute(file->path).lexically_normal().lexically_relative(from).string();
  }
  options.potential = relative_potential(options.potential, folder.string());
  return write_yaml(options);
}

void write_overview(const fs::path& folder, const std::vector<ModelSummary>& summaries,
                    const std::vector<ShownModel>& models, double lattice_parameter_angstrom,
                    const Remarks& remarks, const std::string& configuration) {
  storage::write_file(folder / "summary.csv", model_summary_csv(summaries));
  report::Page page("3D models");
  auto warnings = remarks.shortfalls;
  warnings.insert(warnings.end(), remarks.warnings.begin(), remarks.warnings.end());
  page.warnings(warnings);
  page.section("Models");
  page.model(model_to_turn("Models", models, lattice_parameter_angstrom),
             "The relaxed models at rest; each folder has a page of its own.");
  page.table(model_summary_table(summaries));
  page.section("Options");
  page.verbatim("All options", configuration);
  storage::write_file(folder / "report.html", page.html());
}

/// Work that other calls left unfinished in the same folder: theirs to go on with.
std::size_t count_partial(const fs::path& folder) {
  constexpr std::size_t digits = 16;
  const auto entries = list_entries(folder);
  return static_cast<std::size_t>(std::ranges::count_if(entries, [](const std::string& entry) {
    return entry.starts_with(partial_prefix) && entry.size() == partial_prefix.size() + digits &&
           entry.find_first_not_of("0123456789abcdef", partial_prefix.size()) == std::string::npos;
  }));
}

/// Stands for the frames and options of a call, as the user of work that others may share.
std::string call_key(const std::vector<ObservedFrame>& frames,
                     const std::vector<OptionValue>& options, std::uint64_t seed) {
  std::string text;
  for (const ObservedFrame& one : frames) text += model_key(one.columns, nullptr, options, seed);
  return sha256(text).substr(0, 16);
}

/// What the models of all frames say.
class RemarksOfFrames {
 public:
  void add(std::int64_t frame, const Remarks& remarks) {
    const std::string name = fmt::format("frame {}", frame);
    for (const auto& text : remarks.warnings) warnings_.push_back({name, text});
    for (const auto& text : remarks.shortfalls) shortfalls_.push_back({name, text});
    ++frames_;
  }
  [[nodiscard]] Remarks together() const {
    return {.metrics = {},
            .warnings = group_remarks(warnings_, frames_),
            .shortfalls = group_remarks(shortfalls_, frames_)};
  }

 private:
  std::vector<ItemRemark> warnings_;
  std::vector<ItemRemark> shortfalls_;
  std::size_t frames_ = 0;
};

void say_of(const FrameModel& model, const std::string& of, const Say& say) {
  const auto& best = model.fitness.ranked[0];
  say(fmt::format(
      "{}{} atoms in {} columns; {} candidates of {} accepted moves, {} relaxed; {:.5f} eV per "
      "atom, chi {:.3g}; {:.1f} atoms expected at a wrong site",
      of, model.model.atoms.size(), model.observed.size(), model.search.candidates.size(),
      model.search.accepted, model.relaxed.size(), best.energy_per_atom_ev, best.chi,
      model.confidence.expected_wrong_atoms));
}

}  // namespace

void ReconstructOptions::describe(OptionVisitor& v) {
  v.visit({.name = "columns",
           .help = "columns.csv of the fit that was counted, for the standard errors of positions"},
          columns);
  v.visit({.name = "frame", .help = "the image that was counted, for the image check"}, frame);
  v.visit({.name = "library",
           .help = "cross-sections for 1, 2, ... atoms, for the image check: CSV "
                   "(atom_count,scs_angstrom2) or one a line; not given: the columns' own"},
          library);
  v.visit({.name = "frame_index",
           .help = "the only frame of the table to be looked at; not given: all",
           .min = -1e15,
           .max = 1e15},
          frame_index);
  v.visit({.name = "seed", .help = "of search and dynamics", .min = 0, .max = 9e15}, seed);
  reading.describe(v);
  ModelOptions::describe(v);
}

std::vector<OptionIssue> ReconstructOptions::validate() const {
  auto issues = ModelOptions::validate();
  for (const auto& issue : check_ranges(*this)) {
    const bool known = std::any_of(issues.begin(), issues.end(), [&](const OptionIssue& other) {
      return other.name == issue.name && other.message == issue.message;
    });
    if (!known) issues.push_back(issue);
  }
  const bool wanted =
      image_check == ImageCheckMethod::incoherent || image_check == ImageCheckMethod::multislice;
  if (wanted && !frame.given()) {
    issues.push_back({"image_check", "needs the image: --frame"});
  }
  return issues;
}

Remarks run_reconstruct(const ReconstructOptions& options, const fs::path& counts_csv,
                        const fs::path& folder, const Say& say, Progress& progress) {
  const auto potential = energetics::make_potential(
      options.potential, [&](const std::string& text) { say("warning: " + text); });
  const auto frames = chosen_frames_of(read_observed_columns(counts_csv, options.columns.path),
                                       options, counts_csv);
  const FrameImages images(options);
  const auto values = model_option_values("", options);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const std::string configuration = relative_options(options, folder);
  const std::string call = call_key(frames, values, seed);
  const bool several = frames.size() > 1;
  const auto last = static_cast<std::size_t>(std::max<std::int64_t>(frames.back().frame, 0));
  OutputFolder output(folder);
  RemarksOfFrames of_frames;
  Remarks remarks;
  std::vector<ModelSummary> summaries;
  std::vector<ShownModel> models;
  double lattice_parameter_angstrom = 0.0;
  std::vector<std::unique_ptr<FolderStore>> stores;
  for (const ObservedFrame& one : frames) {
    stop_if_cancelled(progress);
    const std::string name = one.frame < 0
                                 ? fmt::format("frame_{}", one.frame)
                                 : frame_name(static_cast<std::size_t>(one.frame), last + 1);
    const std::string of = several ? fmt::format("frame {}: ", one.frame) : "";
    const auto image = images.of(one.frame);
    const FrameImage* shown = image ? &*image : nullptr;
    const std::string key = model_key(one.columns, shown, values, seed);
    stores.push_back(std::make_unique<FolderStore>(
        folder / (std::string(partial_prefix) + key.substr(0, 16)), call));
    if (stores.back()->found()) say(of + "going on with what was finished before");
    const FrameModel model = reconstruct_frame(one.columns, shown, options, potential,
                                               RandomStream(seed), *stores.back(), progress);
    const fs::path place = several ? output.scratch() / name : output.scratch();
    write_model(place, model, shown, options, configuration);
    say_of(model, of, say);
    if (!several) {
      remarks = model.remarks;
      continue;
    }
    of_frames.add(one.frame, model.remarks);
    summaries.push_back(read_model_summary(place, one.frame));
    models.push_back({fmt::format("frame {}", one.frame), model.model});
    lattice_parameter_angstrom = model.lattice.lattice_parameter_angstrom;
  }
  if (several) {
    remarks = of_frames.together();
    write_overview(output.scratch(), summaries, models, lattice_parameter_angstrom, remarks,
                   configuration);
  }
  storage::write_file(output.scratch() / "reconstruct.yaml", configuration);
  output.commit(earlier_files(folder),
                {counts_csv, options.columns.path, options.frame.path, options.library.path});
  for (const auto& store : stores) store->remove();
  if (const auto left = count_partial(folder); left > 0) {
    say(fmt::format("unfinished work of other calls stays in {}: {} folders {}...", folder.string(),
                    left, partial_prefix));
  }
  return remarks;
}

}  // namespace adatom::pipeline
