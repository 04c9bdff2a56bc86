#pragma once
// Which classes of environments move: all runs of a temperature together.
#include <filesystem>
#include <string>
#include <vector>

#include "stages/md_runs.h"

namespace adatom::pipeline {

/// The classes.csv of one run.
struct RunMobility {
  MdRun run;
  std::filesystem::path classes_csv;
};

/// Puts the tables below one another: run,structure,temperature_k,seed and their own columns.
[[nodiscard]] std::string all_classes_csv(const std::vector<RunMobility>& runs);

/// Of each class at each temperature: LENS over all values, indices over all atoms, with the
/// standard errors of the runs' scatter (nan: one run). Writes class_means.csv, lens.svg,
/// mobile.svg and index.svg.
void write_class_means(const std::vector<RunMobility>& runs, const std::filesystem::path& folder);

}  // namespace adatom::pipeline
