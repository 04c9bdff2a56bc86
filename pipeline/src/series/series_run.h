#pragma once
// From a trajectory to one value for each atom and interval.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/pipeline/say.h"
#include "series/series_maker.h"
#include "series/series_parts.h"

namespace adatom::pipeline {

struct SeriesTask {
  std::string name;  ///< "LENS", on the progress bar
  std::filesystem::path trajectory;
  SeriesInput input;
  std::size_t delay = 1;
  std::string options_text;  ///< of everything that can change the values
  std::function<std::unique_ptr<SeriesMaker>(const crystal::Structure& first)> make;
};

struct SeriesRun {
  crystal::Structure first;  ///< the first frame
  std::size_t first_frame = 0;
  std::size_t atoms = 0;
  std::size_t intervals = 0;
  std::vector<double> time_ps = {};  ///< where each interval begins; empty if the file does not say
  std::unique_ptr<SeriesParts> parts;
  std::unique_ptr<crystal::TrajectoryReader> reader;
};

/// Goes on with what is in `parts_folder`, if it is of the same trajectory, shorter perhaps.
/// @throws InputError: fewer frames than the delay needs, frames of other atoms
SeriesRun run_series(const SeriesTask& task, const std::filesystem::path& parts_folder,
                     Progress& progress, const Say& say);

}  // namespace adatom::pipeline
