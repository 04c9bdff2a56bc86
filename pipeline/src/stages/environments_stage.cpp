// environments (map): labels of every trajectory; the result is about all of one temperature.
#include <memory>
#include <utility>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "environments/atom_mask.h"
#include "environments/environments_work.h"
#include "environments/figures.h"
#include "environments/output_files.h"
#include "md/replica_run.h"
#include "run/file_system.h"
#include "run/link_files.h"
#include "stages/before_after.h"
#include "stages/environments_item.h"
#include "stages/md_item.h"
#include "stages/md_runs.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

class EnvironmentsStage final : public Stage {
 public:
  explicit EnvironmentsStage(const RunConfig& config)
      : options_(static_cast<const EnvironmentsOptions&>(config.environments)),
        dictionary_(dictionary_of_run(config)) {
    if (config.md.minimise) structures_.emplace_back(ReplicaFiles::relaxed);
  }

  [[nodiscard]] std::string name() const override { return "environments"; }
  [[nodiscard]] std::int64_t version() const override { return 1; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    auto all = option_values("environments", options_);
    leave_out(all, "environments.dictionary");
    all.push_back({"environments.dictionary", "sha256:" + dictionary_.sha256});
    if (!options_.find_events) leave_out(all, "environments.events");
    return all;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }

  [[nodiscard]] std::vector<Item> items(const Upstream& upstream) const override {
    return items_of_runs(upstream, structures_);
  }
  Remarks compute_item(const Item& item, const Work& work) const override {
    return label_item(item, options_, dictionary_, work);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs = {upstream.of("md").result.file("summary.csv")};
    // Frames are read again, for pictures and events.
    for (const Piece& piece : upstream.of("md").items) {
      inputs.push_back(piece.file(ReplicaFiles::trajectory, piece.name));
    }
    for (const Piece& piece : upstream.of("environments").items) {
      for (const std::string& file : structures_) {
        inputs.push_back(piece.file(labels_file(file), piece.name + ", " + labels_file(file)));
      }
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    const std::vector<MdRun> runs = read_md_runs(upstream);
    const std::vector<Piece>& labels = upstream.of("environments").items;
    remove_tree(work.kept);  // links to the labels of an earlier attempt
    Remarks remarks;
    std::vector<BeforeAfter> rows(runs.size());
    std::vector<report::AtomKind> kinds;
    std::vector<std::string> classes;
    for (const double temperature : temperatures_of(runs)) {
      std::vector<std::size_t> chosen;
      for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].temperature_k == temperature) chosen.push_back(i);
      }
      const auto result = analyse(runs, labels, chosen, work, remarks);
      for (std::size_t k = 0; k < chosen.size(); ++k) {
        rows[chosen[k]] = before_after(runs[chosen[k]], labels[chosen[k]], result, k);
      }
      kinds = result.kinds;
      classes = result.counted.names;
    }
    storage::write_file(work.folder / "before_after.csv", before_after_csv(rows, classes));
    draw_before_after(rows, kinds, work.folder / "before_after");
    return remarks;
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  /// Everything that `adatom environments` finds in the trajectories of one temperature.
  EnvironmentsResult analyse(const std::vector<MdRun>& runs, const std::vector<Piece>& labels,
                             const std::vector<std::size_t>& chosen, const Work& work,
                             Remarks& remarks) const {
    LabelledTrajectories all{.plans = {},
                             .masks = {},
                             .dictionary = dictionary_,
                             .kernel = {},
                             .parts = work.kept / "parts"};
    all.kernel = FrameLabeller(dictionary_.dictionary, options_).kernel_name();
    for (const std::size_t i : chosen) {
      TrajectoryPlan plan = plan_file(runs[i].folder / ReplicaFiles::trajectory, options_);
      plan.name = runs[i].name;
      plan.file = runs[i].name;
      all.masks.push_back(make_atom_mask(options_.atoms, dictionary_.dictionary.element,
                                         plan.reader->read(plan.frames.front()), plan.name));
      link_file(labels[i].folder / labels_file(ReplicaFiles::trajectory),
                labels_path(all.parts, plan));
      all.plans.push_back(std::move(plan));
    }
    EnvironmentsOptions shown = options_;
    shown.dictionary.path = std::filesystem::path(shown.dictionary.path).filename().string();
    const auto folder = work.folder / temperature_name(runs[chosen.front()].temperature_k);
    create_folder(folder);
    Remarks of_temperature;
    auto result = write_environments(std::move(all), options_, write_yaml(shown), folder,
                                     of_temperature, work.progress);
    if (result.mean_of_matrices) {
      storage::write_file(
          folder / "transitions_mean_of_matrices.svg",
          report::svg_file(draw_transitions(*result.mean_of_matrices, result, options_)));
    }
    const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
      to.insert(to.end(), more.begin(), more.end());
    };
    add(remarks.warnings, of_temperature.warnings);
    add(remarks.shortfalls, of_temperature.shortfalls);
    return result;
  }

  [[nodiscard]] BeforeAfter before_after(const MdRun& run, const Piece& labels,
                                         const EnvironmentsResult& result,
                                         std::size_t trajectory) const {
    const TrajectoryResult& t = result.trajectories[trajectory];
    BeforeAfter row{.run = run};
    row.model = count_labels(labels.folder / labels_file(md_start_file), result.counted, t.mask);
    if (labels.has(labels_file(ReplicaFiles::relaxed))) {
      row.relaxed =
          count_labels(labels.folder / labels_file(ReplicaFiles::relaxed), result.counted, t.mask);
    }
    for (const dynamics::Population& population : t.statistics.populations) {
      row.first.push_back(population.start_atoms);
      row.mean.push_back(population.atoms);
      row.mean_stderr.push_back(population.atoms_stderr);
    }
    return row;
  }

  EnvironmentsOptions options_;
  ChosenDictionary dictionary_;
  /// Of a run's files those that are labelled.
  std::vector<std::string> structures_ = {ReplicaFiles::trajectory, md_start_file};
};

}  // namespace

std::unique_ptr<Stage> make_environments_stage(const RunConfig& config) {
  return std::make_unique<EnvironmentsStage>(config);
}

}  // namespace adatom::pipeline
