#include "saed/saed_frames.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "md/growing_file.h"
#include "mobility/frame_loop.h"
#include "mobility/frame_state.h"
#include "saed/saed_tables.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view saed_state = "saed";
constexpr const char* saed_state_file = "state";

struct GrowingTableSpec {
  const char* name;
  std::string (*header)();
};

constexpr std::array table_specs = {GrowingTableSpec{"rings.csv", rings_header},
                                    GrowingTableSpec{"phase_fraction.csv", fractions_header},
                                    GrowingTableSpec{"lattices.csv", lattices_header},
                                    GrowingTableSpec{"fits.csv", fits_header}};

/// Without what is made of the tables afterwards.
SaedOptions of_frames(SaedOptions options) {
  const SaedOptions defaults;
  options.sectors = defaults.sectors;
  options.window_s = defaults.window_s;
  options.period = defaults.period;
  options.profiles = defaults.profiles;
  options.seed = defaults.seed;
  options.voltage_kv = defaults.voltage_kv;
  options.detector_pixel_um = defaults.detector_pixel_um;
  return options;
}

/// A CIF file may change under its name.
nlohmann::ordered_json phase_identity(const crystal::Phase& phase) {
  const auto& cell = phase.cell;
  nlohmann::ordered_json json = {phase.name,     cell.a_angstrom, cell.b_angstrom, cell.c_angstrom,
                                 cell.alpha_deg, cell.beta_deg,   cell.gamma_deg};
  for (const auto& atom : phase.atoms) {
    json.push_back({atom.element, atom.fraction.x(), atom.fraction.y(), atom.fraction.z(),
                    atom.occupancy, atom.b_factor_angstrom2.value_or(-1.0)});
  }
  return json;
}

}  // namespace

class SaedFrames::Tables {
 public:
  Tables(const fs::path& folder, const nlohmann::ordered_json& bytes)
      : profiles_(folder, size_in(bytes, profile_numbers_file)) {
    for (const auto& spec : table_specs) {
      tables_.push_back(
          std::make_unique<GrowingFile>(folder / spec.name, size_in(bytes, spec.name)));
      if (tables_.back()->bytes() == 0) tables_.back()->append(spec.header());
    }
  }
  void add(std::size_t frame, double time_s, const SaedFrameResult& result) {
    tables_[0]->append(rings_rows(frame, time_s, result));
    tables_[1]->append(fractions_rows(frame, time_s, result));
    tables_[2]->append(lattices_rows(frame, time_s, result));
    tables_[3]->append(fits_row(frame, time_s, result));
    profiles_.append(result.profile);
  }
  /// On the disk, so that a state may count on it.
  [[nodiscard]] nlohmann::ordered_json sync() {
    nlohmann::ordered_json bytes;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      tables_[i]->sync();
      bytes[table_specs[i].name] = tables_[i]->bytes();
    }
    profiles_.sync();
    bytes[profile_numbers_file] = profiles_.bytes();
    return bytes;
  }

 private:
  static std::int64_t size_in(const nlohmann::ordered_json& bytes, const char* name) {
    return bytes.contains(name) ? bytes[name].get<std::int64_t>() : 0;
  }
  std::vector<std::unique_ptr<GrowingFile>> tables_;
  ProfileWriter profiles_;
};

SaedFrames::SaedFrames(const SaedOptions& options, const SaedPattern& pattern,
                       const image::FrameSeries& series, double frame_time_s, fs::path folder)
    : pattern_(pattern),
      series_(series),
      frame_time_s_(frame_time_s),
      folder_(std::move(folder)),
      bins_{pattern.profile().s_first_per_angstrom, pattern.profile().s_step_per_angstrom,
            pattern.profile().size()},
      identity_({{"version", 2},
                 {"options", write_yaml(of_frames(options))},
                 {"frame_time_s", frame_time_s},
                 {"s_per_px", pattern.in_use().s_per_px},
                 {"bins", {bins_.s_first_per_angstrom, bins_.s_step_per_angstrom, bins_.count}},
                 {"reference", hash_of_pixels(pattern.mean())},
                 {"mask", hash_of_pixels(pattern.mask().mask)}}) {
  for (const auto& phase : pattern.phases()) identity_["phases"].push_back(phase_identity(phase));
  restore();
}

std::optional<InputError> SaedFrames::measure(Progress& progress) {
  // Of another run: it must not outlive its tables.
  if (read_ == 0) fs::remove(folder_ / saed_state_file);
  Tables tables(folder_, bytes_);
  return follow_frames<SaedFrameResult>(
      series_.frames(), read_, progress, [&](std::size_t frame) { return pattern_.measure(frame); },
      [&](std::size_t frame, const SaedFrameResult& result) {
        tables.add(frame, static_cast<double>(frame) * frame_time_s_, result);
      },
      [&] { save(tables); });
}

void SaedFrames::save(Tables& tables) {
  storage::write_file(folder_ / saed_state_file,
                      encode_frame_state(saed_state, identity_, series_,
                                         {.frames = read_, .bytes = tables.sync(), .numbers = {}}));
}

void SaedFrames::restore() {
  const auto state = find_frame_state(saed_state, folder_ / saed_state_file, identity_, series_);
  if (!state) return;
  bytes_ = state->bytes;
  read_ = state->frames;
  found_ = state->frames;
}

}  // namespace adatom::pipeline
