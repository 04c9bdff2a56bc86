// columns (map): the fitted columns of each frame.

#include "adatom/base/number_text.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/pipeline/sha256.h"
#include "stages/columns_work.h"
#include "stages/frame_work.h"
#include "stages/registration_work.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

class ColumnsStage final : public Stage {
 public:
  explicit ColumnsStage(const RunConfig& config) : options_(config.columns) {
    if (options_.start.given()) start_ = read_start_positions(options_.start.path);
    follows_drift_ = start_ && start_->frame.empty() &&
                     config.preprocess.registration.method != preprocess::RegisterMethod::off;
  }

  [[nodiscard]] std::string name() const override { return "columns"; }
  [[nodiscard]] std::int64_t version() const override { return 2; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    std::vector<OptionValue> options = option_values("columns", options_);
    if (start_) leave_out(options, "columns.detection");
    if (options_.fit.noise != columns::NoiseModel::poisson) {
      leave_out(options, "columns.fit.dose_per_angstrom2");
    }
    return options;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }

  [[nodiscard]] std::vector<Item> items(const Upstream& upstream) const override {
    std::vector<preprocess::FrameShift> shifts;
    Input drift;
    if (follows_drift_) {
      drift = upstream.of("registration").result.file("drift.csv");
      if (drift.sha256) shifts = read_drift(drift.path);
    }
    std::vector<Item> items;
    for (const Piece& frame : upstream.of("frames").items) {
      const std::size_t index = items.size();
      Item item{.name = frame.name,
                .parameters = {},
                .index = index,
                .inputs = {frame.file("frame.tif"), frame.file("frame.json")}};
      // A table of all frames is an option of the stage; which part of it, is the item's.
      if (start_ && !start_->frame.empty()) item.parameters = "start=" + std::to_string(index);
      if (follows_drift_) {
        // The frame's own shift counts, not the whole table: a longer series changes no item.
        Input shift{"shift", drift.path, {}, "registration"};
        if (index < shifts.size()) {
          shift.sha256 = sha256(shortest(shifts[index].x_px) + ' ' + shortest(shifts[index].y_px));
        }
        item.inputs.push_back(std::move(shift));
      }
      items.push_back(std::move(item));
    }
    return items;
  }

  Remarks compute_item(const Item& item, const Work& work) const override {
    image::Image image = read_image(item.inputs[0].path);
    const double pixel_size = read_frame_facts(item.inputs[1].path).pixel_size_angstrom;
    std::size_t outside = 0;
    std::optional<std::vector<columns::Position>> start;
    if (start_) start = start_->of(static_cast<std::int64_t>(item.index));
    if (follows_drift_) {
      const preprocess::FrameShift shift = read_drift(item.inputs[2].path).at(item.index);
      outside = move_with_drift(*start, shift, image, pixel_size);
    }
    FittedFrame frame = fit_frame({}, std::move(image), pixel_size, start, options_, work.progress);
    stop_if_cancelled(work.progress);
    write_fit(work.folder, frame, options_.fit);
    if (outside > 0) {
      frame.remarks.warnings.push_back(std::to_string(outside) +
                                       " start positions drifted out of the frame");
    }
    return std::move(frame.remarks);
  }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("columns").items) {
      inputs.push_back(piece.file("columns.csv", piece.name + " columns.csv"));
      inputs.push_back(piece.file("fit.json", piece.name + " fit.json"));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    std::vector<fs::path> tables;
    std::vector<fs::path> fits;
    double columns = 0.0;
    for (const Piece& piece : upstream.of("columns").items) {
      tables.push_back(piece.folder / "columns.csv");
      fits.push_back(piece.folder / "fit.json");
      columns += piece.record.value().remarks.metrics.at("columns");
    }
    write_all_columns(work.folder, tables);
    write_all_fits(work.folder, fits);
    Remarks remarks;
    remarks.metrics = {{"frames", static_cast<double>(tables.size())}, {"columns", columns}};
    return remarks;
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  /// Start positions are those of frame 0. Returns how many are outside now and left out.
  static std::size_t move_with_drift(std::vector<columns::Position>& start,
                                     const preprocess::FrameShift& shift, const image::Image& image,
                                     double pixel_size_angstrom) {
    for (columns::Position& position : start) {
      position.x_angstrom += shift.x_px * pixel_size_angstrom;
      position.y_angstrom += shift.y_px * pixel_size_angstrom;
    }
    const double right = (static_cast<double>(image.width()) - 0.5) * pixel_size_angstrom;
    const double bottom = (static_cast<double>(image.height()) - 0.5) * pixel_size_angstrom;
    const double edge = -0.5 * pixel_size_angstrom;
    return std::erase_if(start, [&](const columns::Position& position) {
      return position.x_angstrom < edge || position.x_angstrom > right ||
             position.y_angstrom < edge || position.y_angstrom > bottom;
    });
  }

  ColumnsOptions options_;
  std::optional<StartPositions> start_;
  bool follows_drift_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_columns_stage(const RunConfig& config) {
  return std::make_unique<ColumnsStage>(config);
}

}  // namespace adatom::pipeline
