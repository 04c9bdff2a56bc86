#pragma once
// The stages one by one.
#include <memory>

#include "adatom/pipeline/config.h"
#include "adatom/pipeline/stage.h"

namespace adatom::pipeline {

[[nodiscard]] std::unique_ptr<Stage> make_frames_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_registration_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_columns_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_counts_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_models_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_md_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_environments_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_mobility_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_film_stage(const RunConfig& config);
[[nodiscard]] std::unique_ptr<Stage> make_report_stage(const RunConfig& config);

}  // namespace adatom::pipeline
