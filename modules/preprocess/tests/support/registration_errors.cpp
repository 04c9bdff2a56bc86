#include "support/registration_errors.h"

#include <cmath>

#include "support/lattice_image.h"

namespace adatom::preprocess {

RegistrationErrors registration_errors(const RegisterOptions& options, double electrons,
                                       int series) {
  const LatticeImage particle;
  constexpr int frames = 8;
  RegistrationErrors errors;
  double square = 0.0;
  double square_in_stderr = 0.0;
  const double count = series * (frames - 1);
  for (int s = 0; s < series; ++s) {
    RegistrationState state;
    RandomStream random(static_cast<std::uint64_t>(1000 + s));
    double x = 0.0;
    double y = 0.0;
    for (int i = 0; i < frames; ++i) {
      const auto frame = with_shot_noise(particle.render(x, y), electrons,
                                         random.substream(static_cast<std::uint64_t>(i)));
      const auto shift = register_frame(state, frame, options);
      if (i > 0) {
        const double ex = shift.x_px - x;
        const double ey = shift.y_px - y;
        errors.mean_x_px += ex / count;
        errors.mean_y_px += ey / count;
        square += (ex * ex + ey * ey) / (2.0 * count);
        const double zx = ex / shift.x_stderr_px;
        const double zy = ey / shift.y_stderr_px;
        square_in_stderr += (zx * zx + zy * zy) / (2.0 * count);
        if (std::hypot(ex, ey) > 3.0) errors.slips += 1.0 / count;
      }
      x += 0.6 + 0.3 * random.normal();
      y -= 0.4 + 0.3 * random.normal();
    }
  }
  errors.rms_px = std::sqrt(square);
  errors.rms_in_stderr = std::sqrt(square_in_stderr);
  return errors;
}

}  // namespace adatom::preprocess
