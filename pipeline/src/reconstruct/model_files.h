#pragma once
// What is written of a model: structures, tables, numbers.
#include <filesystem>
#include <string>

#include "reconstruct/model_work.h"

namespace adatom::pipeline {

/// model.xyz, model_lattice.xyz, candidates.csv, model_columns.csv, alternatives.csv,
/// reconstruction.json; with an image check image_columns.csv and residual.tif.
void write_model_files(const std::filesystem::path& folder, const FrameModel& model,
                       const ModelOptions& options, double pixel_size_angstrom);

/// "facet_111".
[[nodiscard]] std::string facet_name(reconstruct::SurfaceClass facet);

}  // namespace adatom::pipeline
