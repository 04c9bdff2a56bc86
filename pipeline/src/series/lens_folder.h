#pragma once
// The folder of `adatom lens`: domains of atoms that move alike, in tables, pictures and a page.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/domains.h"
#include "series/domain_sampler.h"
#include "series/series_run.h"

namespace adatom::pipeline {

/// All that the files of the folder tell.
struct LensResults {
  const LensCommandOptions& options;
  const SeriesRun& run;
  const dynamics::SeriesSource& series;
  const dynamics::Domains& domains;
  const DomainSampler& sampler;
};

/// Names of all files that can be there.
[[nodiscard]] std::vector<std::filesystem::path> lens_folder_files();

/// From `folder`/lens.h5 everything else in `folder`.
/// @throws InputError: signals too short for their smoothing
void write_lens_folder(const LensCommandOptions& options, SeriesRun& run,
                       const std::filesystem::path& folder, Progress& progress);

/// Tables, as the page's captions say.
void write_lens_tables(const LensResults& results, const std::filesystem::path& folder);
/// report.html and its figures.
void write_lens_report(const LensResults& results, const std::filesystem::path& folder);

}  // namespace adatom::pipeline
