#pragma once
// How many particles there are and how large, over time; whether they grow by meeting each other
// (coalescence) or by exchanging atoms (Ostwald ripening).
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/tracking/link.h"
#include "adatom/tracking/motion.h"

namespace adatom::tracking {

/// The sizes in one frame.
struct SizePoint {
  std::int64_t frame = 0;
  double time_s = 0.0;
  std::int64_t particles = 0;
  double mean_radius_nm = 0.0;  ///< NaN without particles, as are the others
  double mean_radius_stderr_nm = 0.0;
  double median_radius_nm = 0.0;
  double spread = 0.0;      ///< standard deviation over the mean
  double skewness = 0.0;    ///< of radii: below zero for ripening, above for coalescence
  double volume_nm3 = 0.0;  ///< of spheres of these radii, all together
};

/// Frames from the first point to the last, those without any included.
[[nodiscard]] std::vector<SizePoint> sizes_over_time(std::span<const Track> tracks,
                                                     double frame_time_s);

struct SizeHistogram {
  double bin_nm = 0.0;
  std::vector<double> edges_nm;
  std::vector<double> density_per_nm;  ///< of the radii in these frames
  std::int64_t radii = 0;
};

/// Radii of all particles in frames first to last. @param bin_nm empty: a tenth of the mean radius
[[nodiscard]] SizeHistogram size_histogram(std::span<const Track> tracks, std::int64_t first_frame,
                                           std::int64_t last_frame,
                                           std::optional<double> bin_nm = std::nullopt);

struct Rate {
  std::int64_t events = 0;
  double per_particle_s = 0.0;
  double low = 0.0;  ///< 95 %, exact for Poisson counts (Garwood, Biometrika 28 (1936) 437)
  double high = 0.0;
};

/// Of the growth mechanisms, those that the video shows.
enum class Growth { none, coalescence, ripening, both };

struct GrowthStatistics {
  double observed_particle_s = 0.0;  ///< time times particles
  Rate merges;
  Rate splits;
  Rate vanishings;  ///< without an event that explains them
  /// Of merges with both parents known: r^3 (r^2) of the merged over the parents' sum.
  std::int64_t measured_merges = 0;
  double volume_ratio = 0.0;
  double volume_ratio_stderr = 0.0;
  double area_ratio = 0.0;
  double area_ratio_stderr = 0.0;
  double parents_radius_ratio = 0.0;  ///< smaller over larger, mean
  /// dr/dt = K / r (1 / <r> - 1 / r) of tracks between events (Lifshitz and Slyozov, J. Phys. Chem.
  /// Solids 19 (1961) 35): small ones shrink and large ones grow if K is above zero.
  double ripening_nm3_per_s = 0.0;
  double ripening_stderr_nm3_per_s = 0.0;
  std::int64_t ripening_tracks = 0;
  Growth growth = Growth::none;  ///< ripening: K above three errors; coalescence: any merge
};

/// @param events of the linker, of the same tracks
/// @throws InputError: tracks that cannot be used
[[nodiscard]] GrowthStatistics growth_statistics(std::span<const Track> tracks,
                                                 std::span<const TrackEvent> events,
                                                 double frame_time_s);

}  // namespace adatom::tracking

namespace adatom {
template <>
struct EnumNames<tracking::Growth> {
  static constexpr std::array names = {"none", "coalescence", "ripening", "both"};
};
}  // namespace adatom
