// frames (map): each input frame through the steps that look at it alone.
#include <array>

#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "stages/frame_work.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Of the pixels as the algorithms see them: the same image in another format is the same.
std::string hash_pixels(const image::Image& image) {
  Sha256 hash;
  const std::array<std::size_t, 2> size = {image.width(), image.height()};
  hash.add(std::as_bytes(std::span(size)));
  hash.add(std::as_bytes(image.values()));
  return hash.hex();
}

/// Where a file lies may change; what is stored speaks of its name only.
std::string without_folders(std::string text, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    const std::string path = file.string();
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
      text.replace(at, path.size(), file.filename().string());
      at += file.filename().string().size();
    }
  }
  return text;
}

class FramesStage final : public Stage {
 public:
  explicit FramesStage(const RunConfig& config)
      : files_(list_input_files(config.input)),
        options_(config.preprocess),
        series_(files_, config.input.load()),
        levels_(load_levels(options_.normalise)) {}

  [[nodiscard]] std::string name() const override { return "frames"; }
  [[nodiscard]] std::int64_t version() const override { return 2; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    std::vector<OptionValue> all = {
        {"input.pixel_size_angstrom", shortest(series_.pixel_size_angstrom())}};
    const auto add = [&all](const std::vector<OptionValue>& more) {
      all.insert(all.end(), more.begin(), more.end());
    };
    add(option_values("preprocess.normalise", options_.normalise));
    add(option_values("preprocess.outliers", options_.outliers));
    add(option_values("preprocess.crop", options_.crop));
    add(option_values("preprocess.background", options_.background));
    const preprocess::NormaliseMethod normalise = options_.normalise.method;
    if (normalise != preprocess::NormaliseMethod::levels) {
      leave_out(all, "preprocess.normalise.vacuum_level");
      leave_out(all, "preprocess.normalise.detector_level");
    }
    if (normalise != preprocess::NormaliseMethod::detector_map) {
      leave_out(all, "preprocess.normalise.detector_map");
    }
    if (options_.outliers.method == preprocess::OutlierMethod::off) {
      leave_out(all, "preprocess.outliers.threshold_sigma");
    }
    if (options_.background.method == preprocess::BackgroundMethod::off) {
      leave_out(all, "preprocess.background.clip_sigma");
      leave_out(all, "preprocess.background.margin_px");
    }
    return all;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }

  [[nodiscard]] std::vector<Item> items(const Upstream&) const override {
    std::vector<Item> items(series_.frames());
    parallel_for(items.size(), [&](std::size_t i) {
      items[i].name = "frame " + std::to_string(i);
      items[i].index = i;
      items[i].inputs = {
          {"pixels", series_.origin(i).path, hash_pixels(series_.read(i).image), {}}};
    });
    return items;
  }

  Remarks compute_item(const Item& item, const Work& work) const override {
    const image::Frame frame = series_.read(item.index);
    PreparedFrame prepared = prepare_frame(frame, options_, levels_);
    write_frame(work.folder, prepared);
    return std::move(prepared.remarks);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("frames").items) {
      inputs.push_back(piece.file("frame.json", piece.name));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    storage::Table table = frames_table();
    const std::vector<Input> frames = result_inputs(upstream);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      add_frame(table, i, read_frame_facts(frames[i].path));
    }
    storage::write_file(work.folder / "frames.csv", table.text());
    Remarks remarks;
    for (const std::string& warning : series_.warnings()) {
      remarks.warnings.push_back(without_folders(warning, files_));
    }
    if (levels_) {
      remarks.warnings.insert(remarks.warnings.end(), levels_->warnings.begin(),
                              levels_->warnings.end());
      remarks.metrics["vacuum_level"] = levels_->vacuum_level;
      remarks.metrics["detector_level"] = levels_->detector_level;
    }
    remarks.metrics["frames"] = static_cast<double>(series_.frames());
    return remarks;
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  std::vector<fs::path> files_;
  preprocess::PreprocessOptions options_;
  image::FrameSeries series_;
  std::optional<preprocess::DetectorLevels> levels_;
};

}  // namespace

std::unique_ptr<Stage> make_frames_stage(const RunConfig& config) {
  return std::make_unique<FramesStage>(config);
}

}  // namespace adatom::pipeline
