// mobility (map): LENS and Lindemann index of every atom of every run.
#include <memory>
#include <optional>

#include "adatom/crystal/trajectory.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "environments/atom_mask.h"
#include "environments/statistics.h"
#include "md/replica_run.h"
#include "stages/environments_item.h"
#include "stages/md_runs.h"
#include "stages/mobility_item.h"
#include "stages/mobility_summary.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

class MobilityStage final : public Stage {
 public:
  explicit MobilityStage(const RunConfig& config)
      : options_(config.mobility),
        environments_(config.environments),
        time_ps_(config.md.time_ps()) {
    if (environments_.enabled) dictionary_ = dictionary_of_run(config).dictionary;
  }

  [[nodiscard]] std::string name() const override { return "mobility"; }
  [[nodiscard]] std::int64_t version() const override { return 1; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    auto all = option_values("mobility", options_);
    if (!dictionary_) return all;
    // Which dictionary the labels are of stands in their files.
    for (const OptionValue& option : option_values("environments", environments_)) {
      const bool of_masks = option.name.starts_with("environments.atoms.") ||
                            option.name == "environments.level" ||
                            option.name == "environments.read_every";
      if (of_masks) all.push_back(option);
    }
    return all;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }

  [[nodiscard]] std::vector<Item> items(const Upstream& upstream) const override {
    std::vector<Item> items = items_of_runs(upstream, {ReplicaFiles::trajectory});
    if (!dictionary_) return items;
    const std::vector<Piece>& labels = upstream.of("environments").items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      items[i].inputs.push_back(labels[i].file(labels_file(ReplicaFiles::trajectory)));
    }
    return items;
  }

  Remarks compute_item(const Item& item, const Work& work) const override {
    const std::filesystem::path trajectory = item.inputs.front().path;
    std::optional<LabelledRun> labelled;
    if (dictionary_) {
      const CountedLabels counted = counted_labels(*dictionary_, environments_.level);
      labelled = {.labels = item.inputs.at(1).path,
                  .class_of = counted.of_environment,
                  .classes = counted.names,
                  .mask = make_atom_mask(environments_.atoms, dictionary_->element,
                                         crystal::TrajectoryReader(trajectory).read(0),
                                         ReplicaFiles::trajectory),
                  .read_every = static_cast<std::size_t>(environments_.read_every)};
    }
    return measure_mobility(trajectory, time_ps_, options_, labelled, work);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs = {upstream.of("md").result.file("summary.csv")};
    for (const Piece& piece : upstream.of("mobility").items) {
      inputs.push_back(piece.file("atoms.csv", piece.name));
      if (dictionary_) inputs.push_back(piece.file("classes.csv", piece.name + ", classes"));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    const std::vector<MdRun> runs = read_md_runs(upstream);
    const std::vector<Piece>& pieces = upstream.of("mobility").items;
    storage::Table all({"run", "structure", "temperature_k", "seed", "mean_lens", "mobile_atoms"});
    std::vector<RunMobility> tables;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto& metrics = pieces[i].record.value().remarks.metrics;
      all.add_row({runs[i].name, runs[i].structure, storage::cell(runs[i].temperature_k),
                   storage::cell(static_cast<long long>(runs[i].seed)),
                   storage::cell(metrics.at("mean_lens")),
                   storage::cell(static_cast<long long>(metrics.at("mobile_atoms")))});
      tables.push_back({runs[i], pieces[i].folder / "classes.csv"});
    }
    storage::write_file(work.folder / "mobility.csv", all.text());
    if (!dictionary_) return {};
    storage::write_file(work.folder / "classes.csv", all_classes_csv(tables));
    write_class_means(tables, work.folder);
    return {};
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  MobilityOptions options_;
  EnvironmentsStageOptions environments_;
  double time_ps_;
  std::optional<dynamics::EnvironmentDictionary> dictionary_;  ///< nothing without environments
};

}  // namespace

std::unique_ptr<Stage> make_mobility_stage(const RunConfig& config) {
  return std::make_unique<MobilityStage>(config);
}

}  // namespace adatom::pipeline
