#pragma once
// What came out of a replica's run, in numbers.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adatom/md/dynamics.h"
#include "adatom/numeric/blocking.h"
#include "md/replica.h"

namespace adatom::pipeline {

struct ReplicaSummary {
  std::string name;
  std::string file;  ///< of the structure
  std::size_t atoms = 0;
  double temperature_k = 0.0;  ///< asked for
  std::int64_t seed = 0;
  std::int64_t steps = 0;
  double time_ps = 0.0;
  std::map<std::string, std::string> facts;  ///< of the checkpoint
  std::optional<double> relaxed_ev;
  /// Temperature in the last tenth of the thermalisation.
  std::optional<double> thermalised_k;
  double averages_from_ps = 0.0;
  numeric::BlockedMean temperature;
  numeric::BlockedMean potential_ev;
  numeric::BlockedMean total_ev;
  /// Slope of the conserved energy over the whole production.
  double drift_mev_per_atom_ns = 0.0;
  std::vector<std::string> warnings;
};

/// From the logs of a finished run.
/// @param facts by name: minimisation_end, relaxed_ev, ... as the engine has them
[[nodiscard]] ReplicaSummary summarise(const Replica& replica, const MdOptions& options,
                                       const std::vector<md::Thermo>& thermalisation,
                                       const std::vector<md::Thermo>& production,
                                       std::map<std::string, std::string> facts);

/// The largest differences between mixed and double precision that the runs measured at their ends,
/// as a sentence; nothing if none did.
[[nodiscard]] std::optional<std::string> precision_text(
    const std::vector<ReplicaSummary>& summaries);

/// summary.json of one replica.
[[nodiscard]] std::string summary_json(const ReplicaSummary& summary, const MdOptions& options);

/// A row for each replica.
[[nodiscard]] std::string summary_csv(const std::vector<ReplicaSummary>& summaries);

}  // namespace adatom::pipeline
