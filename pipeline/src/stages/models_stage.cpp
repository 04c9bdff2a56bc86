// models (map): the particle in space, frame by frame, from its counted columns.
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "config/potential_text.h"
#include "reconstruct/model_report.h"
#include "reconstruct/model_work.h"
#include "reconstruct/observed_table.h"
#include "stages/frame_work.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr const char* counts_rows = "rows of counts.csv";
constexpr const char* columns_rows = "rows of columns.csv";

/// The rows of one frame, but for the frame's number: the same frame elsewhere in the series is not
/// made again.
std::string rows_of(const storage::Table& table, std::int64_t frame) {
  std::string text;
  for (const auto& name : table.header()) text += name + ',';
  const auto frames = table.integers("frame");
  const auto& header = table.header();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (frames[row] != frame) continue;
    text += '\n';
    for (std::size_t k = 0; k < header.size(); ++k) {
      if (header[k] != "frame") text += table.row(row)[k] + ',';
    }
  }
  return text;
}

class ModelsStage final : public Stage {
 public:
  explicit ModelsStage(const RunConfig& config)
      : options_(config.models), seed_(static_cast<std::uint64_t>(config.seed)) {
    potential_ = energetics::make_potential(
        options_.potential, [this](const std::string& warning) { warnings_.push_back(warning); });
  }

  [[nodiscard]] std::string name() const override { return "models"; }
  [[nodiscard]] std::int64_t version() const override { return model_version; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    auto values = model_option_values("models", options_);
    leave_out(values, "models.enabled");
    return values;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return seed_; }

  [[nodiscard]] std::vector<Item> items(const Upstream& upstream) const override {
    const Piece& counts = upstream.of("counts").result;
    const Piece& columns = upstream.of("columns").result;
    std::vector<Item> items;
    std::optional<storage::Table> counted;
    std::optional<storage::Table> fitted;
    if (counts.record) counted = storage::read_csv(counts.folder / "counts.csv");
    if (columns.record) fitted = storage::read_csv(columns.folder / "columns.csv");
    for (const Piece& frame : upstream.of("frames").items) {
      const std::size_t index = items.size();
      Item item{.name = frame.name,
                .parameters = {},
                .index = index,
                .inputs = {input_of(counts, "counts.csv", counts_rows, counted, index),
                           input_of(columns, "columns.csv", columns_rows, fitted, index)}};
      if (options_.image_check != ImageCheckMethod::off) {
        item.inputs.push_back(frame.file("frame.tif"));
        item.inputs.push_back(frame.file("frame.json"));
        if (counts.record && counts.has("library.csv")) {
          item.inputs.push_back(counts.file("library.csv"));
        }
      }
      items.push_back(std::move(item));
    }
    return items;
  }

  Remarks compute_item(const Item& item, const Work& work) const override {
    const auto columns = columns_of(item);
    if (columns.empty()) {
      return {.metrics = {}, .warnings = {"there is no column: no model"}, .shortfalls = {}};
    }
    const auto image = image_of(item);
    const FrameImage* shown = image ? &*image : nullptr;
    FolderStore store(work.kept);
    FrameModel model = reconstruct_frame(columns, shown, options_, potential_, RandomStream(seed_),
                                         store, work.progress);
    ModelStageOptions told = options_;
    told.potential = potential_with_names(told.potential);
    write_model(work.folder, model, shown, options_, write_yaml(told));
    return std::move(model.remarks);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("models").items) {
      if (piece.record && !piece.has("model.xyz")) continue;
      inputs.push_back(piece.file("reconstruction.json", piece.name + " reconstruction.json"));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    std::vector<ModelSummary> summaries;
    double atoms = 0.0;
    const auto& items = upstream.of("models").items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!items[i].has("model.xyz")) continue;
      summaries.push_back(read_model_summary(items[i].folder, static_cast<std::int64_t>(i)));
      atoms += static_cast<double>(summaries.back().atoms);
    }
    storage::write_file(work.folder / "models.csv", model_summary_csv(summaries));
    Remarks remarks;
    remarks.warnings = warnings_;
    remarks.metrics["models"] = static_cast<double>(summaries.size());
    if (!summaries.empty()) {
      remarks.metrics["mean_atoms"] = atoms / static_cast<double>(summaries.size());
    }
    return remarks;
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  /// A table of all frames, of which the rows of one count.
  static Input input_of(const Piece& piece, const char* file, const char* name,
                        const std::optional<storage::Table>& table, std::size_t frame) {
    Input input = piece.file(file, name);
    if (table) input.sha256 = sha256(rows_of(*table, static_cast<std::int64_t>(frame)));
    return input;
  }

  static std::vector<reconstruct::ObservedColumn> columns_of(const Item& item) {
    const fs::path& counts = item.inputs[0].path;
    if (storage::read_csv(counts).rows() == 0) return {};
    for (ObservedFrame& one : read_observed_columns(counts, item.inputs[1].path)) {
      if (one.frame == static_cast<std::int64_t>(item.index)) return std::move(one.columns);
    }
    return {};
  }

  static std::optional<FrameImage> image_of(const Item& item) {
    FrameImage image;
    for (const Input& input : item.inputs) {
      if (input.name == "frame.tif") image.image = read_image(input.path);
      if (input.name == "frame.json") {
        image.pixel_size_angstrom = read_frame_facts(input.path).pixel_size_angstrom;
      }
      if (input.name == "library.csv") {
        image.library.emplace(read_counting_library(input.path, {}).values.scs_angstrom2);
      }
    }
    if (image.image.size() == 0) return {};
    return image;
  }

  ModelStageOptions options_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  std::uint64_t seed_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<Stage> make_models_stage(const RunConfig& config) {
  return std::make_unique<ModelsStage>(config);
}

}  // namespace adatom::pipeline
