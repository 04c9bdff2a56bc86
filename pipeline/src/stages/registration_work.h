#pragma once
// Drift of a series, frame after frame.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/image/frame.h"
#include "adatom/pipeline/stage.h"
#include "adatom/preprocess/register.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// Forgets everything: for work that is not resumed.
class NoCheckpoint final : public Checkpoint {
 public:
  [[nodiscard]] std::optional<std::string> load() const override { return {}; }
  void save(std::string_view) override {}
};

/// Registers `count` frames in order and writes drift.csv, average.tif and drift.svg.
Remarks register_series(std::size_t count,
                        const std::function<image::Image(std::size_t)>& read_frame,
                        double pixel_size_angstrom, const preprocess::RegisterOptions& options,
                        const Work& work);

/// What is known after some frames, as bytes and back. Nothing if the bytes are not such a state.
struct RegistrationSoFar {
  preprocess::RegistrationState state;
  std::vector<preprocess::FrameShift> shifts;
};
[[nodiscard]] std::string to_bytes(const RegistrationSoFar& registration);
[[nodiscard]] std::optional<RegistrationSoFar> parse_registration(std::string_view bytes);

/// An empty drift.csv.
[[nodiscard]] storage::Table drift_table();

/// The shifts of drift.csv in the order of the frames.
[[nodiscard]] std::vector<preprocess::FrameShift> read_drift(const std::filesystem::path& path);

}  // namespace adatom::pipeline
