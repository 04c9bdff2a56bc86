#pragma once
// What `adatom reconstruct` does.
#include <cstdint>
#include <filesystem>
#include <optional>

#include "adatom/base/progress.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/model_options.h"
#include "adatom/pipeline/say.h"

namespace adatom::pipeline {

/// Besides how a model is made: of what.
struct ReconstructOptions : ModelOptions {
  InputFile columns;  ///< columns.csv of the fit, for standard errors
  InputFile frame;    ///< the image
  ReadingOptions reading;
  InputFile library;
  std::optional<std::int64_t> frame_index = {};
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The models of the table's frames. One frame: its files in `folder`; several: in `frame_0007/`
/// each, and summary.csv and report.html over them. Killed or interrupted, the same call goes on.
/// @throws InputError; Interrupted
Remarks run_reconstruct(const ReconstructOptions& options, const std::filesystem::path& counts_csv,
                        const std::filesystem::path& folder, const Say& say, Progress& progress);

}  // namespace adatom::pipeline
