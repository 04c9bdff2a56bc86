#pragma once
// A model on a page.
#include <string>
#include <vector>

#include "adatom/report/page.h"
#include "reconstruct/model_figures.h"

namespace adatom::pipeline {

/// The page of one frame.
[[nodiscard]] std::string model_report(const FrameModel& model, const ModelFigures& figures,
                                       const std::string& configuration);

/// model.xyz and the other files, figures and report.html of one frame.
void write_model(const std::filesystem::path& folder, const FrameModel& model,
                 const FrameImage* frame, const ModelOptions& options,
                 const std::string& configuration);

/// One row of the table over frames: also what a summary file says.
struct ModelSummary {
  std::int64_t frame = 0;
  std::size_t atoms = 0;
  std::size_t columns = 0;
  double energy_per_atom_ev = 0.0;  ///< that with the support included
  double energy_per_atom_stderr_ev = 0.0;
  double support_energy_per_atom_ev = 0.0;  ///< of it; 0: there is no support
  double chi = 0.0;
  double fitness_ev = 0.0;
  double expected_wrong_atoms = 0.0;
  std::size_t surface_atoms = 0;
  std::size_t columns_changed = 0;
};

/// From reconstruction.json in `folder`.
[[nodiscard]] ModelSummary read_model_summary(const std::filesystem::path& folder,
                                              std::int64_t frame);
[[nodiscard]] std::string model_summary_csv(const std::vector<ModelSummary>& summaries);
[[nodiscard]] report::Table model_summary_table(const std::vector<ModelSummary>& summaries);

}  // namespace adatom::pipeline
