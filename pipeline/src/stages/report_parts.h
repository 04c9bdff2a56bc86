#pragma once
// The parts of the report, one for each stage, each from the files that stage wrote.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/stage.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {

/// What the report shows that no stage wrote.
struct ReportFrame {
  std::string run_name;
  std::vector<std::string> file_names;  ///< of the input, without folders
  std::size_t max_frames = 50;
};

/// The first numbers a reader wants, and all that the stages warn of.
void add_overview(report::Page& page, const Upstream& upstream);
/// Frames, model and residual side by side; drift; the table of fits.
void add_fits(report::Page& page, const Upstream& upstream, const ReportFrame& about,
              Progress& progress);
/// Histogram, criterion, maps and totals.
void add_counts(report::Page& page, const Upstream& upstream, const ReportFrame& about,
                Progress& progress);
/// The particles in space, frame by frame.
void add_models(report::Page& page, const Upstream& upstream, const ReportFrame& about,
                Progress& progress);
/// Runs of molecular dynamics: particles, temperatures, energies.
void add_md(report::Page& page, const Upstream& upstream);
/// Environments before and after, transitions at each temperature.
void add_environments(report::Page& page, const Upstream& upstream);
/// Which classes move.
void add_mobility(report::Page& page, const Upstream& upstream);
/// Where the film is.
void add_film(report::Page& page, const Upstream& upstream);
/// Inputs, options and the program.
void add_provenance(report::Page& page, const Upstream& upstream, const ReportFrame& about);

/// "frame 3 (particle_003.tif)" where each file is one frame.
[[nodiscard]] std::string frame_label(std::size_t index, std::size_t count,
                                      const ReportFrame& about);

}  // namespace adatom::pipeline
