#pragma once
// One replica from its structure to the end of its production.
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/energetics/embedded_atom.h"
#include "md/checkpoint.h"
#include "md/replica.h"

namespace adatom::pipeline {

/// Names of a replica's files.
struct ReplicaFiles {
  static constexpr const char* relaxed = "relaxed.xyz";
  static constexpr const char* thermalisation = "thermalisation.csv";
  static constexpr const char* thermo = "thermo.csv";
  static constexpr const char* trajectory = "trajectory.xyz";
  static constexpr const char* final_state = "final.xyz";
  static constexpr const char* checkpoint = "checkpoint";
  static constexpr const char* summary = "summary.json";
};

/// The fact that a run ended as it should, at this step: a checkpoint alone may have been made just
/// before the last files were.
inline constexpr const char* finished_fact = "finished_step";

/// How many steps a run has in all, and one for the end.
[[nodiscard]] std::int64_t steps_of_run(const MdOptions& options);

/// How many steps are still to be done, and one for the end; 0: the run is complete.
/// @throws InputError: the folder holds another run, or one that is longer
[[nodiscard]] std::int64_t steps_left(const Replica& replica, const MdOptions& options,
                                      const std::filesystem::path& folder);

/// What a run says of itself besides its other files: how the minimisation went, which kernel. Of a
/// run that is complete.
[[nodiscard]] std::map<std::string, std::string> facts_of_run(const Replica& replica,
                                                              const MdOptions& options,
                                                              const std::filesystem::path& folder);

/// Runs what is left; `folder` then holds all of ReplicaFiles but the summary. Interrupted or
/// killed it is gone on from, with the same kernel to the same bytes as a run in one piece.
/// @throws InputError: as steps_left; a run begun with other kernels; atoms that overlap;
/// Interrupted
void run_native(const Replica& replica, const MdOptions& options,
                const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                const std::filesystem::path& folder, Progress& progress);

}  // namespace adatom::pipeline
