// report (reduce): one page over everything the other stages wrote.
#include "adatom/pipeline/runner.h"
#include "adatom/storage/files.h"
#include "stages/report_parts.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

class ReportStage final : public Stage {
 public:
  explicit ReportStage(const RunConfig& config) : options_(config.report) {
    about_.run_name = config.name;
    about_.max_frames = static_cast<std::size_t>(config.report.max_frames);
    for (const std::filesystem::path& file : list_input_files(config.input)) {
      about_.file_names.push_back(file.filename().string());
    }
  }

  [[nodiscard]] std::string name() const override { return "report"; }
  [[nodiscard]] std::int64_t version() const override { return 3; }
  /// Names are not options elsewhere, but this page shows them.
  [[nodiscard]] std::vector<OptionValue> options() const override {
    std::vector<OptionValue> all = option_values("report", options_);
    all.push_back({"name", about_.run_name});
    std::string names;
    for (const std::string& name : about_.file_names) names += (names.empty() ? "" : " ") + name;
    all.push_back({"input.files", names});
    all.push_back({"program version", std::string(program_version())});
    return all;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }
  [[nodiscard]] std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const StageOutputs& stage : upstream.stages()) {
      if (stage.stage == name()) continue;
      Input input = stage.manifest;
      input.name = stage.stage;
      inputs.push_back(std::move(input));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    report::Page page(about_.run_name, "adatom " + std::string(program_version()));
    add_overview(page, upstream);
    add_fits(page, upstream, about_, work.progress);
    add_counts(page, upstream, about_, work.progress);
    add_models(page, upstream, about_, work.progress);
    add_md(page, upstream);
    add_environments(page, upstream);
    add_mobility(page, upstream);
    add_film(page, upstream);
    add_provenance(page, upstream, about_);
    stop_if_cancelled(work.progress);
    storage::write_file(work.folder / "report.html", page.html());
    return {};
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {"report.html"}; }

 private:
  ReportOptions options_;
  ReportFrame about_;
};

}  // namespace

std::unique_ptr<Stage> make_report_stage(const RunConfig& config) {
  return std::make_unique<ReportStage>(config);
}

}  // namespace adatom::pipeline
