#pragma once
// From the counted columns of a frame to the model of its particle.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/model_options.h"
#include "adatom/pipeline/say.h"
#include "adatom/reconstruct/observed_column.h"
#include "adatom/reconstruct/surface_class.h"
#include "adatom/simulate/scs_library.h"
#include "reconstruct/work_store.h"

namespace adatom::pipeline {

/// A new one when the same columns and options give another model.
inline constexpr std::int64_t model_version = 3;

/// The frame that the columns were found in.
struct FrameImage {
  Grid<double> image;  ///< fraction of the incident beam
  double pixel_size_angstrom = 0.0;
  /// Cross-sections by number of atoms; nothing: those of the columns themselves are taken.
  std::optional<simulate::ScsLibrary> library = {};
};

/// A candidate of the search that was relaxed.
struct RelaxedModel {
  std::size_t candidate = 0;  ///< in `FrameModel::search`
  reconstruct::RelaxResult relaxed = {};
  reconstruct::MisfitResult misfit = {};  ///< of the structure at rest
};

struct FrameModel {
  std::vector<reconstruct::ObservedColumn> observed = {};  ///< those that the model is made of
  std::int64_t columns_seen = 0;                           ///< with those in no lattice
  reconstruct::ColumnLattice lattice = {};
  reconstruct::SearchResult search = {};
  std::vector<double> lattice_chi = {};  ///< of each candidate on its lattice
  std::vector<RelaxedModel> relaxed = {};
  reconstruct::FitnessResult fitness = {};  ///< of `relaxed`
  reconstruct::EnsembleResult confidence = {};
  crystal::Structure on_lattice = {};  ///< the chosen model before relaxation
  crystal::Structure model = {};       ///< relaxed and at rest
  /// Of `model` with the support, part of every energy here; nothing: there is none.
  std::optional<double> support_energy_ev = {};
  reconstruct::SurfaceClasses lattice_surface = {};
  reconstruct::SurfaceClasses surface = {};
  reconstruct::MisfitResult misfit = {};  ///< of `model`
  std::optional<reconstruct::ImageCheckResult> image_check = {};
  Remarks remarks = {};

  /// The one that is best.
  [[nodiscard]] const RelaxedModel& chosen() const { return relaxed[fitness.ranked[0].index]; }
  [[nodiscard]] const reconstruct::Candidate& chosen_candidate() const {
    return search.candidates[chosen().candidate];
  }
};

/// Lattice, start, search, relaxation of the best candidates, choice, confidence, image check.
/// @param image null: no image check
/// @param store keeps what is relaxed; the same input and seed give the same model, however often
/// it was interrupted
/// @throws InputError: too few columns, an element that the potential lacks, ...; Interrupted
[[nodiscard]] FrameModel reconstruct_frame(
    const std::vector<reconstruct::ObservedColumn>& columns, const FrameImage* image,
    const ModelOptions& options,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const RandomStream& random, WorkStore& store, Progress& progress);

/// Stands for all that a model depends on: 64 hexadecimal digits.
[[nodiscard]] std::string model_key(const std::vector<reconstruct::ObservedColumn>& columns,
                                    const FrameImage* image,
                                    const std::vector<OptionValue>& options, std::uint64_t seed);

}  // namespace adatom::pipeline
