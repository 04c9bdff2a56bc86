#pragma once
// Which pictures a film of the series is made of.
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/pipeline/study_options.h"
#include "adatom/report/atom_kinds.h"
#include "stages/md_runs.h"

namespace adatom::pipeline {

/// One structure of the series, and the run that fills the gap behind it.
struct FilmSource {
  MdRun run;
  std::filesystem::path labels;  ///< the folder of its labels
};

/// Of each structure, in their order, the run at that temperature with the first seed.
/// @param labels folders of the runs' labels
[[nodiscard]] std::vector<FilmSource> film_sources(const std::vector<MdRun>& runs,
                                                   const std::vector<std::filesystem::path>& labels,
                                                   const FilmOptions& options);

enum class FilmKind { model, dynamics };

struct FilmFrame {
  std::size_t source = 0;  ///< number of the structure in the series
  FilmKind kind = FilmKind::model;
  std::optional<double> time_s = {};  ///< of the image
  double dynamics_ps = 0.0;           ///< since then, in the dynamics
  crystal::Structure structure;       ///< coloured; the middle of the source's model is at 0
};

/// Takes the frames one after another.
using TakeFilmFrame = std::function<void(const FilmFrame&)>;

/// Every structure of the series as it was given, then frames of its trajectory.
/// @throws InputError: files that were changed; Interrupted
void make_film(const std::vector<FilmSource>& sources, const FilmOptions& options,
               const EnvironmentsOptions& reading,
               const dynamics::EnvironmentDictionary& dictionary,
               const std::vector<report::AtomKind>& kinds, const TakeFilmFrame& take,
               Progress& progress);

}  // namespace adatom::pipeline
