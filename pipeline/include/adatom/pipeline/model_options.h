#pragma once
// How a model is made from counted columns: what `adatom reconstruct` and the stage `models` can be
// told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/energetics/support.h"
#include "adatom/pipeline/option_values.h"
#include "adatom/reconstruct/column_lattice.h"
#include "adatom/reconstruct/ensemble.h"
#include "adatom/reconstruct/fitness.h"
#include "adatom/reconstruct/image_check.h"
#include "adatom/reconstruct/misfit.h"
#include "adatom/reconstruct/relax.h"
#include "adatom/reconstruct/search_minima.h"
#include "adatom/reconstruct/start_model.h"

namespace adatom::pipeline {

/// automatic: that which fits the columns best.
enum class ModelZoneAxis { automatic, axis_100, axis_110, axis_111, axis_112 };
/// none; a half-space of Lennard-Jones atoms; a wall that atoms cannot pass and that draws none.
enum class ModelSupport { none, lj, wall };
/// automatic: standing where the support lies below along the beam, else symmetric.
enum class ModelStart { automatic, symmetric, standing };
/// automatic: incoherent where there is a frame.
enum class ImageCheckMethod { automatic, off, incoherent, multislice };

/// The microscope whose image of the model is compared with the frame.
struct MicroscopeOptions {
  simulate::ProbeOptions probe;
  std::string detector_mrad = "40:160";
  std::int64_t configurations = 8;  ///< of thermal motion
  double source_fwhm_angstrom = 0.0;
  std::int64_t upsampling = 1;

  void describe(OptionVisitor& v);
};

struct ModelOptions {
  reconstruct::LatticeOptions lattice;
  ModelZoneAxis zone_axis = ModelZoneAxis::automatic;
  std::string potential = {};
  /// Of the experiment: that of the search, the relaxation and the weights of candidates.
  double temperature_k = 673.0;
  ModelStart start = ModelStart::automatic;
  ModelSupport support = ModelSupport::none;
  std::string support_normal = "beam";
  double support_epsilon_ev = 0.1;
  double support_sigma_angstrom = 2.6;
  reconstruct::SearchOptions search;
  /// Of searches that begin at the lowest minimum and accept by Metropolis: what lies near it.
  std::int64_t nearby_iterations = 2000;
  reconstruct::RelaxOptions relax;
  std::int64_t relax_candidates = 10;
  std::optional<double> alpha_ev = {};
  reconstruct::MisfitOptions misfit;
  reconstruct::EnsembleOptions confidence;
  ImageCheckMethod image_check = ImageCheckMethod::automatic;
  reconstruct::ImageCheckOptions image;
  MicroscopeOptions microscope;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;

  /// From the support to the particle; nothing if `support_normal` says no direction.
  [[nodiscard]] std::optional<Eigen::Vector3d> normal() const;
  /// Below the lowest atom of `structure`, at a place that does not follow the atoms.
  [[nodiscard]] energetics::SupportOptions support_below(const crystal::Structure& structure) const;

  // Those of the parts, with what is common to them.
  [[nodiscard]] reconstruct::LatticeOptions lattice_options() const;
  [[nodiscard]] reconstruct::StartOptions start_options() const;
  [[nodiscard]] reconstruct::SearchOptions search_options() const;
  [[nodiscard]] reconstruct::SearchOptions nearby_options() const;
  [[nodiscard]] reconstruct::RelaxOptions relax_options() const;
  [[nodiscard]] reconstruct::FitnessOptions fitness_options() const;
  [[nodiscard]] reconstruct::EnsembleOptions ensemble_options() const;
};

/// Of a run, with the seed of the run.
struct ModelStageOptions : ModelOptions {
  bool enabled = false;

  void describe(OptionVisitor& v);
};

/// Every option that can change a model, by name; files of the potential count by what is in them.
/// @throws InputError: such a file cannot be read
[[nodiscard]] std::vector<OptionValue> model_option_values(const std::string& prefix,
                                                           const ModelOptions& options);

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::ModelZoneAxis> {
  static constexpr std::array names = {"auto", "100", "110", "111", "112"};
};
template <>
struct EnumNames<pipeline::ModelSupport> {
  static constexpr std::array names = {"none", "lj", "wall"};
};
template <>
struct EnumNames<pipeline::ModelStart> {
  static constexpr std::array names = {"auto", "symmetric", "standing"};
};
template <>
struct EnumNames<pipeline::ImageCheckMethod> {
  static constexpr std::array names = {"auto", "off", "incoherent", "multislice"};
};
}  // namespace adatom
