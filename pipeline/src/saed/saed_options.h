#pragma once
// What `adatom saed` is asked for.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/integrate.h"
#include "adatom/diffraction/rings.h"
#include "adatom/image/load.h"
#include "adatom/numeric/periodogram.h"

namespace adatom::pipeline {

/// What frames of a series have of their own: the pattern drifts, the lenses as well, or nothing.
enum class CentreModel { each, with_ellipse, fixed };

/// given: all phases are fitted. best: they are candidates, and those that show are.
enum class PhaseSelection { given, best };

/// Along the azimuth. median and clipped leave out the spots of single crystals.
enum class AzimuthalAverage { mean, median, clipped };

/// Counts per electron: as given, or found from how pixels of a bin scatter.
enum class GainSource { measured, given };

/// automatic: a table up to a million rows, else HDF5.
enum class ProfileFile { automatic, csv, hdf5, both };

struct SaedOptions {
  std::string phases = {};
  PhaseSelection choice = PhaseSelection::given;
  std::optional<double> s_per_px = {};      ///< empty: as the file says, else found from the phases
  std::string scale_phase = {};             ///< whose spacings set the scale; empty: none
  std::optional<double> frame_time_s = {};  ///< empty: as the file says
  std::optional<double> voltage_kv = {};    ///< empty: as the file says
  std::optional<double> detector_pixel_um = {};
  std::string signal = {};
  InputFile mask = {};

  std::int64_t reference_frames = 16;  ///< at most: the first of the series
  CentreModel centre = CentreModel::each;

  diffraction::FindPatternOptions pattern;
  diffraction::IntegrateOptions integration;
  GainSource gain = GainSource::measured;
  AzimuthalAverage average = AzimuthalAverage::mean;
  std::int64_t sectors = 72;  ///< of the azimuth, for polar.npy and texture.csv; 0: none
  diffraction::RingFitOptions rings;
  std::string fraction_rings = {};  ///< "Cu: 111 200; Cu2O: 111"; empty: default_rings

  std::vector<double> window_s = {0.0, 3.0};  ///< fractions are averaged over
  numeric::PeriodogramOptions period;
  ProfileFile profiles = ProfileFile::automatic;
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] image::LoadOptions load() const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::CentreModel> {
  static constexpr std::array names = {"each", "with_ellipse", "fixed"};
};
template <>
struct EnumNames<pipeline::PhaseSelection> {
  static constexpr std::array names = {"given", "best"};
};
template <>
struct EnumNames<pipeline::GainSource> {
  static constexpr std::array names = {"measured", "given"};
};
template <>
struct EnumNames<pipeline::AzimuthalAverage> {
  static constexpr std::array names = {"mean", "median", "clipped"};
};
template <>
struct EnumNames<pipeline::ProfileFile> {
  static constexpr std::array names = {"automatic", "csv", "hdf5", "both"};
};
}  // namespace adatom
