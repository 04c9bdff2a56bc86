#pragma once
// Runs stages: computes what is not stored, item by item, so that a kill at any moment loses no
// finished item.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/events.h"
#include "adatom/pipeline/plan.h"

namespace adatom::pipeline {

/// Which stages may compute. Those before the first chosen one must be up to date.
struct RunRequest {
  std::optional<std::string> from = {};
  std::optional<std::string> to = {};
  std::optional<std::string> only = {};
  std::vector<std::string> force = {};  ///< computed again and compared with what is stored
};

struct RunOutcome {
  std::vector<std::string> warnings;     ///< "columns: frame 3: ...", "md: all 10: ..."
  std::vector<std::string> shortfalls;   ///< of every chosen stage, computed now or before
  std::vector<std::string> differences;  ///< of forced stages: "columns: frame 3: model.tif"
  std::size_t computed = 0;              ///< items and results computed

  /// 0; 3 with shortfalls; 1 if a forced stage came out different.
  [[nodiscard]] int exit_code() const;
};

/// Runs the chosen stages in order. The caller holds the RunLock.
/// @throws InputError: unknown stage, wrong order, an earlier stage not up to date, bad input
/// @throws Interrupted: finished items stay, the next run goes on
RunOutcome run_stages(const RunDirectory& directory, const StageList& stages,
                      const RunRequest& request, EventListener& listener, Progress& progress);

/// What provenance.json holds beside the program itself.
struct InputProvenance {
  std::string name;  ///< the option that names it
  std::string path;
};
/// Writes provenance.json: program, commit, compiler, instruction sets, libraries, inputs with size
/// and hash, hash of the configuration's text, threads, host. Recorded, never hashed.
void write_provenance(const RunDirectory& directory, std::string_view config_text,
                      std::span<const InputProvenance> inputs, std::size_t threads);

/// The program's version, "0.1.0", and the commit it was built from.
[[nodiscard]] std::string_view program_version();
[[nodiscard]] std::string_view program_commit();

}  // namespace adatom::pipeline
