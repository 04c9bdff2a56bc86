#include "stages/mobility_item.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "environments/label_file.h"
#include "md/atom_picture.h"
#include "mobility/followed_trajectory.h"
#include "mobility/lindemann_run.h"
#include "run/file_system.h"
#include "series/series_maker.h"
#include "series/series_output.h"
#include "series/series_run.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_class = std::numeric_limits<std::size_t>::max();

/// Sums over values of LENS.
struct LensSum {
  double sum = 0.0;
  std::uint64_t values = 0;
  std::uint64_t mobile = 0;
  void add(double lens, double threshold) {
    sum += lens;
    ++values;
    if (lens >= threshold) ++mobile;
  }
  [[nodiscard]] double share(double part) const {
    return values == 0 ? std::numeric_limits<double>::quiet_NaN()
                       : part / static_cast<double>(values);
  }
  [[nodiscard]] double mean() const { return share(sum); }
  [[nodiscard]] double mobile_share() const { return share(static_cast<double>(mobile)); }
};

/// What one atom did.
struct AtomMobility {
  LensSum lens;
  std::vector<std::uint32_t> frames_in;  ///< each class
  double index = 0.0;                    ///< mean over the windows
  double whole_index = 0.0;

  /// Where it was most often.
  [[nodiscard]] std::size_t main_class() const {
    std::size_t best = no_class;
    std::uint32_t most = 0;
    for (std::size_t c = 0; c < frames_in.size(); ++c) {
      if (frames_in[c] <= most) continue;
      most = frames_in[c];
      best = c;
    }
    return best;
  }
};

LensCommandOptions lens_options(const MobilityOptions& options, const crystal::Structure& first) {
  LensCommandOptions lens;
  // Between the second shell of an fcc crystal, at one lattice parameter, and the third, at 1.22.
  lens.r_cut_angstrom =
      options.r_cut_angstrom.value_or(1.1 / 0.85 * neighbour_reach_angstrom(first));
  lens.delay = options.delay;
  return lens;
}

SeriesRun run_lens(const fs::path& trajectory, const LensCommandOptions& lens, const Work& work) {
  const SeriesTask task{
      .name = "LENS",
      .trajectory = trajectory,
      .input = lens.input,
      .delay = static_cast<std::size_t>(lens.delay),
      .options_text = write_yaml(lens),
      .make = [&lens](const crystal::Structure& first) { return make_lens_maker(lens, first); }};
  SeriesRun run = run_series(task, work.kept / "lens", work.progress, work.say);
  write_series(run, {{.dataset = "lens", .suffix = "", .unit = "1"}},
               {.texts = {},
                .numbers = {{"r_cut_angstrom", *lens.r_cut_angstrom},
                            {"delay_frames", static_cast<double>(lens.delay)}}},
               work.folder / "lens.h5", SeriesTarget::hdf5, work.progress);
  return run;
}

/// The class that each atom is in, frame after frame; no_class where it is not counted.
class ClassReader {
 public:
  explicit ClassReader(const LabelledRun& labelled) : run_(labelled), reader_(labelled.labels) {}

  /// @returns false for a frame without labels. Frames are asked for in order.
  bool read(std::size_t frame, std::vector<std::size_t>& classes) {
    if (frame % run_.read_every != 0) return false;
    reader_.go_to(frame / run_.read_every);
    if (!reader_.next(labels_)) return false;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const std::uint8_t label = labels_.environments[i];
      const bool counted = run_.mask[i] != 0 && label != dynamics::no_label;
      classes[i] = counted ? run_.class_of[label] : no_class;
    }
    return true;
  }

 private:
  const LabelledRun& run_;
  LabelFileReader reader_;
  LabelledFrame labels_;
};

/// Adds up all values of LENS behind the time that is left out, for atoms and for classes.
void sum_lens(const SeriesRun& run, const MobilityOptions& options,
              const std::optional<LabelledRun>& labelled, std::vector<AtomMobility>& atoms,
              std::vector<LensSum>& classes) {
  std::ifstream values(run.parts->values_path(), std::ios::binary);
  std::vector<double> lens(run.atoms);
  std::vector<std::size_t> class_of(run.atoms, no_class);
  std::optional<ClassReader> labels;
  if (labelled) labels.emplace(*labelled);
  for (std::size_t t = 0; t < run.intervals; ++t) {
    values.read(reinterpret_cast<char*>(lens.data()),
                static_cast<std::streamsize>(lens.size() * sizeof(double)));
    if (!values) {
      throw InputError({.what = "the values of LENS end early",
                        .where = {},
                        .why = "the disk is full, or the file was changed",
                        .remedy = "run again"});
    }
    if (run.time_ps[t] - run.time_ps.front() < options.discard_ps * (1.0 - 1e-12)) continue;
    const bool known = labels && labels->read(t, class_of);
    for (std::size_t i = 0; i < run.atoms; ++i) {
      atoms[i].lens.add(lens[i], options.mobile_lens);
      if (!known || class_of[i] == no_class) continue;
      classes[class_of[i]].add(lens[i], options.mobile_lens);
      ++atoms[i].frames_in[class_of[i]];
    }
  }
}

void add_indices(const fs::path& trajectory, double trajectory_ps, const MobilityOptions& options,
                 const Work& work, std::vector<AtomMobility>& atoms, Remarks& remarks) {
  FollowedTrajectory followed(trajectory, {}, {});
  LindemannOptions lindemann;
  lindemann.discard_ps = options.discard_ps;
  const double window =
      options.window_ps.value_or(window_for_length_ps(trajectory_ps - options.discard_ps));
  work.progress.begin("Lindemann index", followed.frames());
  const TrajectoryIndices found =
      measure_trajectory(followed, {.name = "lindemann", .path = trajectory, .temperature_k = {}},
                         lindemann, window, work.kept / "lindemann.state", work.progress);
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    atoms[i].whole_index = found.whole.of_atoms[i];
    atoms[i].index = std::numeric_limits<double>::quiet_NaN();
    if (found.windows.empty()) continue;
    double sum = 0.0;
    for (const auto& of_atoms : found.windows) sum += of_atoms[i];
    atoms[i].index = sum / static_cast<double>(found.windows.size());
  }
  remarks.metrics["window_ps"] = found.length_ps(found.window_frames);
  remarks.metrics["windows"] = static_cast<double>(found.windows.size());
  if (found.windows.empty()) {
    remarks.warnings.push_back("the trajectory is shorter than a window of the Lindemann index");
  }
}

std::string count_text_of(std::uint64_t count) {
  return storage::cell(static_cast<long long>(count));
}

std::string atoms_csv(const std::vector<AtomMobility>& atoms, const crystal::Structure& first,
                      const std::optional<LabelledRun>& labelled) {
  using storage::cell;
  storage::Table table({"atom", "element", "class", "share_in_class", "mean_lens", "mobile_share",
                        "lindemann_index", "whole_index"});
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const AtomMobility& atom = atoms[i];
    const std::size_t main = atom.main_class();
    double frames = 0.0;
    for (const std::uint32_t count : atom.frames_in) frames += count;
    table.add_row({count_text_of(i + 1), first.atoms[i].element,
                   main == no_class ? "none" : labelled->classes[main],
                   main == no_class ? "nan" : cell(atom.frames_in[main] / frames),
                   cell(atom.lens.mean()), cell(atom.lens.mobile_share()), cell(atom.index),
                   cell(atom.whole_index)});
  }
  return table.text();
}

/// Of the atoms that are most often in each class.
std::string classes_csv(const std::vector<AtomMobility>& atoms, const std::vector<LensSum>& lens,
                        const std::vector<std::string>& classes, double mobile_index) {
  using storage::cell;
  storage::Table table(
      {"class", "values", "mean_lens", "mobile_share", "atoms", "mean_index", "mobile_atoms"});
  for (std::size_t c = 0; c < classes.size(); ++c) {
    double sum = 0.0;
    std::uint64_t count = 0;
    std::uint64_t mobile = 0;
    for (const AtomMobility& atom : atoms) {
      if (atom.main_class() != c) continue;
      ++count;
      sum += atom.index;
      if (atom.index >= mobile_index) ++mobile;
    }
    table.add_row({classes[c], count_text_of(lens[c].values), cell(lens[c].mean()),
                   cell(lens[c].mobile_share()), count_text_of(count),
                   count == 0 ? "nan" : cell(sum / static_cast<double>(count)),
                   count_text_of(mobile)});
  }
  return table.text();
}

}  // namespace

Remarks measure_mobility(const fs::path& trajectory, double trajectory_ps,
                         const MobilityOptions& options, const std::optional<LabelledRun>& labelled,
                         const Work& work) {
  create_folder(work.kept);
  Remarks remarks;
  const crystal::Structure start = crystal::TrajectoryReader(trajectory).read(0);
  const LensCommandOptions lens = lens_options(options, start);
  std::vector<AtomMobility> atoms(start.atoms.size());
  std::vector<LensSum> classes;
  {
    const SeriesRun run = run_lens(trajectory, lens, work);
    if (labelled) {
      classes.resize(labelled->classes.size());
      for (AtomMobility& atom : atoms) atom.frames_in.assign(classes.size(), 0);
    }
    sum_lens(run, options, labelled, atoms, classes);
  }
  add_indices(trajectory, trajectory_ps, options, work, atoms, remarks);
  storage::write_file(work.folder / "atoms.csv", atoms_csv(atoms, start, labelled));
  if (labelled) {
    storage::write_file(work.folder / "classes.csv",
                        classes_csv(atoms, classes, labelled->classes, options.mobile_index));
  }
  LensSum all;
  std::uint64_t mobile = 0;
  for (const AtomMobility& atom : atoms) {
    all.sum += atom.lens.sum;
    all.values += atom.lens.values;
    if (atom.index >= options.mobile_index) ++mobile;
  }
  remarks.metrics["mean_lens"] = all.mean();
  remarks.metrics["mobile_atoms"] = static_cast<double>(mobile);
  return remarks;
}

}  // namespace adatom::pipeline
