#pragma once
// What would run and why; what stands; what is damaged. Nothing here changes a file.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/pipeline/run_directory.h"
#include "adatom/pipeline/stage.h"

namespace adatom::pipeline {

using StageList = std::vector<std::unique_ptr<Stage>>;

enum class PieceState {
  done,   ///< its files are there and as recorded
  to_do,  ///< must be computed
  waits,  ///< reads what an earlier stage has yet to make
};

struct PiecePlan {
  Item item;
  PieceState state = PieceState::to_do;
  std::optional<std::string> key;
  std::optional<Record> record;     ///< of a finished one
  std::vector<std::string> damage;  ///< what is wrong with a stored one
};

struct StagePlan {
  std::string stage;
  std::vector<PiecePlan> items;
  PiecePlan result;
  bool manifest_current = false;
  bool published_current = false;  ///< its copies in the run directory are as the result is
  /// Why it would run: "fit.background constant -> plane", "frame 7 changed", "1 new item".
  std::vector<std::string> reasons;

  [[nodiscard]] bool up_to_date() const;
  [[nodiscard]] bool items_done() const;
  /// "columns: fit.background constant -> plane (10 of 10 items)", "frames: up to date".
  [[nodiscard]] std::string text() const;
};

/// Compares one stage with what is stored of it.
[[nodiscard]] StagePlan plan_stage(const RunDirectory& directory, const Stage& stage,
                                   std::span<const StageOutputs> upstream);

/// All stages in order.
[[nodiscard]] std::vector<StagePlan> plan_run(const RunDirectory& directory,
                                              const StageList& stages);

/// What a planned stage offers to later ones.
[[nodiscard]] StageOutputs outputs_of(const RunDirectory& directory, const Stage& stage,
                                      const StagePlan& plan);

/// What the run directory holds of one stage, without its configuration.
struct StageStatus {
  std::string stage;
  bool complete = false;        ///< it has a valid manifest
  std::size_t items = 0;        ///< in the manifest
  std::size_t finished = 0;     ///< items whose folders are there, in the manifest or not
  std::size_t interrupted = 0;  ///< begun and not finished
  std::size_t warnings = 0;
  std::vector<std::string> shortfalls;
};
[[nodiscard]] std::vector<StageStatus> read_status(const RunDirectory& directory);

/// A file that is not as recorded.
struct Damage {
  std::string file;  ///< relative to the run directory
  std::string problem;
};
/// Re-hashes everything that is recorded in the run directory. A later run computes again what is
/// reported here.
/// @throws InputError: the directory is missing or holds no stage
[[nodiscard]] std::vector<Damage> verify_run(const RunDirectory& directory, Progress& progress);

}  // namespace adatom::pipeline
