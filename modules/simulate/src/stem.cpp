#include "adatom/simulate/stem.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/numeric/fft.h"
#include "adatom/numeric/row_fft.h"
#include "displacement.h"
#include "frozen_specimen.h"
#include "window.h"

namespace adatom::simulate {
namespace {

// Independent streams of one image.
enum Stream : std::uint64_t { phonon_stream = 0, jitter_stream = 1 };

// An atom's tail this far outside a window is not seen within it.
constexpr double reach_angstrom = 2.0;
// Rows of probes that share the specimen's transmission functions, and how wide they may be:
// enough that making these costs little, few enough that they stay small.
constexpr double band_height_angstrom = 2.0;
constexpr double tile_width_angstrom = 40.0;

struct Place {
  double x = 0.0;
  double y = 0.0;
};

/// Where the probe stands at each pixel, in the specimen's frame.
std::vector<Place> probe_places(const ScanOptions& scan, const RandomStream& random) {
  std::vector<Place> places;
  const auto width = static_cast<std::size_t>(scan.width);
  const auto height = static_cast<std::size_t>(scan.height);
  const double last = std::max(1.0, static_cast<double>(width * height - 1));
  for (std::size_t j = 0; j < height; ++j) {
    RandomStream row = random.substream(jitter_stream).substream(j);
    const double jitter = scan.row_jitter_angstrom * row.normal();
    for (std::size_t i = 0; i < width; ++i) {
      const double time = static_cast<double>(j * width + i) / last;
      places.push_back(
          {.x = scan.step_angstrom * static_cast<double>(i) + jitter - time * scan.drift_x_angstrom,
           .y = scan.step_angstrom * static_cast<double>(j) - time * scan.drift_y_angstrom});
    }
  }
  return places;
}

Area area_of(std::span<const Place> places, double margin) {
  Area area{places[0].x, places[0].y, places[0].x, places[0].y};
  for (const Place& place : places) {
    area.left = std::min(area.left, place.x);
    area.right = std::max(area.right, place.x);
    area.top = std::min(area.top, place.y);
    area.bottom = std::max(area.bottom, place.y);
  }
  return {area.left - margin, area.top - margin, area.right + margin, area.bottom + margin};
}

/// The transmission functions of all slices around some probe places.
class Region {
 public:
  Region(const Window& window, std::span<const AtomAmplitude> amplitudes, double transmission_band,
         std::span<const Place> places, const std::vector<std::vector<SliceAtom>>& slices,
         const std::vector<double>& depths)
      : window_(window), depths_(depths), pixel_(window.pixel()) {
    // Tails of atoms beyond the windows' edges leave on one side and come back on the other: the
    // margin keeps them out of the windows.
    const double half = 0.5 * window.space().length_x();
    const Area area = area_of(places, half + 2.0 * reach_angstrom);
    const auto points = [this](double length) {
      return numeric::fast_length(static_cast<std::size_t>(std::ceil(length / pixel_)) + 2);
    };
    const std::size_t nx = points(area.right - area.left);
    const std::size_t ny = points(area.bottom - area.top);
    const WaveSpace space(nx, ny, pixel_ * static_cast<double>(nx),
                          pixel_ * static_cast<double>(ny), transmission_band);
    const TransmissionBuilder builder(space, amplitudes);
    for (std::size_t s = 1; s < depths.size(); ++s) {
      to_next_.push_back(window.free_space(depths[s] - depths[s - 1]));
    }
    left_ = area.left;
    top_ = area.top;
    stride_ = builder.stride();
    atoms_.resize(slices.size());
    transmission_.resize(slices.size());
    parallel_for(slices.size(), [&](std::size_t s) {
      for (SliceAtom atom : slices[s]) {
        atom.x_angstrom -= left_;
        atom.y_angstrom -= top_;
        const bool near = atom.x_angstrom >= 0.0 && atom.x_angstrom < space.length_x() &&
                          atom.y_angstrom >= 0.0 && atom.y_angstrom < space.length_y();
        if (near) atoms_[s].push_back(atom);
      }
      if (!atoms_[s].empty()) builder.build(atoms_[s], transmission_[s]);
    });
  }

  /// Sends a probe through; `wave` is scratch.
  void follow(const Place& place, Amplitudes& wave, std::span<double> signals) const {
    const auto half = std::floor(0.5 * static_cast<double>(window_.space().nx()));
    const auto corner = [&](double position) {
      const double middle = std::round(position / pixel_);
      return static_cast<std::size_t>(std::max(middle - half, 0.0));
    };
    const double x = place.x - left_;
    const double y = place.y - top_;
    const std::size_t x0 = corner(x);
    const std::size_t y0 = corner(y);
    const double window_x = pixel_ * static_cast<double>(x0);
    const double window_y = pixel_ * static_cast<double>(y0);
    bool started = false;
    std::size_t before = 0;  // the last slice that held an atom
    for (std::size_t s = 0; s < transmission_.size(); ++s) {
      if (!meets_atom(s, window_x, window_y)) continue;
      if (started) {
        travel(wave, before, s);
      } else {
        window_.start(x - window_x, y - window_y, depths_[s], wave);
      }
      window_.space().transmit(wave, transmission_[s].data() + y0 * stride_ + x0, stride_);
      started = true;
      before = s;
    }
    if (started) {
      window_.measure(wave, signals);
    } else {
      std::copy(window_.vacuum().begin(), window_.vacuum().end(), signals.begin());
    }
  }

 private:
  [[nodiscard]] bool meets_atom(std::size_t slice, double left, double top) const {
    const double right = left + window_.space().length_x() + reach_angstrom;
    const double bottom = top + window_.space().length_y() + reach_angstrom;
    return std::any_of(atoms_[slice].begin(), atoms_[slice].end(), [&](const SliceAtom& atom) {
      return atom.x_angstrom > left - reach_angstrom && atom.x_angstrom < right &&
             atom.y_angstrom > top - reach_angstrom && atom.y_angstrom < bottom;
    });
  }

  void travel(Amplitudes& wave, std::size_t from, std::size_t to) const {
    if (to == from + 1) {
      window_.space().finish_step(wave, &to_next_[from], nullptr);
      return;
    }
    const auto further = window_.free_space(depths_[to] - depths_[from]);
    window_.space().finish_step(wave, &further, nullptr);
  }

  const Window& window_;
  const std::vector<double>& depths_;
  std::vector<WaveSpace::Propagator> to_next_;  ///< from each slice to the one below
  double pixel_;
  double left_ = 0.0;
  double top_ = 0.0;
  std::size_t stride_ = 0;
  std::vector<std::vector<SliceAtom>> atoms_;
  std::vector<Amplitudes> transmission_;
};

/// Grid points along the window that hold the detectors and the edge of the aperture.
/// @throws InputError: those that are given do not
std::size_t points_of(const StemOptions& options, std::span<const Detector> detectors) {
  const double wavelength = electron_wavelength_angstrom(options.probe.voltage_kv);
  const double aperture = 1e-3 * options.probe.aperture_mrad / wavelength;
  const double side = options.accuracy.window_angstrom;
  double largest = aperture + 1.0 / side;
  for (const Detector& detector : detectors) {
    largest = std::max(largest, 1e-3 * detector.largest_mrad / wavelength);
  }
  if (!options.accuracy.grid) {
    return numeric::fast_row_length(
        static_cast<std::size_t>(std::ceil(grid_density(largest, aperture) * side)));
  }
  const auto points = *options.accuracy.grid;
  const double band = bands_of_grid(static_cast<double>(points) / side, aperture).wave;
  if (band < largest) {
    const auto mrad = [&](double k) {
      return shortest(std::round(1e3 * wavelength * k)) + " mrad";
    };
    throw InputError(
        {.what = std::to_string(points) + " points do not hold " + mrad(largest),
         .where = "accuracy.grid",
         .why = "over " + shortest(side) + " angstrom they reach " + mrad(std::max(band, 0.0)),
         .remedy = "leave grid empty, or lower the detectors' angles or "
                   "accuracy.window_angstrom"});
  }
  return static_cast<std::size_t>(points);
}

/// One image, configuration by configuration.
class Imaging {
 public:
  Imaging(const crystal::Structure& structure, SidewaysCell cell,
          std::span<const Detector> detectors, const StemOptions& options)
      : options_(options),
        places_(probe_places(options.scan, RandomStream(seed()))),
        points_(points_of(options, detectors)),
        scatterers_(list(structure)),
        specimen_(structure, cell,
                  area_of(places_, 0.5 * options.accuracy.window_angstrom + 3.0 * reach_angstrom),
                  options.thermal, options.accuracy.slice_thickness_angstrom, scatterers_.elements),
        window_(options.probe, options.accuracy.window_angstrom, points_, detectors) {}

  /// Rows are parts: those of a configuration follow each other.
  void run(PartStore& parts, Progress& progress) {
    const auto height = static_cast<std::size_t>(options_.scan.height);
    const auto configurations = static_cast<std::size_t>(options_.thermal.configurations);
    const bool by_row = options_.thermal.instants == Instants::row;
    const auto rows_of_band =
        by_row ? 1L : std::lround(band_height_angstrom / options_.scan.step_angstrom);
    const auto band = static_cast<std::size_t>(std::max(1L, rows_of_band));
    values_.assign(configurations * height, std::vector<double>(row_size()));
    progress.begin("multislice", configurations * height);
    for (std::size_t c = 0; c < configurations; ++c) {
      const RandomStream random = RandomStream(seed()).substream(phonon_stream).substream(c);
      std::vector<std::vector<SliceAtom>> slices;
      for (std::size_t first = 0; first < height; first += band) {
        const std::size_t end = std::min(first + band, height);
        bool known = true;
        for (std::size_t j = first; j < end; ++j) {
          known = parts.load(c * height + j, values_[c * height + j]) && known;
        }
        if (known) {
          progress.advance_found(end - first);
        } else {
          if (by_row) {
            slices = specimen_.frozen(random.substream(first));
          } else if (slices.empty()) {
            slices = specimen_.frozen(random);
          }
          rows(c, first, end, slices, progress);
          for (std::size_t j = first; j < end; ++j) {
            parts.save(c * height + j, values_[c * height + j]);
          }
          progress.advance(end - first);
        }
      }
    }
  }

  [[nodiscard]] StemResult result() const;

 private:
  [[nodiscard]] std::uint64_t seed() const { return static_cast<std::uint64_t>(options_.seed); }
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(options_.scan.width); }
  [[nodiscard]] std::size_t row_size() const { return width() * window_.signals(); }
  [[nodiscard]] double transmission_band() const {
    const double wavelength = electron_wavelength_angstrom(options_.probe.voltage_kv);
    return bands_of_grid(static_cast<double>(points_) / options_.accuracy.window_angstrom,
                         1e-3 * options_.probe.aperture_mrad / wavelength)
        .transmission;
  }
  [[nodiscard]] Scatterers list(const crystal::Structure& structure) const {
    std::vector<std::string> symbols;
    for (const auto& atom : structure.atoms) symbols.push_back(atom.element);
    return list_scatterers(std::move(symbols), options_.probe.voltage_kv, transmission_band(),
                           options_.accuracy.scattering_factors);
  }
  void rows(std::size_t configuration, std::size_t first, std::size_t end,
            const std::vector<std::vector<SliceAtom>>& slices, Progress& progress);

  const StemOptions& options_;
  std::vector<Place> places_;
  std::size_t points_;
  Scatterers scatterers_;
  Specimen specimen_;
  Window window_;
  std::vector<std::vector<double>> values_;  ///< by configuration and row: [x][signal]
};

void Imaging::rows(std::size_t configuration, std::size_t first, std::size_t end,
                   const std::vector<std::vector<SliceAtom>>& slices, Progress& progress) {
  const auto height = static_cast<std::size_t>(options_.scan.height);
  const auto tile = std::max<std::size_t>(
      1, static_cast<std::size_t>(tile_width_angstrom / options_.scan.step_angstrom));
  for (std::size_t left = 0; left < width(); left += tile) {
    const std::size_t columns = std::min(tile, width() - left);
    std::vector<Place> places;
    for (std::size_t j = first; j < end; ++j) {
      const auto* row = places_.data() + j * width() + left;
      places.insert(places.end(), row, row + columns);
    }
    const Region region(window_, scatterers_.amplitudes, transmission_band(), places, slices,
                        specimen_.depths());
    constexpr std::size_t grain = 4;
    parallel_ranges(places.size(), grain, [&](std::size_t from, std::size_t to) {
      stop_if_cancelled(progress);
      Amplitudes wave;
      for (std::size_t p = from; p < to; ++p) {
        auto& row = values_[configuration * height + first + p / columns];
        const std::size_t x = left + p % columns;
        region.follow(places[p], wave,
                      std::span(row).subspan(x * window_.signals(), window_.signals()));
      }
    });
  }
}

StemResult Imaging::result() const {
  const auto height = static_cast<std::size_t>(options_.scan.height);
  const auto configurations = static_cast<std::size_t>(options_.thermal.configurations);
  const auto count = static_cast<double>(configurations);
  const std::size_t detectors = window_.signals() - 1;
  StemResult result{.images = {detectors, Grid<double>(width(), height)},
                    .stderr_images = {},
                    .lost_fraction = 0.0,
                    .grid = static_cast<std::int64_t>(points_),
                    .slices = static_cast<std::int64_t>(specimen_.slices()),
                    .slice_thickness_angstrom = specimen_.slice_thickness()};
  if (configurations > 1) result.stderr_images = result.images;
  double seen = 0.0;
  for (std::size_t j = 0; j < height; ++j) {
    for (std::size_t i = 0; i < width(); ++i) {
      for (std::size_t d = 0; d <= detectors; ++d) {
        const auto value = [&](std::size_t c) {
          return values_[c * height + j][i * window_.signals() + d];
        };
        double mean = 0.0;
        for (std::size_t c = 0; c < configurations; ++c) mean += value(c) / count;
        if (d == detectors) {
          seen += mean;
          continue;
        }
        result.images[d](i, j) = mean;
        if (configurations < 2) continue;
        double squares = 0.0;
        for (std::size_t c = 0; c < configurations; ++c) {
          squares += (value(c) - mean) * (value(c) - mean);
        }
        result.stderr_images[d](i, j) = std::sqrt(squares / (count * (count - 1.0)));
      }
    }
  }
  result.lost_fraction = 1.0 - seen / static_cast<double>(places_.size());
  return result;
}

}  // namespace

crystal::Structure place_in_scan(crystal::Structure structure, const ScanOptions& scan) {
  require_atoms(structure);
  Eigen::Vector2d low = structure.atoms.front().position_angstrom.head<2>();
  Eigen::Vector2d high = low;
  for (const auto& atom : structure.atoms) {
    low = low.cwiseMin(atom.position_angstrom.head<2>());
    high = high.cwiseMax(atom.position_angstrom.head<2>());
  }
  const Eigen::Vector2d last(static_cast<double>(scan.width - 1),
                             static_cast<double>(scan.height - 1));
  const Eigen::Vector2d offset(scan.offset_x_angstrom, scan.offset_y_angstrom);
  const Eigen::Vector2d shift = 0.5 * (scan.step_angstrom * last - low - high) - offset;
  for (auto& atom : structure.atoms) atom.position_angstrom.head<2>() += shift;
  return structure;
}

StemResult simulate_stem(const crystal::Structure& structure, SidewaysCell cell,
                         std::span<const Detector> detectors, const StemOptions& options,
                         PartStore& parts, Progress& progress) {
  require_valid(options.validate());
  if (detectors.empty()) {
    throw InputError({.what = "no detector",
                      .where = {},
                      .why = "an image is what falls on one",
                      .remedy = "name at least one"});
  }
  Imaging imaging(structure, cell, detectors, options);
  imaging.run(parts, progress);
  return imaging.result();
}

}  // namespace adatom::simulate
