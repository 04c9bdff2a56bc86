#pragma once
// The chosen model imaged again, and compared with the frame that it was made from.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/part_store.h"
#include "adatom/base/progress.h"
#include "adatom/columns/fit.h"
#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/misfit.h"
#include "adatom/reconstruct/observed_column.h"
#include "adatom/simulate/detector.h"
#include "adatom/simulate/scs_library.h"
#include "adatom/simulate/stem.h"

namespace adatom::reconstruct {

/// Where the columns of the incoherent image stand: where the model's atoms are, or where the frame
/// has them, so that only counts are looked at.
enum class ColumnPlaces { model, frame };

struct ImageCheckOptions {
  /// Electrons per A^2; not given: the noise is that which the fit to the frame leaves.
  std::optional<double> dose_per_angstrom2 = {};
  /// Standard deviation of a column's image; not given: that of the fit to the frame.
  std::optional<double> column_width_angstrom = {};  ///< of the incoherent image
  ColumnPlaces places = ColumnPlaces::model;         ///< of the incoherent image
  columns::BackgroundModel background = columns::BackgroundModel::constant;  ///< of the frame

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The microscope of the multislice image. Its scan is that of the frame.
struct MultisliceCheck {
  simulate::ProbeOptions probe = {};
  simulate::ThermalOptions thermal = {};
  simulate::AccuracyOptions accuracy = {};
  simulate::Detector detector = {};
  double source_fwhm_angstrom = 0.0;
  std::int64_t upsampling = 1;  ///< pixels for each probe step
  std::int64_t seed = 1;
};

/// A column of the frame and of the image made of the model, both fitted in the same way.
struct ColumnCheck {
  std::int64_t column_id = 0;
  double x_angstrom = 0.0;  ///< in the frame
  double y_angstrom = 0.0;
  std::int64_t atoms = 0;  ///< of the model
  double frame_scs_angstrom2 = 0.0;
  double frame_scs_stderr_angstrom2 = 0.0;
  double model_scs_angstrom2 = 0.0;
  double difference_in_stderr = 0.0;  ///< (frame - model) / standard error; 0 where there is none
};

struct ImageCheckResult {
  Grid<double> image = {};     ///< of the model, fraction of the beam, the frame's background added
  Grid<double> residual = {};  ///< frame - image
  Grid<double> standardised = {};  ///< residual in standard deviations of a pixel; 0: not compared
  /// Mean of the squares of `standardised` over the pixels compared: 1 for noise alone.
  double chi_square_per_pixel = 0.0;
  double chi_square_stderr = 0.0;    ///< of that 1, by the noise
  std::int64_t pixels_compared = 0;  ///< those where at least one electron is expected
  /// The factor by which the image (without background) fits the frame best: 1 where intensities
  /// are calibrated. Not applied.
  double intensity_scale = 1.0;
  double column_width_angstrom = 0.0;  ///< of the fit to the frame
  std::vector<ColumnCheck> columns = {};
  std::vector<std::string> warnings = {};
};

/// By Gaussians of the library's cross-sections; atoms in no column are columns of one atom. Frame
/// and model share the background that the fit to the frame finds.
/// @param frame fraction of the incident beam
/// @param misfit of `structure` and `columns`: which atom is in which column, and the map
/// @throws InputError: options out of range, an empty frame, a misfit of other atoms or columns;
/// what the fit of the columns throws
[[nodiscard]] ImageCheckResult check_incoherent_image(
    const Grid<double>& frame, double pixel_size_angstrom, const crystal::Structure& structure,
    std::span<const ObservedColumn> columns, const MisfitResult& misfit,
    const simulate::ScsLibrary& library, const ImageCheckOptions& options, Progress& progress);

/// By multislice with frozen phonons. The background that a fit to this image finds, in which are
/// the tails of the columns, is exchanged for that of the frame.
/// @param parts keeps what is finished of the simulation
/// @throws InputError as above, and of the simulation; Interrupted
[[nodiscard]] ImageCheckResult check_multislice_image(
    const Grid<double>& frame, double pixel_size_angstrom, const crystal::Structure& structure,
    std::span<const ObservedColumn> columns, const MisfitResult& misfit,
    const MultisliceCheck& microscope, const ImageCheckOptions& options, PartStore& parts,
    Progress& progress);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::ColumnPlaces> {
  static constexpr std::array names = {"model", "frame"};
};
}  // namespace adatom
