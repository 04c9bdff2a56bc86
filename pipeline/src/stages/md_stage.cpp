// md (map): molecular dynamics of every structure at every temperature with every seed.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "config/potential_text.h"
#include "md/md_report.h"
#include "md/md_summary.h"
#include "md/md_work.h"
#include "md/replica.h"
#include "run/group_remarks.h"
#include "stages/md_item.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

/// A structure that is run, before it is read.
struct MdSource {
  std::string name;
  Input file;
};

class MdStage final : public Stage {
 public:
  explicit MdStage(const RunConfig& config) : options_(static_cast<const MdOptions&>(config.md)) {
    potential_ = potential_of(options_,
                              [this](const std::string& warning) { warnings_.push_back(warning); });
    // What is wrong with them shows before the frames are looked at.
    if (!options_.structures.empty()) inputs_ = read_inputs(options_, potential_.get());
  }

  [[nodiscard]] std::string name() const override { return "md"; }
  [[nodiscard]] std::int64_t version() const override { return 1; }
  /// Temperatures and seeds are those of the items: one more is an item more.
  [[nodiscard]] std::vector<OptionValue> options() const override {
    std::vector<OptionValue> all;
    for (const OptionValue& option : md_settings(options_)) {
      all.push_back({"md." + option.name, option.value});
    }
    all.push_back({"md.steps", std::to_string(options_.steps)});
    all.push_back({"md.discard_ps", options_.discard_ps ? shortest(*options_.discard_ps) : "none"});
    return all;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }

  [[nodiscard]] std::vector<Item> items(const Upstream& upstream) const override {
    std::vector<Item> all;
    for (const MdSource& source : sources(upstream)) {
      for (const double temperature : options_.temperatures_k) {
        for (std::int64_t r = 0; r < options_.replicas; ++r) {
          const std::int64_t seed = options_.seed + r;
          all.push_back(
              {.name = fmt::format("{}_{}K_s{}", source.name, shortest(temperature), seed),
               .parameters = fmt::format("{} K, seed {}", shortest(temperature), seed),
               .index = all.size(),
               .inputs = {source.file}});
        }
      }
    }
    return all;
  }

  Remarks compute_item(const Item& item, const Work& work) const override {
    return run_md_item(replica_of(item), options_, potential_, work);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("md").items) {
      for (const char* file : {"trajectory.xyz", "thermo.csv", "summary.json"}) {
        inputs.push_back(piece.file(file, piece.name + ", " + file));
      }
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    const std::vector<Item> all = items(upstream);
    const std::vector<Piece>& pieces = upstream.of("md").items;
    work.progress.begin("pictures", all.size());
    const std::vector<MdSource> all_sources = sources(upstream);
    std::vector<ReplicaSummary> summaries;
    std::vector<ReplicaFigures> figures;
    for (std::size_t i = 0; i < all.size(); ++i) {
      stop_if_cancelled(work.progress);
      Replica replica = replica_of(all[i]);
      replica.name = all[i].name;
      ShownReplica shown = read_replica(replica, options_, pieces[i].folder);
      shown.summary.file = all_sources[i / (all.size() / all_sources.size())].name;
      summaries.push_back(shown.summary);
      figures.push_back(draw_replica(shown, options_));
      write_figures(work.folder / replica.name, figures.back());
      work.progress.advance(1);
    }
    storage::write_file(work.folder / "summary.csv", summary_csv(summaries));
    std::vector<ItemRemark> said;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const std::string& text : summaries[i].warnings) said.push_back({all[i].name, text});
    }
    std::vector<std::string> told = warnings_;
    for (std::string& line : group_remarks(said, all.size())) told.push_back(std::move(line));
    MdOptions shown_options = options_;
    shown_options.structures.clear();
    shown_options.potential = potential_with_names(shown_options.potential);
    storage::write_file(work.folder / "report.html",
                        md_report(summaries, figures, options_, told, write_yaml(shown_options)));
    return {.metrics = {}, .warnings = warnings_, .shortfalls = {}};
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  [[nodiscard]] std::vector<MdSource> sources(const Upstream& upstream) const {
    std::vector<MdSource> all;
    for (const auto& input : inputs_) {
      all.push_back({input->name, {"structure", {}, input->sha256}});
    }
    if (!options_.structures.empty()) return all;
    for (const Piece& piece : upstream.of("models").items) {
      // A frame without columns has no model.
      if (piece.record && !piece.has("model.xyz")) continue;
      std::string name = piece.name;
      std::ranges::replace(name, ' ', '_');
      all.push_back({std::move(name), piece.file("model.xyz", "structure")});
    }
    return all;
  }

  /// Without the names of the item and of its structure: its files do not depend on them.
  [[nodiscard]] Replica replica_of(const Item& item) const {
    const auto replicas = static_cast<std::size_t>(options_.replicas);
    const std::size_t of_structure = options_.temperatures_k.size() * replicas;
    const double temperature = options_.temperatures_k[item.index % of_structure / replicas];
    const std::int64_t seed = options_.seed + static_cast<std::int64_t>(item.index % replicas);
    auto input = std::make_shared<MdInput>(
        inputs_.empty() ? read_md_input(item.inputs.front().path, options_, potential_.get())
                        : *inputs_[item.index / of_structure]);
    input->name = "structure";
    input->file = md_start_file;
    Replica replica = make_replica(std::move(input), temperature, seed);
    replica.name = item.parameters;
    return replica;
  }

  static void write_figures(const std::filesystem::path& folder, const ReplicaFigures& figures) {
    std::filesystem::create_directories(folder);
    storage::write_file(folder / "start.svg", report::svg_file(figures.start));
    storage::write_file(folder / "final.svg", report::svg_file(figures.end));
    storage::write_file(folder / "temperature.svg", report::svg_file(figures.temperature));
    storage::write_file(folder / "energy.svg", report::svg_file(figures.energy));
  }

  MdOptions options_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  std::vector<std::shared_ptr<const MdInput>> inputs_;  ///< none: the models of the run
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<Stage> make_md_stage(const RunConfig& config) {
  return std::make_unique<MdStage>(config);
}

}  // namespace adatom::pipeline
