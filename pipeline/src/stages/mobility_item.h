#pragma once
// How much every atom of one run moves: LENS and Lindemann index.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/pipeline/stage.h"
#include "adatom/pipeline/study_options.h"

namespace adatom::pipeline {

/// Of a run's labels, for the summary by class.
struct LabelledRun {
  std::filesystem::path labels;
  std::vector<std::uint8_t> class_of;  ///< of each environment of the dictionary
  std::vector<std::string> classes;
  std::vector<std::uint8_t> mask;  ///< which atoms are counted
  std::size_t read_every = 1;      ///< which frames have labels
};

/// Runs LENS and the Lindemann index over a trajectory, going on from what is in `work.kept`, and
/// writes lens.h5 (/lens, atoms x intervals), atoms.csv and, with labels, classes.csv.
/// @throws InputError, Interrupted
Remarks measure_mobility(const std::filesystem::path& trajectory, double trajectory_ps,
                         const MobilityOptions& options, const std::optional<LabelledRun>& labelled,
                         const Work& work);

}  // namespace adatom::pipeline
