// counts (reduce): atom counts of all columns of all frames together.
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/stages.h"
#include "adatom/storage/csv.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

std::map<std::int64_t, ImageSize> image_sizes(const std::filesystem::path& frames_csv) {
  const storage::Table table = storage::read_csv(frames_csv);
  const auto frame = table.integers("frame");
  const auto width = table.numbers("width_px");
  const auto height = table.numbers("height_px");
  const auto pixel = table.numbers("pixel_size_angstrom");
  std::map<std::int64_t, ImageSize> sizes;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    sizes[frame[i]] = {width[i] * pixel[i], height[i] * pixel[i]};
  }
  return sizes;
}

class CountsStage final : public Stage {
 public:
  explicit CountsStage(const RunConfig& config)
      : options_(config.counting), seed_(static_cast<std::uint64_t>(config.seed)) {}

  [[nodiscard]] std::string name() const override { return "counts"; }
  [[nodiscard]] std::int64_t version() const override { return 2; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    std::vector<OptionValue> options = option_values("counting", options_);
    // The library counts for 'mixture' as well, whose components are compared with it. Seed and
    // starts count for every method: 'library' looks for a scale that fits better.
    if (!options_.needs_library()) {
      leave_out(options, "counting.allow_zero");
      leave_out(options, "counting.min_probability");
    }
    if (!options_.time_series.enabled) leave_out(options, "counting.time_series");
    const bool uses_library = reads_library(options_);
    if (!uses_library) {
      leave_out(options, "counting.library");
      leave_out(options, "counting.library_scale_prior");
      for (const char* name : library_choice_names) {
        leave_out(options, std::string("counting.") + name);
      }
    } else if (!options_.library.given()) {
      // Of one that is calculated the calculation counts, which is known before it is done.
      const auto file = options_.library_file();
      options.push_back(
          file ? OptionValue{"counting.shipped_library", "sha256:" + sha256_of_file(*file)}
               : OptionValue{"counting.calculated_library",
                             "sha256:" + calculated_library_key(options_.choice)});
    }
    return options;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return seed_; }
  [[nodiscard]] std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs = {upstream.of("columns").result.file("columns.csv")};
    // A column that drifted out of the image is not absent.
    if (options_.time_series.enabled) {
      inputs.push_back(upstream.of("frames").result.file("frames.csv"));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    const auto table = upstream.of("columns").result.folder / "columns.csv";
    // No column in any frame is a result of the run, not a wrong input.
    MeasuredColumns columns =
        storage::read_csv(table).rows() == 0 ? MeasuredColumns{} : read_measured_columns(table);
    if (options_.time_series.enabled) {
      columns.image_size = image_sizes(upstream.of("frames").result.folder / "frames.csv");
    }
    return count_columns(columns, options_, seed_, work.folder, work.say, work.progress);
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  CountingStageOptions options_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Stage> make_counts_stage(const RunConfig& config) {
  // What is wrong with the library shows before the frames are fitted.
  if (reads_library(config.counting)) {
    const auto& choice = config.counting.choice;
    if (const auto file = config.counting.library_file()) {
      (void)read_counting_library(*file, choice);
    } else {
      (void)calculated_library_key(choice);
    }
  }
  return std::make_unique<CountsStage>(config);
}

}  // namespace adatom::pipeline
