#include "adatom/diffraction/phase_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/diffraction/fringe_filter.h"
#include "adatom/numeric/special_functions.h"
#include "adatom/numeric/statistics.h"
#include "regions.h"

namespace adatom::diffraction {
namespace {

using numeric::Complex;

/// A fringe with what is known of its noise, on coarse points.
struct Ring {
  Fringe fringe;
  FringeNoise noise;
  Grid<Complex> envelope;
};

/// A phase's amplitude above the noise, with the gate and the plateau it is judged by.
struct Judge {
  double gate = 0.0;
  double plateau = 0.0;
  double fringes = 0.0;
};

/// c^2 of some envelopes.
class PhaseAmplitude {
 public:
  PhaseAmplitude(std::size_t width, std::size_t height) : squares_(width, height, 0.0) {}
  void add(const Grid<Complex>& envelope, double noise_power) {
    for (std::size_t i = 0; i < squares_.size(); ++i) {
      squares_.values()[i] += std::norm(envelope.values()[i]) / noise_power;
    }
  }
  [[nodiscard]] Grid<double> root() && {
    for (double& value : squares_.values()) value = std::sqrt(value);
    return std::move(squares_);
  }

 private:
  Grid<double> squares_;
};

double above_noise(double amplitude, const Judge& judge) {
  return std::sqrt(std::max(0.0, amplitude * amplitude - judge.fringes));
}

/// The upper quartile of what exceeds half of it, from the largest on.
double plateau_of(const Grid<double>& amplitude, const Judge& judge) {
  std::vector<double> values;
  values.reserve(amplitude.size());
  for (const double value : amplitude.values()) values.push_back(above_noise(value, judge));
  std::ranges::sort(values);
  double plateau = values.back();
  constexpr int rounds = 50;
  for (int i = 0; i < rounds; ++i) {
    const auto first = std::ranges::upper_bound(values, 0.5 * plateau) - values.begin();
    const auto count = static_cast<std::ptrdiff_t>(values.size()) - first;
    if (count <= 0) break;
    const double next = values[static_cast<std::size_t>(first + (3 * (count - 1)) / 4)];
    if (next == plateau) break;
    plateau = next;
  }
  return plateau;
}

PhaseLabels label(std::span<const Grid<double>> amplitudes, std::span<const Judge> judges,
                  double edge_share) {
  PhaseLabels labels;
  std::vector<double> best;
  for (std::size_t p = 0; p < amplitudes.size(); ++p) {
    if (amplitudes[p].empty()) continue;
    if (labels.empty()) {
      labels = PhaseLabels(amplitudes[p].width(), amplitudes[p].height(), 0);
      best.assign(labels.size(), 0.0);
    }
    if (!(judges[p].plateau > 0.0)) continue;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double amplitude = amplitudes[p].values()[i];
      const double share = above_noise(amplitude, judges[p]) / judges[p].plateau;
      if (amplitude <= judges[p].gate || share < edge_share || share <= best[i]) continue;
      best[i] = share;
      labels.values()[i] = static_cast<std::uint8_t>(p + 1);
    }
  }
  return labels;
}

class Mapper {
 public:
  Mapper(const Grid<double>& image, double pixel_size_nm, std::size_t phase_count,
         std::span<const Fringe> fringes, std::span<const Fringe> others,
         const PhaseMapOptions& options)
      : options_(options),
        phase_count_(phase_count),
        filter_(image, pixel_size_nm, options.sigma_k_per_nm, least_k(fringes)) {
    std::vector<Fringe> avoid(fringes.begin(), fringes.end());
    avoid.insert(avoid.end(), others.begin(), others.end());
    rings_.resize(fringes.size());
    parallel_for(fringes.size(), [&](std::size_t i) { rings_[i] = ring_of(fringes[i], avoid); });
  }

  PhaseMapResult map(Progress& progress) {
    PhaseMapResult result;
    result.kernel_nm = filter_.kernel_nm();
    judge();
    progress.advance(1);
    std::vector<Grid<double>> amplitudes(phase_count_);
    for (std::size_t p = 0; p < phase_count_; ++p) amplitudes[p] = full_amplitude(p);
    result.labels = label(amplitudes, judges_, options_.edge_share);
    const double kernel_px = filter_.kernel_nm() / filter_.pixel_size_nm();
    const double least = options_.region_min_kernels * kernel_px * kernel_px;
    const auto regions = drop_small(result.labels, least, phase_count_);
    progress.advance(1);
    replicate(result.replicates, progress);
    describe(result, regions);
    for (auto& amplitude : amplitudes) {
      if (amplitude.empty())
        amplitude = Grid<double>(result.labels.width(), result.labels.height(), 0.0);
    }
    result.amplitude = std::move(amplitudes);
    return result;
  }

 private:
  static double least_k(std::span<const Fringe> fringes) {
    double least = length_per_nm(fringes.front());
    for (const auto& fringe : fringes) least = std::min(least, length_per_nm(fringe));
    return least;
  }

  [[nodiscard]] Ring ring_of(const Fringe& fringe, std::span<const Fringe> avoid) const {
    Ring ring;
    ring.fringe = fringe;
    ring.noise = fringe_noise(filter_, fringe, avoid);
    ring.envelope = filter_.envelope(fringe.kx_per_nm, fringe.ky_per_nm, Sampling::coarse).values;
    return ring;
  }

  template <class Body>
  void of_phase(std::size_t phase, const Body& body) const {
    for (const auto& ring : rings_) {
      if (ring.fringe.phase == phase) body(ring);
    }
  }

  [[nodiscard]] Grid<double> full_amplitude(std::size_t phase) const {
    Grid<double> amplitude;
    std::optional<PhaseAmplitude> sum;
    of_phase(phase, [&](const Ring& ring) {
      const auto envelope =
          filter_.envelope(ring.fringe.kx_per_nm, ring.fringe.ky_per_nm, Sampling::full).values;
      if (!sum) sum.emplace(envelope.width(), envelope.height());
      sum->add(envelope, ring.noise.power);
    });
    if (sum) amplitude = std::move(*sum).root();
    return amplitude;
  }

  /// What turned masks make together: the gate. What the masks make: the plateau.
  void judge() {
    judges_.resize(phase_count_);
    coarse_.resize(phase_count_);
    for (std::size_t p = 0; p < phase_count_; ++p) {
      std::size_t masks = 0;
      of_phase(p, [&](const Ring& ring) {
        masks =
            masks == 0 ? ring.noise.envelopes.size() : std::min(masks, ring.noise.envelopes.size());
        judges_[p].fringes += 1.0;
      });
      if (masks == 0) continue;
      std::vector<double> seen;
      const auto width = rings_.front().envelope.width();
      const auto height = rings_.front().envelope.height();
      for (std::size_t j = 0; j < masks; ++j) {
        PhaseAmplitude noise(width, height);
        of_phase(p,
                 [&](const Ring& ring) { noise.add(ring.noise.envelopes[j], ring.noise.power); });
        const auto values = std::move(noise).root();
        seen.insert(seen.end(), values.values().begin(), values.values().end());
      }
      judges_[p].gate = numeric::quantile(seen, options_.noise_percentile / 100.0);
      PhaseAmplitude signal(width, height);
      of_phase(p, [&](const Ring& ring) { signal.add(ring.envelope, ring.noise.power); });
      coarse_[p] = std::move(signal).root();
      judges_[p].plateau = plateau_of(coarse_[p], judges_[p]);
    }
  }

  [[nodiscard]] double least_points() const {
    const double kernel_px = filter_.kernel_nm() / filter_.pixel_size_nm();
    return options_.region_min_kernels * kernel_px * kernel_px /
           (filter_.coarse_step_x_px() * filter_.coarse_step_y_px());
  }

  /// The coarse map with noise added.
  [[nodiscard]] PhaseLabels noisy(RandomStream random) const {
    std::vector<Grid<double>> amplitudes(phase_count_);
    for (std::size_t p = 0; p < phase_count_; ++p) {
      if (coarse_[p].empty()) continue;
      PhaseAmplitude sum(coarse_[p].width(), coarse_[p].height());
      of_phase(p, [&](const Ring& ring) {
        auto envelope = filter_.noise(ring.noise.power, random);
        for (std::size_t i = 0; i < envelope.size(); ++i) {
          envelope.values()[i] += ring.envelope.values()[i];
        }
        sum.add(envelope, ring.noise.power);
      });
      amplitudes[p] = std::move(sum).root();
    }
    // The noise is there twice now, and counts twice in what is taken off.
    auto judges = judges_;
    for (auto& judge : judges) judge.fringes *= 2.0;
    auto labels = label(amplitudes, judges, options_.edge_share);
    (void)drop_small(labels, least_points(), phase_count_);
    return labels;
  }

  void replicate(PhaseReplicates& result, Progress& progress) const {
    result.step_x_px = filter_.coarse_step_x_px();
    result.step_y_px = filter_.coarse_step_y_px();
    result.labels = label(coarse_, judges_, options_.edge_share);
    (void)drop_small(result.labels, least_points(), phase_count_);
    result.replicates.resize(static_cast<std::size_t>(options_.replicates));
    const RandomStream random(static_cast<std::uint64_t>(options_.seed));
    parallel_for(result.replicates.size(), [&](std::size_t i) {
      stop_if_cancelled(progress);
      result.replicates[i] = noisy(random.substream(i));
      progress.advance(1);
    });
  }

  /// Areas with their errors.
  void describe(PhaseMapResult& result, std::span<const std::size_t> regions) const {
    const double pixel = filter_.pixel_size_nm();
    const double point_nm2 =
        pixel * pixel * result.replicates.step_x_px * result.replicates.step_y_px;
    const auto areas = [&](const PhaseLabels& labels, double each_nm2) {
      std::vector<double> list(phase_count_, 0.0);
      for (const auto value : labels.values()) {
        if (value > 0) list[value - 1U] += each_nm2;
      }
      return list;
    };
    const auto shares = [](std::vector<double> list) {
      double all = 0.0;
      for (const double area : list) all += area;
      for (double& area : list) area = all > 0.0 ? area / all : 0.0;
      return list;
    };
    const auto found = areas(result.labels, pixel * pixel);
    const auto found_shares = shares(found);
    std::vector<std::vector<double>> noisy_areas;
    for (const auto& labels : result.replicates.replicates)
      noisy_areas.push_back(areas(labels, point_nm2));
    const auto deviation = [&](std::size_t p, const auto& of) {
      double mean = 0.0;
      double square = 0.0;
      const auto count = static_cast<double>(noisy_areas.size());
      for (const auto& list : noisy_areas) mean += of(list)[p] / count;
      for (const auto& list : noisy_areas) square += std::pow(of(list)[p] - mean, 2);
      return std::sqrt(square / (count - 1.0));
    };
    const auto as_it_is = [](const std::vector<double>& list) { return list; };
    for (std::size_t p = 0; p < phase_count_; ++p) {
      result.phases.push_back({.area_nm2 = found[p],
                               .area_stderr_nm2 = deviation(p, as_it_is),
                               .share = found_shares[p],
                               .share_stderr = deviation(p, shares),
                               .threshold = judges_[p].gate,
                               .plateau = judges_[p].plateau,
                               .regions = regions[p]});
    }
    for (const auto& ring : rings_) result.fringes.push_back(describe(ring, result.replicates));
    remark(result);
  }

  static FringeAmplitude describe(const Ring& ring, const PhaseReplicates& coarse) {
    std::vector<double> within;
    for (std::size_t i = 0; i < ring.envelope.size(); ++i) {
      if (coarse.labels.values()[i] == *ring.fringe.phase + 1)
        within.push_back(std::abs(ring.envelope.values()[i]));
    }
    return {within.empty() ? 0.0 : numeric::median(within), std::sqrt(ring.noise.power),
            ring.noise.envelopes.size()};
  }

  void remark(PhaseMapResult& result) const {
    for (std::size_t p = 0; p < phase_count_; ++p) {
      if (judges_[p].fringes > 0.0 && judges_[p].plateau < 2.0 * judges_[p].gate) {
        result.warnings.push_back(
            fmt::format("phase {} hardly stands above the noise: amplitude {:.2g}, noise gate "
                        "{:.2g}",
                        p + 1, judges_[p].plateau, judges_[p].gate));
      }
    }
    for (std::size_t i = 0; i < rings_.size(); ++i) {
      for (std::size_t j = i + 1; j < rings_.size(); ++j) {
        const Fringe& a = rings_[i].fringe;
        const Fringe& b = rings_[j].fringe;
        const double apart =
            std::min(std::hypot(a.kx_per_nm - b.kx_per_nm, a.ky_per_nm - b.ky_per_nm),
                     std::hypot(a.kx_per_nm + b.kx_per_nm, a.ky_per_nm + b.ky_per_nm));
        if (a.phase == b.phase || apart > 3.0 * options_.sigma_k_per_nm) continue;
        result.warnings.push_back("the masks of phases " + std::to_string(*a.phase + 1) + " and " +
                                  std::to_string(*b.phase + 1) + " overlap: " + place_of(a) + ", " +
                                  place_of(b));
      }
    }
  }

  PhaseMapOptions options_;
  std::size_t phase_count_;
  FringeFilter filter_;
  std::vector<Ring> rings_;
  std::vector<Judge> judges_;
  std::vector<Grid<double>> coarse_;
};

}  // namespace

void PhaseMapOptions::describe(OptionVisitor& v) {
  v.visit({.name = "sigma_k_per_nm",
           .unit = "1/nm",
           .help = "width of the Gaussian masks; what is mapped is blurred with 1 / (2 pi sigma_k)",
           .min = 0.01,
           .max = 5},
          sigma_k_per_nm);
  v.visit({.name = "noise_percentile",
           .unit = "%",
           .help = "noise gate: percentile of what masks beside the reflections see",
           .min = 50,
           .max = 99.99},
          noise_percentile);
  v.visit({.name = "edge_share",
           .help = "a phase ends where its amplitude falls to this share of that within it",
           .min = 0,
           .max = 0.95},
          edge_share);
  v.visit({.name = "region_min_kernels",
           .help = "smaller regions are dropped, in squares of the kernel's width 1 / (2 pi "
                   "sigma_k)",
           .min = 0,
           .max = 1e4},
          region_min_kernels);
  v.visit({.name = "replicates",
           .help = "maps with noise added, for standard errors",
           .min = 2,
           .max = 1000},
          replicates);
  v.visit({.name = "seed", .help = "of that noise", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> PhaseMapOptions::validate() const { return check_ranges(*this); }

PhaseMapResult map_phases(const Grid<double>& image, double pixel_size_nm, std::size_t phase_count,
                          std::span<const Fringe> fringes, std::span<const Fringe> others,
                          const PhaseMapOptions& options, Progress& progress) {
  require_valid(options.validate());
  if (fringes.empty() || phase_count == 0 || phase_count > 254 ||
      std::ranges::any_of(fringes,
                          [&](const Fringe& f) { return !f.phase || *f.phase >= phase_count; })) {
    throw InputError({.what = "there are no fringes to map by",
                      .where = "",
                      .why = "each needs one of 1 to 254 phases",
                      .remedy = "find fringes first, or give them"});
  }
  progress.begin("map phases", static_cast<std::size_t>(options.replicates) + 2);
  return Mapper(image, pixel_size_nm, phase_count, fringes, others, options).map(progress);
}

double noise_probability(double amplitude, std::size_t fringes) {
  return numeric::regularised_gamma_upper(static_cast<double>(fringes), amplitude * amplitude);
}

}  // namespace adatom::diffraction
