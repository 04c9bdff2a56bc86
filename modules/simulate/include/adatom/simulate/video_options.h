#pragma once
// What an in-situ video of particles is made of: the particles, how they move and change, what
// they lie on, and the camera. Lengths in nm, times in s.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::simulate {

/// Dark in bright field (transmissions multiply), bright in dark field (signals add up).
enum class ParticleTone { dark, bright };
/// disc: one level all over it; sphere: 1 - exp(-mu t) of the projected thickness t; spot: a
/// Gaussian, a single atom on an annular dark-field image.
enum class ParticleProfile { disc, sphere, spot };
/// What particles do that meet: lie over each other, stop at each other, or become one.
enum class Contact { overlap, apart, coalesce };
enum class Conserved { volume, area };
enum class CameraNoise { poisson, none };
enum class CameraOutput { uint8, uint16, float32 };

struct VideoParticleOptions {
  std::int64_t count = 100;     ///< in the field, at frame 0
  double radius_mean_nm = 7.0;  ///< of the log-normal distribution, before it is cut
  double radius_spread = 0.4;   ///< its standard deviation over its mean
  double radius_min_nm = 2.0;
  double radius_max_nm = 20.0;
  ParticleTone tone = ParticleTone::dark;
  ParticleProfile profile = ParticleProfile::disc;
  double ellipse_share = 0.0;  ///< of all particles; facet_share likewise; the others are round
  double facet_share = 0.0;
  double aspect_max = 1.6;  ///< ellipses: axis ratios are uniform between 1 and this
  std::int64_t corners = 6;
  double corner_rounding = 0.3;  ///< radius of the rounding over the inner radius of the polygon
  double edge_blur_nm = 1.0;     ///< s.d. of the Gaussian that discs and spheres are blurred with
  double contrast = 0.5;         ///< at the middle, before blurring; bright: of the dose
  double contrast_spread = 0.1;  ///< s.d. over the mean, from particle to particle
  /// Sphere: contrast 1 - exp(-2 mu r) from this mu; empty: `contrast`.
  std::optional<double> absorption_per_nm = std::nullopt;
  double spot_width_nm = 1.0;  ///< spot: its s.d., which stands for the radius
  std::optional<double> gap_nm =
      std::nullopt;  ///< least gap when placed; empty: any but an overlap, if contact says so

  void describe(OptionVisitor& v);
};

struct VideoMotionOptions {
  double brownian_share = 0.5;  ///< of all particles; directed_share likewise; the others rest
  double directed_share = 0.2;
  double diffusion_nm2_per_s = 20.0;  ///< of a Brownian particle of the reference radius
  double reference_radius_nm = 7.0;
  double diffusion_exponent = 0.0;  ///< D = D_ref (r_ref / r)^exponent
  double speed_nm_per_s = 20.0;     ///< of directed particles
  double speed_spread = 0.0;        ///< log-normal, s.d. over the mean, from particle to particle
  double persistence_s = 1.0;       ///< <cos(turn)> = exp(-t / persistence)
  double directed_diffusion_nm2_per_s = 0.0;  ///< of directed particles, on top
  double drift_x_nm_per_s = 0.0;
  double drift_y_nm_per_s = 0.0;
  double drift_walk_nm = 0.0;  ///< s.d. of a random step of the field per frame, along x and y
  Contact contact = Contact::apart;
  /// Particles also live so far outside the field, at the same density; walls there reflect.
  double margin_nm = 0.0;
  std::int64_t blur_steps = 1;     ///< positions an exposure is summed over; 1: its middle only
  double exposure_fraction = 1.0;  ///< of the frame time, where blur_steps > 1

  void describe(OptionVisitor& v);
};

struct VideoPopulationOptions {
  double births_per_s = 0.0;        ///< in the whole field with its margin
  double death_rate_per_s = 0.0;    ///< of each particle
  double split_rate_per_s = 0.0;    ///< of each particle
  double coalescence_time_s = 0.0;  ///< mean time a touching pair stands still before it is one
  Conserved conserve = Conserved::volume;  ///< by coalescence and splitting
  /// Ostwald ripening: dr/dt = K / r (1 / <r> - 1 / r), which keeps the sum of r^3.
  double ripening_nm3_per_s = 0.0;

  void describe(OptionVisitor& v);
};

struct VideoBackgroundOptions {
  double level = 1.0;  ///< fraction of the incident electrons where no particle is
  double gradient = 0.0;
  double gradient_direction_rad = 0.0;
  double waves = 0.0;  ///< s.d. of slow random waves, relative to the level
  double wave_length_nm = 300.0;
  std::optional<double> cell_edge_radius_nm = std::nullopt;  ///< empty: no edge in the picture
  std::optional<double> cell_edge_x_nm = std::nullopt;       ///< empty: the middle of the field
  std::optional<double> cell_edge_y_nm = std::nullopt;
  double cell_edge_blur_nm = 2.0;
  double cell_edge_transmission = 0.05;
  std::int64_t clutter_count = 0;  ///< irregular flakes that are no particles and in no table
  double clutter_radius_nm = 12.0;
  double clutter_contrast = 0.3;

  void describe(OptionVisitor& v);
};

struct VideoCameraOptions {
  std::int64_t width = 512;
  std::int64_t height = 512;
  double pixel_size_nm = 1.0;
  double frame_time_s = 0.04;
  double dose_per_nm2 = 60.0;  ///< incident electrons of one frame
  CameraNoise noise = CameraNoise::poisson;
  double gain = 1.0;           ///< value per electron
  double offset = 0.0;         ///< value without any
  double readout_noise = 0.0;  ///< s.d., in values
  double flicker = 0.0;        ///< s.d. of the dose from frame to frame, relative
  CameraOutput output = CameraOutput::uint16;

  void describe(OptionVisitor& v);
};

/// What goes wrong in real recordings. Frame numbers count the frames of the specimen's clock.
struct VideoFaultOptions {
  std::vector<double> empty_frames;    ///< no electron arrives
  std::vector<double> dropped_frames;  ///< never written: time goes on
  std::vector<double> jump_frames;     ///< from each of them on the dose is jump_factor as large
  double jump_factor = 1.5;

  void describe(OptionVisitor& v);
};

/// Everything `adatom simulate video` needs.
struct VideoOptions {
  VideoParticleOptions particles;
  VideoMotionOptions motion;
  VideoPopulationOptions population;
  VideoBackgroundOptions background;
  VideoCameraOptions camera;
  VideoFaultOptions faults;
  std::int64_t frames = 200;  ///< written
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::simulate

namespace adatom {
template <>
struct EnumNames<simulate::ParticleTone> {
  static constexpr std::array names = {"dark", "bright"};
};
template <>
struct EnumNames<simulate::ParticleProfile> {
  static constexpr std::array names = {"disc", "sphere", "spot"};
};
template <>
struct EnumNames<simulate::Contact> {
  static constexpr std::array names = {"overlap", "apart", "coalesce"};
};
template <>
struct EnumNames<simulate::Conserved> {
  static constexpr std::array names = {"volume", "area"};
};
template <>
struct EnumNames<simulate::CameraNoise> {
  static constexpr std::array names = {"poisson", "none"};
};
template <>
struct EnumNames<simulate::CameraOutput> {
  static constexpr std::array names = {"uint8", "uint16", "float32"};
};
}  // namespace adatom
