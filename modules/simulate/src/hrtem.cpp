#include "adatom/simulate/hrtem.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <sstream>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/crystal/scattering_factor.h"
#include "adatom/numeric/filter.h"

namespace adatom::simulate {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

// Independent streams of one series.
enum Stream : std::uint64_t { phase_stream, film_stream, electron_stream };

crystal::Phase phase_named(const std::string& name) {
  if (auto phase = crystal::find_phase(name)) return *std::move(phase);
  std::string names;
  for (const auto& known : crystal::phase_names()) names += (names.empty() ? "" : ", ") + known;
  throw InputError({.what = "there is no such phase",
                    .where = name,
                    .why = "built in are " + names,
                    .remedy = "name one of these"});
}

Eigen::Vector3i zone_of(const std::string& text) {
  std::istringstream words(text);
  Eigen::Vector3i zone = Eigen::Vector3i::Zero();
  std::string rest;
  if (!(words >> zone[0] >> zone[1] >> zone[2]) || words >> rest || zone.isZero()) {
    throw InputError({.what = "this is no zone axis",
                      .where = text,
                      .why = "three integers are needed, not all 0",
                      .remedy = "write it as \"0 1 1\""});
  }
  return zone;
}

std::string label_of(const Eigen::Vector3i& hkl) {
  return std::to_string(hkl[0]) + " " + std::to_string(hkl[1]) + " " + std::to_string(hkl[2]);
}

struct InZone {
  Eigen::Vector3i hkl;
  Eigen::Vector3d g_per_angstrom;
  double structure_factor2 = 0.0;
};

/// |F|^2 of a reflection; 0 where it is extinct.
double structure_factor2(const Eigen::Vector3i& hkl, const crystal::Phase& phase, double s) {
  std::complex<double> sum = 0.0;
  double in_phase = 0.0;
  for (const auto& atom : phase.atoms) {
    const double angle = two_pi * hkl.cast<double>().dot(atom.fraction);
    const double f = crystal::find_scattering_factor(atom.element).value().at(s) * atom.occupancy *
                     std::exp(-0.25 * atom.b_factor_angstrom2.value_or(0.5) * s * s);
    sum += std::polar(f, angle);
    in_phase += f;
  }
  return std::norm(sum) <= 1e-12 * in_phase * in_phase ? 0.0 : std::norm(sum);
}

/// One of each pair, by rising |g|.
std::vector<InZone> reflections_in_zone(const crystal::Phase& phase, const Eigen::Vector3i& zone,
                                        double resolution_angstrom) {
  const Eigen::Matrix3d inverse = phase.cell.vectors_angstrom().inverse();
  const double longest =
      std::max({phase.cell.a_angstrom, phase.cell.b_angstrom, phase.cell.c_angstrom});
  const int reach = static_cast<int>(std::ceil(longest / resolution_angstrom)) + 1;
  std::vector<InZone> found;
  for (int h = reach; h >= -reach; --h) {
    for (int k = reach; k >= -reach; --k) {
      for (int l = reach; l >= -reach; --l) {
        const Eigen::Vector3i hkl(h, k, l);
        const bool first_of_pair = h > 0 || (h == 0 && (k > 0 || (k == 0 && l > 0)));
        if (!first_of_pair || hkl.dot(zone) != 0) continue;
        const Eigen::Vector3d g = inverse * hkl.cast<double>();
        if (g.norm() * resolution_angstrom > 1.0) continue;
        const double strength = structure_factor2(hkl, phase, g.norm());
        if (strength > 0.0) found.push_back({hkl, g, strength});
      }
    }
  }
  std::ranges::stable_sort(found, [](const InZone& a, const InZone& b) {
    return a.g_per_angstrom.norm() < b.g_per_angstrom.norm() * (1.0 - 1e-9);
  });
  return found;
}

/// Cosines of one crystal, with where they begin.
struct Lattice {
  std::vector<HrtemFringe> fringes;
  std::vector<double> phases;

  Lattice(std::vector<HrtemFringe> list, RandomStream random) : fringes(std::move(list)) {
    for (std::size_t i = 0; i < fringes.size(); ++i) phases.push_back(two_pi * random.uniform());
  }
  [[nodiscard]] double at(double x_nm, double y_nm) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < fringes.size(); ++i) {
      const auto& f = fringes[i];
      sum += f.amplitude * std::cos(two_pi * (f.kx_per_nm * x_nm + f.ky_per_nm * y_nm) + phases[i]);
    }
    return sum;
  }
};

HrtemDisc disc_in(const HrtemCrystalOptions& crystal, std::int64_t frame, double x_nm,
                  double y_nm) {
  const auto steps = static_cast<double>(frame);
  return {x_nm + crystal.x_nm + steps * crystal.step_x_nm,
          y_nm + crystal.y_nm + steps * crystal.step_y_nm,
          std::max(0.0, crystal.radius_nm + steps * crystal.growth_nm)};
}

bool holds(const HrtemDisc& disc, double x_nm, double y_nm) {
  return std::hypot(x_nm - disc.x_nm, y_nm - disc.y_nm) < disc.radius_nm;
}

class Scene {
 public:
  Scene(const HrtemOptions& options, const HrtemSummary& summary, const RandomStream& random)
      : options_(options),
        particle_(summary.particle, random.substream(phase_stream).substream(1)),
        inclusion_(summary.inclusion, random.substream(phase_stream).substream(2)),
        random_(random) {}

  [[nodiscard]] HrtemFrame frame(std::int64_t index) const {
    const double pixel = 0.1 * options_.pixel_size_angstrom;
    const auto width = static_cast<std::size_t>(options_.width);
    const auto height = static_cast<std::size_t>(options_.height);
    HrtemFrame frame{.index = index,
                     .time_s = static_cast<double>(index) * options_.frame_time_s,
                     .image = film(index),
                     .labels = Grid<std::uint8_t>(width, height, 0),
                     .particle = disc_in(options_.particle, index,
                                         0.5 * pixel * static_cast<double>(options_.width - 1),
                                         0.5 * pixel * static_cast<double>(options_.height - 1)),
                     .inclusion = {}};
    frame.inclusion = disc_in(options_.inclusion, index, frame.particle.x_nm, frame.particle.y_nm);
    const auto frame_random =
        random_.substream(electron_stream).substream(static_cast<std::uint64_t>(index));
    parallel_for(height, [&](std::size_t y) {
      RandomStream random = frame_random.substream(y);
      for (std::size_t x = 0; x < width; ++x) {
        const double x_nm = pixel * static_cast<double>(x);
        const double y_nm = pixel * static_cast<double>(y);
        double value = 1.0 + frame.image(x, y) + fringes(frame, x_nm, y_nm, frame.labels(x, y));
        value = options_.electrons_per_px * std::max(0.0, value);
        if (options_.noise == HrtemNoise::poisson)
          value = static_cast<double>(random.poisson(value));
        frame.image(x, y) = value;
      }
    });
    return frame;
  }

 private:
  /// The amorphous film: mean 0, the standard deviation asked for.
  [[nodiscard]] Grid<double> film(std::int64_t index) const {
    Grid<double> film(static_cast<std::size_t>(options_.width),
                      static_cast<std::size_t>(options_.height), 0.0);
    if (options_.background_contrast == 0.0) return film;
    const auto random = random_.substream(film_stream).substream(static_cast<std::uint64_t>(index));
    parallel_for(film.height(), [&](std::size_t y) {
      RandomStream row = random.substream(y);
      for (double& value : film.row(y)) value = row.normal();
    });
    film = numeric::gaussian_filter(
        film, options_.background_width_nm / (0.1 * options_.pixel_size_angstrom),
        numeric::Edge::mirror);
    double mean = 0.0;
    double square = 0.0;
    const auto count = static_cast<double>(film.size());
    for (const double value : film.values()) mean += value / count;
    for (const double value : film.values()) square += (value - mean) * (value - mean) / count;
    const double scale = options_.background_contrast / std::sqrt(square);
    for (double& value : film.values()) value = scale * (value - mean);
    return film;
  }

  [[nodiscard]] double fringes(const HrtemFrame& frame, double x_nm, double y_nm,
                               std::uint8_t& label) const {
    if (!holds(frame.particle, x_nm, y_nm)) return 0.0;
    double x = x_nm - frame.particle.x_nm;
    double y = y_nm - frame.particle.y_nm;
    if (holds(frame.inclusion, x_nm, y_nm)) {
      label = 2;
      return inclusion_.at(x, y);
    }
    label = 1;
    const auto& strain = options_.strain;
    if (x > strain.from_x_nm) {
      const double turn = strain.rotation_deg * std::numbers::pi / 180.0;
      const double off_x = x - strain.from_x_nm;
      const double off_y = y;
      x -= strain.xx * off_x + (strain.xy - turn) * off_y;
      y -= (strain.xy + turn) * off_x + strain.yy * off_y;
    }
    return particle_.at(x, y);
  }

  HrtemOptions options_;
  Lattice particle_;
  Lattice inclusion_;
  RandomStream random_;
};

}  // namespace

std::vector<HrtemFringe> zone_fringes(const HrtemCrystalOptions& crystal,
                                      double resolution_angstrom) {
  const auto phase = phase_named(crystal.phase);
  const auto zone = zone_of(crystal.zone);
  const auto found = reflections_in_zone(phase, zone, resolution_angstrom);
  if (found.empty()) {
    throw InputError({.what = "this zone has no fringes",
                      .where = crystal.phase + " [" + crystal.zone + "]",
                      .why = "none are coarser than " + shortest(resolution_angstrom) + " angstrom",
                      .remedy = "choose another zone or resolve finer spacings"});
  }
  const Eigen::Vector3d along_beam =
      (phase.cell.vectors_angstrom().transpose() * zone.cast<double>()).normalized();
  const Eigen::Vector3d along = found.front().g_per_angstrom.normalized();
  const Eigen::Vector3d across = along_beam.cross(along);
  double strongest = 0.0;
  for (const auto& r : found) strongest = std::max(strongest, r.structure_factor2);
  const double angle = crystal.angle_deg * std::numbers::pi / 180.0;
  std::vector<HrtemFringe> fringes;
  for (const auto& r : found) {
    const double a = 10.0 * r.g_per_angstrom.dot(along);
    const double b = 10.0 * r.g_per_angstrom.dot(across);
    fringes.push_back({label_of(r.hkl), a * std::cos(angle) - b * std::sin(angle),
                       a * std::sin(angle) + b * std::cos(angle),
                       crystal.contrast * std::sqrt(r.structure_factor2 / strongest)});
  }
  return fringes;
}

HrtemSummary simulate_hrtem(const HrtemOptions& options,
                            const std::function<void(const HrtemFrame&)>& sink,
                            Progress& progress) {
  require_valid(options.validate());
  HrtemSummary summary{zone_fringes(options.particle, options.resolution_angstrom),
                       zone_fringes(options.inclusion, options.resolution_angstrom)};
  const Scene scene(options, summary, RandomStream(static_cast<std::uint64_t>(options.seed)));
  progress.begin("simulate images", static_cast<std::size_t>(options.frames));
  for (std::int64_t i = 0; i < options.frames; ++i) {
    stop_if_cancelled(progress);
    sink(scene.frame(i));
    progress.advance(1);
  }
  return summary;
}

}  // namespace adatom::simulate
