#pragma once
// What a simulated series of SAED ring patterns shows, and how it is recorded.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::simulate {

/// Lists hold one value for all phases or one for each.
struct SaedMixtureOptions {
  std::vector<double> volume_fraction = {};  ///< at the start; empty: equal shares
  std::vector<double> end_fraction = {};     ///< in the last frame, linear between
  std::vector<double> amplitude = {};        ///< of a sinusoid added to that
  double period_s = 10.0;
  double period_phase_deg = 0.0;
  /// Rings of no phase: their spacings and electrons.
  std::vector<double> unknown_d_angstrom = {};
  std::vector<double> unknown_counts = {};

  void describe(OptionVisitor& v);
};

struct SaedCrystalliteOptions {
  std::vector<double> size_nm = {10.0};     ///< Scherrer's, along the scattering vector
  std::vector<double> microstrain = {0.0};  ///< root mean square of the strain of d
  std::vector<double> texture2 = {0.0};     ///< amplitude of cos 2(azimuth - angle)
  std::vector<double> texture4 = {0.0};     ///< amplitude of cos 4(azimuth - angle)
  double texture_angle_deg = 0.0;
  double b_factor_angstrom2 = 0.5;  ///< of atoms for which the phase gives none

  void describe(OptionVisitor& v);
};

struct SaedPatternOptions {
  std::int64_t width = 1024;
  std::int64_t height = 1024;
  double s_per_px = 0.002;
  std::optional<double> centre_x_px = std::nullopt;  ///< in frame 0; empty: the middle of the frame
  std::optional<double> centre_y_px = std::nullopt;
  double ellipse_ratio = 1.0;      ///< long over short axis
  double ellipse_angle_deg = 0.0;  ///< of the long axis, from x towards y
  double drift_x_px = 0.0;         ///< of the centre, per frame
  double drift_y_px = 0.0;
  double drift_walk_px = 0.0;
  double width_per_angstrom = 0.004;  ///< full width at half maximum of the instrument, Gaussian

  void describe(OptionVisitor& v);
};

struct SaedBeamOptions {
  double ring_counts = 2e7;     ///< electrons of all rings of all phases in frame 0
  double central_counts = 1e8;  ///< electrons of the undiffracted beam
  double central_width_px = 6.0;
  double background_constant = 2.0;       ///< electrons per pixel
  double background_decay_height = 60.0;  ///< electrons per pixel at s = 0
  double background_decay_per_angstrom = 0.25;
  std::vector<double> halo_height = {};  ///< electrons per pixel: rings of an amorphous film
  std::vector<double> halo_d_angstrom = {};
  std::vector<double> halo_width_per_angstrom = {};

  void describe(OptionVisitor& v);
};

struct SaedBeamStopOptions {
  double radius_px = 0.0;     ///< of its disc; 0: no disc
  double rod_width_px = 0.0;  ///< of its rod from the disc's centre to the edge; 0: no rod
  double rod_angle_deg = 90.0;
  double offset_x_px = 0.0;  ///< of the disc's centre from the pattern's in frame 0
  double offset_y_px = 0.0;
  double transmission = 0.0;
  double edge_px = 0.7;  ///< standard deviation of the shadow's blur

  void describe(OptionVisitor& v);
};

enum class SaedNoise { off, poisson };
enum class SaedPolarity { normal, inverted };
enum class SaedFileType { float32, uint16 };

struct SaedDetectorOptions {
  SaedNoise noise = SaedNoise::poisson;
  double gain = 1.0;    ///< counts per electron
  double offset = 0.0;  ///< counts
  double read_noise = 0.0;
  std::optional<double> saturation = std::nullopt;  ///< counts
  SaedPolarity polarity = SaedPolarity::normal;     ///< inverted: saturation - counts
  std::int64_t hot_pixels = 0;
  double hot_counts = 5000.0;
  std::int64_t dead_pixels = 0;
  std::vector<double> gap_columns = {};  ///< first column of each gap
  std::vector<double> gap_rows = {};
  std::int64_t gap_width_px = 4;
  SaedFileType file_type = SaedFileType::float32;

  void describe(OptionVisitor& v);
};

/// Large crystallites that make single spots on the rings; they stay through the series.
struct SaedSpotOptions {
  std::int64_t count = 0;
  double counts = 5000.0;  ///< mean of an exponential distribution
  double width_px = 4.0;

  void describe(OptionVisitor& v);
};

/// Everything `adatom simulate saed` needs. The CIF is read by the caller.
struct SaedOptions {
  std::string phases = "Cu, Cu2O";  ///< of crystal/phase.h
  InputFile cif;                    ///< one phase more, after those
  SaedMixtureOptions mixture;
  SaedCrystalliteOptions crystallites;
  SaedPatternOptions pattern;
  SaedBeamOptions beam;
  SaedBeamStopOptions beam_stop;
  SaedDetectorOptions detector;
  SaedSpotOptions spots;
  std::int64_t frames = 1;
  double frame_time_s = 0.04;
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  /// The names in `phases`, blanks taken off.
  [[nodiscard]] std::vector<std::string> phase_list() const;
};

}  // namespace adatom::simulate

namespace adatom {
template <>
struct EnumNames<simulate::SaedNoise> {
  static constexpr std::array names = {"off", "poisson"};
};
template <>
struct EnumNames<simulate::SaedPolarity> {
  static constexpr std::array names = {"normal", "inverted"};
};
template <>
struct EnumNames<simulate::SaedFileType> {
  static constexpr std::array names = {"float32", "uint16"};
};
}  // namespace adatom
