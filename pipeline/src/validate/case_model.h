#pragma once
// Models of known particles, and how near they come to the truth.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/energetics/embedded_atom.h"
#include "validate/case_result.h"
#include "validate/chain_frame.h"

namespace adatom::pipeline {

/// The options of the reconstruction as they are for a case: its element, zone axis, temperature.
[[nodiscard]] ModelOptions model_options_of(const CaseOptions& options, double temperature_k,
                                            const ModelOptions& models);

/// Makes the model of every frame and relaxes the truth in the same way; fills in what `result`
/// says of models. Writes model_lattice.xyz (as found), model.xyz and truth_relaxed.xyz (relaxed,
/// the model laid on the truth) into `folder`, where unfinished relaxations are kept as well.
/// @param seed of search and dynamics
/// @throws InputError; Interrupted
void model_frames(const std::vector<ChainFrame>& chain, const ModelOptions& options,
                  const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                  double site_tolerance_angstrom, std::uint64_t seed,
                  const std::filesystem::path& folder, CaseResult& result, Progress& progress);

}  // namespace adatom::pipeline
