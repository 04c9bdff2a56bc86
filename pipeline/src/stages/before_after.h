#pragma once
// Environments of each structure before its dynamics beside those after.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "environments/results.h"
#include "stages/md_runs.h"

namespace adatom::pipeline {

/// Atoms in each counted class.
struct BeforeAfter {
  MdRun run;
  std::vector<double> model = {};    ///< the structure as it was given
  std::vector<double> relaxed = {};  ///< at the minimum; empty: it was not looked for
  std::vector<double> first = {};    ///< the first frame of the trajectory
  std::vector<double> mean = {};     ///< over the plateau
  std::vector<double> mean_stderr = {};
};

/// Counts the labels of a single structure.
/// @param mask which atoms are counted
[[nodiscard]] std::vector<double> count_labels(const std::filesystem::path& labels,
                                               const CountedLabels& counted,
                                               const std::vector<std::uint8_t>& mask);

/// run,structure,temperature_k,seed,class,atoms_model,atoms_relaxed,atoms_first,atoms_mean,
/// atoms_mean_stderr
[[nodiscard]] std::string before_after_csv(const std::vector<BeforeAfter>& rows,
                                           const std::vector<std::string>& classes);

/// For each structure NAME.svg: its classes as it was given, at the minimum, and on average at each
/// temperature (mean of its runs there).
void draw_before_after(const std::vector<BeforeAfter>& rows,
                       const std::vector<report::AtomKind>& classes,
                       const std::filesystem::path& folder);

}  // namespace adatom::pipeline
