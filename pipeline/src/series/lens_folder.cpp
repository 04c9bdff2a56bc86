#include "series/lens_folder.h"

#include <utility>

#include "adatom/crystal/trajectory.h"
#include "series/hdf5_series.h"

namespace adatom::pipeline {
namespace {

/// Frames of the coloured trajectory.
constexpr std::size_t most_frames = 50;

/// Some frames with each atom's smoothed LENS and its domain, counted from 1.
void write_coloured_frames(const LensResults& results, SeriesRun& run,
                           const std::filesystem::path& path, Progress& progress) {
  const auto& intervals = results.sampler.intervals();
  progress.begin("coloured frames", intervals.size());
  crystal::TrajectoryWriter writer(path);
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    stop_if_cancelled(progress);
    auto frame = run.reader->read(run.first_frame + results.domains.first + intervals[k]);
    std::vector<double> lens;
    std::vector<std::int64_t> domain;
    for (std::size_t i = 0; i < run.atoms; ++i) {
      lens.push_back(results.sampler.value(k, i));
      domain.push_back(results.sampler.domain(k, i) + 1);
    }
    frame.velocities_angstrom_per_ps.clear();
    frame.columns.clear();
    frame.columns.push_back({.name = "lens_smoothed", .values = std::move(lens)});
    frame.columns.push_back({.name = "domain", .values = std::move(domain)});
    writer.add(frame);
    progress.advance(1);
  }
}

}  // namespace

std::vector<std::filesystem::path> lens_folder_files() {
  return {"lens.h5",        "domains.h5", "domains.csv",  "density.csv",     "histogram.csv",
          "exchange.csv",   "tree.csv",   "atoms.csv",    "populations.csv", "domains.xyz",
          "traces.svg",     "traces.csv", "exchange.svg", "populations.svg", "particle.svg",
          "dendrogram.svg", "report.html"};
}

void write_lens_folder(const LensCommandOptions& options, SeriesRun& run,
                       const std::filesystem::path& folder, Progress& progress) {
  const Hdf5Series series(folder / "lens.h5", "/lens");
  const std::size_t left_out = 2 * options.domains.dropped();
  DomainSampler sampler(folder / "domains.h5", run.atoms, options.domains.dropped(),
                        run.intervals > left_out ? run.intervals - left_out : 0, most_frames);
  const auto domains = dynamics::find_domains(series, options.domains, sampler, progress);
  sampler.close();
  const LensResults results{options, run, series, domains, sampler};
  write_lens_tables(results, folder);
  write_coloured_frames(results, run, folder / "domains.xyz", progress);
  write_lens_report(results, folder);
}

}  // namespace adatom::pipeline
