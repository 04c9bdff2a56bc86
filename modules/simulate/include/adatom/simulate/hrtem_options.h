#pragma once
// What a simulated high-resolution image of a particle of two phases shows.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::simulate {

/// One crystal, seen along a zone axis.
struct HrtemCrystalOptions {
  std::string phase = "Cu";
  std::string zone = "0 1 1";  ///< three integers
  double angle_deg = 20.0;     ///< of the zone's longest spacing, from x towards y
  double contrast = 0.1;       ///< amplitude of the strongest fringes, of the mean
  double radius_nm = 4.5;
  double x_nm = 0.0;  ///< centre; of the particle from the frame's middle, of the inclusion from
                      ///< the particle's centre
  double y_nm = 0.0;
  double step_x_nm = 0.0;  ///< of that from frame to frame
  double step_y_nm = 0.0;
  double growth_nm = 0.0;  ///< of the radius from frame to frame

  void describe(OptionVisitor& v);
};

/// Part of the particle is strained: u = e (r - r0), r0 on its border.
struct HrtemStrainOptions {
  double xx = 0.0;  ///< of the displacement's gradient at the deformed place
  double yy = 0.0;
  double xy = 0.0;
  double rotation_deg = 0.0;  ///< small; from x towards y
  double from_x_nm =
      0.0;  ///< strained is what lies to the right of this, from the particle's centre

  void describe(OptionVisitor& v);
};

enum class HrtemNoise { off, poisson };

/// Everything `adatom simulate hrtem` needs.
struct HrtemOptions {
  std::int64_t width = 512;
  std::int64_t height = 512;
  double pixel_size_angstrom = 0.25;
  double resolution_angstrom = 1.4;  ///< finer fringes are not seen
  HrtemCrystalOptions particle;
  HrtemCrystalOptions inclusion{.phase = "Cu2O",
                                .zone = "1 1 1",
                                .angle_deg = 50.0,
                                .radius_nm = 1.6,
                                .x_nm = 1.5,
                                .y_nm = 0.5};
  HrtemStrainOptions strain;
  double electrons_per_px = 40.0;
  double background_contrast = 0.1;  ///< standard deviation of the amorphous film, of the mean
  double background_width_nm = 0.05;
  HrtemNoise noise = HrtemNoise::poisson;
  std::int64_t frames = 1;
  double frame_time_s = 0.04;
  std::int64_t seed = 1;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::simulate

namespace adatom {
template <>
struct EnumNames<simulate::HrtemNoise> {
  static constexpr std::array names = {"off", "poisson"};
};
}  // namespace adatom
