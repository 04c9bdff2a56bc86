#pragma once
// Everything `adatom validate` can be told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/pipeline/config.h"
#include "adatom/pipeline/model_options.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/simulate/probe.h"
#include "adatom/simulate/stem.h"

namespace adatom::pipeline {

enum class ParticleKind { file, truncated_octahedron, decahedron };
enum class ImagingKind { multislice, incoherent };

/// A particle whose atoms are known.
struct ParticleOptions {
  ParticleKind kind = ParticleKind::truncated_octahedron;
  std::vector<InputFile> structures = {};  ///< kind file: each is a frame; patterns are kept
  std::string type_elements = {};
  std::string element = "Au";
  std::optional<double> lattice_parameter_angstrom = {};
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_110;
  std::int64_t length = 12;  ///< truncated octahedron
  std::int64_t cutoff = 4;
  std::int64_t m = 7;  ///< decahedron
  std::int64_t n = 1;
  std::int64_t p = 3;
  std::int64_t missing_corner_atoms = 0;
  std::int64_t island_atoms = 0;
  bool step = false;
  std::vector<double> facet = {1.0, 1.0, 1.0};  ///< that the island or the step is on
  std::vector<double> rotate_deg = {};          ///< kind file: about x, then y, then z
  double sharpen_within_deg = 0.0;              ///< kind file: about y
  double rotation_rad = 0.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] crystal::TypeElements elements_of_types() const;
};

/// The microscope, the same for all cases.
struct ImagingOptions {
  simulate::ProbeOptions probe;
  std::string detector_mrad = "40:160";
  double step_angstrom = 0.3;
  double margin_angstrom = 4.0;
  std::int64_t configurations = 4;
  simulate::Instants instants = simulate::Instants::row;
  simulate::AccuracyOptions accuracy = {.window_angstrom = 10.0};
  double source_fwhm_angstrom = 0.8;
  std::int64_t upsampling = 2;
  double column_width_angstrom = 0.6;  ///< incoherent
  double column_tolerance_angstrom = 0.7;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// What has to be reached; not given: it is only reported.
struct LimitOptions {
  std::optional<double> columns_found = {};
  std::optional<double> position_over_bound = {};
  std::optional<double> counts_exact = {};
  std::optional<double> counts_within_one = {};
  std::optional<double> total_error = {};
  std::optional<double> series_exact = {};
  std::optional<double> changes_found = {};
  std::optional<double> spurious_ratio = {};
  std::optional<double> surface_right = {};
  std::optional<double> rmsd_angstrom = {};
  std::optional<double> environments_right = {};
  std::optional<double> frame_seconds = {};

  void describe(OptionVisitor& v);
};

/// One particle, imaged at every temperature and dose.
struct CaseOptions {
  ParticleOptions particle;
  ImagingKind imaging = ImagingKind::multislice;
  std::vector<double> temperatures_k = {300.0};
  std::vector<double> doses_per_angstrom2 = {2e4};
  std::int64_t frames = 1;  ///< built kinds: with atoms that moved between them
  std::int64_t moves_per_frame = 2;
  double drift_x_angstrom = 0.0;  ///< within a frame
  double drift_y_angstrom = 0.0;
  double row_jitter_angstrom = 0.0;
  LimitOptions limits;  ///< in place of those of all cases

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct ValidateOptions {
  std::int64_t seed = 1;
  ImagingOptions imaging;
  ColumnsOptions columns;
  counting::CountingOptions counting;
  InputFile library;              ///< not given: that for the conditions
  ModelStageOptions reconstruct;  ///< its element, zone axis and temperature are the case's
  /// Of the surface: half a bond of gold.
  double site_tolerance_angstrom = 1.44;
  LimitOptions limits;
  double limits_from_dose_per_angstrom2 = 2e4;
  std::vector<NamedOptions<CaseOptions>> cases = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// @param overrides "key.of.option=value"
/// @throws InputError with everything that is wrong
[[nodiscard]] ValidateOptions read_validate_options(const std::string& file,
                                                    const std::vector<std::string>& overrides);

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::ParticleKind> {
  static constexpr std::array names = {"file", "truncated_octahedron", "decahedron"};
};
template <>
struct EnumNames<pipeline::ImagingKind> {
  static constexpr std::array names = {"multislice", "incoherent"};
};
}  // namespace adatom
