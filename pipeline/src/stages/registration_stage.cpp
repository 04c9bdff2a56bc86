// registration (reduce): drift of the series, frame after frame.
#include "stages/frame_work.h"
#include "stages/registration_work.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

class RegistrationStage final : public Stage {
 public:
  explicit RegistrationStage(const RunConfig& config) : options_(config.preprocess.registration) {}

  [[nodiscard]] std::string name() const override { return "registration"; }
  [[nodiscard]] std::int64_t version() const override { return 1; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    return option_values("preprocess.register", options_);
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }
  [[nodiscard]] std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("frames").items) {
      inputs.push_back(piece.file("frame.tif", piece.name));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    const std::vector<Input> frames = result_inputs(upstream);
    const FrameFacts first =
        read_frame_facts(upstream.of("frames").items.front().file("frame.json").path);
    return register_series(
        frames.size(), [&frames](std::size_t i) { return read_image(frames[i].path); },
        first.pixel_size_angstrom, options_, work);
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  preprocess::RegisterOptions options_;
};

}  // namespace

std::unique_ptr<Stage> make_registration_stage(const RunConfig& config) {
  return std::make_unique<RegistrationStage>(config);
}

}  // namespace adatom::pipeline
