#include "adatom/simulate/slab_library.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/crystal/zone_axis_cell.h"
#include "adatom/numeric/row_fft.h"
#include "beam_directions.h"
#include "displacement.h"
#include "slab.h"
#include "transmission.h"
#include "wave.h"

namespace adatom::simulate {
namespace {

constexpr double bin_mrad = 1.0;
constexpr std::size_t slices_at_a_time = 8;

// Independent streams of one configuration.
enum Stream : std::uint64_t { displacement_stream = 0, direction_stream = 1 };

std::size_t bins_of(const SlabLibraryOptions& options) {
  return static_cast<std::size_t>(std::ceil(options.largest_angle_mrad / bin_mrad - 1e-9));
}

/// Up to 16 configurations are a batch each; more come in eight batches of equal size.
struct Batches {
  explicit Batches(std::int64_t configurations) {
    count = static_cast<std::size_t>(configurations <= 16 ? configurations : 8);
    size = (static_cast<std::size_t>(configurations) + count - 1) / count;
  }
  std::size_t count;
  std::size_t size;
  [[nodiscard]] std::size_t configurations() const { return count * size; }
};

/// The intensities of a wave by the angle to the optical axis.
class BinSink final : public SpectrumSink {
 public:
  /// The grid's frequencies are those of the wave less `shift` steps of the grid.
  BinSink(const WaveSpace& space, double wavelength, double shift_x, double shift_y,
          std::size_t bins)
      : space_(space), row_(2 * space.half_y(0) + 1), bin_(space.band_x() * row_) {
    const double mrad = 1e3 * wavelength;
    for (std::size_t c = 0; c < space.band_x(); ++c) {
      const auto half = static_cast<std::int64_t>(space.half_y(c));
      const double kx = (static_cast<double>(space.index_x(c)) + shift_x) / space.length_x();
      for (std::int64_t i = -half; i <= half; ++i) {
        const double ky = (static_cast<double>(i) + shift_y) / space.length_y();
        const double bin = std::floor(mrad / bin_mrad * std::sqrt(kx * kx + ky * ky));
        const auto place = static_cast<std::size_t>(i >= 0 ? i : 2 * half + 1 + i);
        bin_[c * row_ + place] =
            static_cast<std::uint16_t>(std::min(bin, static_cast<double>(bins)));
      }
    }
  }
  /// Where the next spectrum is added: bins + 1 sums, the last for angles beyond.
  void into(double* sums) { sums_ = sums; }
  void take(std::size_t band_x, const Amplitude* row) override {
    const std::size_t half = space_.half_y(band_x);
    const std::uint16_t* bin = bin_.data() + band_x * row_;
    add_to_bins(row, bin, half + 1, sums_);
    add_to_bins(row + (space_.ny() - half), bin + half + 1, half, sums_);
  }

 private:
  const WaveSpace& space_;
  std::size_t row_;
  std::vector<std::uint16_t> bin_;
  double* sums_ = nullptr;
};

/// A plane wave on its way through the slab.
struct PlaneWave {
  Amplitudes wave;
  WaveSpace::Propagator propagator;
  BinSink sink;
};

/// What all configurations share.
class SlabRun {
 public:
  SlabRun(const SlabLibraryOptions& options, Slab slab, const std::vector<std::size_t>& grid)
      : options_(options),
        slab_(std::move(slab)),
        wavelength_(electron_wavelength_angstrom(options.voltage_kv)),
        bands_(bands_of_grid(std::min(static_cast<double>(grid[0]) / slab_.length_x_angstrom,
                                      static_cast<double>(grid[1]) / slab_.length_y_angstrom),
                             1e-3 * options.aperture_mrad / wavelength_)),
        space_(grid[0], grid[1], slab_.length_x_angstrom, slab_.length_y_angstrom, bands_.wave),
        transmission_space_(grid[0], grid[1], slab_.length_x_angstrom, slab_.length_y_angstrom,
                            bands_.transmission),
        scatterers_(list_scatterers(elements(slab_), options.voltage_kv, bands_.transmission,
                                    options.scattering_factors)),
        builder_(transmission_space_, scatterers_.amplitudes) {
    for (const auto& symbol : scatterers_.elements) {
      rms_.push_back(
          displacement_of(symbol, options.temperature_k, options.rms_displacement_angstrom));
    }
  }

  /// Sums over beam directions, [atom_count - 1][bins + 1], of the scattered fraction.
  void run(std::size_t configuration, std::span<double> sums, Progress& progress) const;

  [[nodiscard]] const Slab& slab() const { return slab_; }
  [[nodiscard]] const WaveSpace& space() const { return space_; }
  [[nodiscard]] std::size_t steps() const {
    return static_cast<std::size_t>(options_.atoms) * slab_.slices.size();
  }

 private:
  static std::vector<std::string> elements(const Slab& slab) {
    std::vector<std::string> list;
    for (const auto& slice : slab.slices) {
      for (const auto& atom : slice) list.push_back(atom.element);
    }
    return list;
  }
  [[nodiscard]] PlaneWave start(std::array<double, 2> direction) const;
  [[nodiscard]] std::vector<SliceAtom> displaced(std::size_t step, RandomStream random) const;

  const SlabLibraryOptions& options_;
  Slab slab_;
  double wavelength_;
  Bands bands_;
  WaveSpace space_;
  WaveSpace transmission_space_;
  Scatterers scatterers_;
  std::vector<double> rms_;
  TransmissionBuilder builder_;
};

PlaneWave SlabRun::start(std::array<double, 2> direction) const {
  // The wave stands on the nearest frequency of the grid; what is left goes into the propagator
  // and the angles, so that the band stays centred on the optical axis.
  const double aperture = 1e-3 * options_.aperture_mrad / wavelength_;
  const double x = direction[0] * aperture * space_.length_x();
  const double y = direction[1] * aperture * space_.length_y();
  const double shift_x = x - std::round(x);
  const double shift_y = y - std::round(y);
  const auto wrap = [](double index, std::size_t n) {
    const auto i = static_cast<std::int64_t>(std::lround(index));
    return static_cast<std::size_t>(i >= 0 ? i : i + static_cast<std::int64_t>(n));
  };
  PlaneWave plane{.wave = space_.empty_wave(),
                  .propagator = space_.propagator(wavelength_, slab_.slice_thickness_angstrom,
                                                  shift_x, shift_y),
                  .sink = BinSink(space_, wavelength_, shift_x, shift_y, bins_of(options_))};
  plane.wave[wrap(x, space_.band_x()) * space_.stride() + wrap(y, space_.ny())] = 1.0F;
  space_.from_spectrum(plane.wave);
  return plane;
}

std::vector<SliceAtom> SlabRun::displaced(std::size_t step, RandomStream random) const {
  std::vector<SliceAtom> atoms;
  for (const SlabAtom& atom : slab_.slices[step % slab_.slices.size()]) {
    const std::size_t element = scatterers_.index_of(atom.element);
    const double x = atom.x_angstrom + rms_[element] * random.normal();
    const double y = atom.y_angstrom + rms_[element] * random.normal();
    atoms.push_back({.x_angstrom = x, .y_angstrom = y, .element = element});
  }
  return atoms;
}

void SlabRun::run(std::size_t configuration, std::span<double> sums, Progress& progress) const {
  const RandomStream random =
      RandomStream(static_cast<std::uint64_t>(options_.seed)).substream(configuration);
  RandomStream offsets = random.substream(direction_stream);
  const std::array<double, 2> offset = {offsets.uniform(), offsets.uniform()};
  std::vector<PlaneWave> waves;
  for (std::size_t i = 0; i < static_cast<std::size_t>(options_.beam_directions); ++i) {
    waves.push_back(start(disc_point(i, offset)));
  }
  const std::size_t bins = bins_of(options_) + 1;
  std::fill(sums.begin(), sums.end(), 0.0);
  // A wave goes through several slices at a time, so that it stays in the cache.
  std::vector<Amplitudes> t(std::min(steps(), slices_at_a_time));
  for (std::size_t first = 0; first < steps(); first += t.size()) {
    const std::size_t end = std::min(first + t.size(), steps());
    for (std::size_t step = first; step < end; ++step) {
      stop_if_cancelled(progress);
      builder_.build(displaced(step, random.substream(displacement_stream).substream(step)),
                     t[step - first]);
    }
    for (PlaneWave& plane : waves) {
      for (std::size_t step = first; step < end; ++step) {
        const bool whole = (step + 1) % slab_.slices.size() == 0;
        const bool last = step + 1 == steps();
        space_.transmit(plane.wave, t[step - first].data(), builder_.stride());
        if (whole) plane.sink.into(sums.data() + ((step + 1) / slab_.slices.size() - 1) * bins);
        space_.finish_step(plane.wave, last ? nullptr : &plane.propagator,
                           whole ? &plane.sink : nullptr);
      }
    }
    progress.advance(end - first);
  }
  const double seen = space_.spectrum_scale();
  const double scale = 1.0 / (seen * seen * static_cast<double>(waves.size()));
  for (double& sum : sums) sum *= scale;
}

/// Grid points that hold the largest angle, and every beam of the aperture, and are fast to
/// transform.
std::vector<std::size_t> grid_of(const SlabLibraryOptions& options, const Slab& slab) {
  const auto [shorter, longer] = std::minmax(slab.length_x_angstrom, slab.length_y_angstrom);
  const double wavelength = electron_wavelength_angstrom(options.voltage_kv);
  const double aperture = 1e-3 * options.aperture_mrad / wavelength;
  const double largest = 1e-3 * options.largest_angle_mrad / wavelength;
  // A beam stands on the grid's frequency beside it.
  const double reach = std::max(largest, aperture + 1.0 / shorter);
  const double per_angstrom =
      options.grid ? static_cast<double>(*options.grid) / longer : grid_density(reach, aperture);
  const auto points = [&](double length) {
    return numeric::fast_row_length(
        static_cast<std::size_t>(std::ceil(per_angstrom * length - 1e-6)));
  };
  if (options.grid && bands_of_grid(per_angstrom, aperture).wave < reach) {
    throw InputError(Complaint{
        .what = std::to_string(*options.grid) + " points do not hold the angles",
        .where = "grid",
        .why = "over " + shortest(longer) + " angstrom they reach " +
               shortest(std::round(1e3 * wavelength *
                                   std::max(bands_of_grid(per_angstrom, aperture).wave, 0.0))) +
               " mrad",
        .remedy = "leave grid empty, or lower largest_angle_mrad or box_angstrom"});
  }
  return {points(slab.length_x_angstrom), points(slab.length_y_angstrom)};
}

crystal::Structure cell_of(const SlabLibraryOptions& options,
                           const std::optional<crystal::Structure>& cell) {
  if (options.structure.given()) return cell.value();
  crystal::FccCrystal metal =
      options.lattice_parameter_angstrom
          ? crystal::FccCrystal{options.element, *options.lattice_parameter_angstrom}
          : crystal::fcc_crystal(options.element);
  return crystal::fcc_zone_axis_cell(metal, options.zone_axis);
}

}  // namespace

std::size_t slab_library_part_size(const SlabLibraryOptions& options) {
  return static_cast<std::size_t>(options.atoms) * (bins_of(options) + 1);
}

SlabLibrary simulate_slab_library(const SlabLibraryOptions& options,
                                  const std::optional<crystal::Structure>& cell, PartStore& parts,
                                  Progress& progress) {
  require_valid(options.validate());
  const crystal::Structure unit = cell_of(options, cell);
  Slab slab = cut_slab(unit, options.box_angstrom, options.slice_thickness_angstrom);
  const auto grid = grid_of(options, slab);
  const SlabRun run(options, std::move(slab), grid);
  const Batches batches(options.configurations);
  const std::size_t size = slab_library_part_size(options);
  std::vector<std::vector<double>> results(batches.configurations(), std::vector<double>(size));
  progress.begin("cross-sections", batches.configurations() * run.steps());
  parallel_for(batches.configurations(), [&](std::size_t i) {
    if (parts.load(i, results[i])) {
      progress.advance_found(run.steps());
      return;
    }
    run.run(i, results[i], progress);
    parts.save(i, results[i]);
  });

  SlabLibrary result;
  AngularLibrary& library = result.library;
  library.conditions = {
      .element = options.element,
      .zone_axis = EnumNames<crystal::ZoneAxis>::names[static_cast<std::size_t>(options.zone_axis)],
      .lattice_parameter_angstrom = 0.0,
      .temperature_k = {},
      .rms_displacement_angstrom = displacement_of(options.element, options.temperature_k,
                                                   options.rms_displacement_angstrom),
      .voltage_kv = options.voltage_kv,
      .aperture_mrad = options.aperture_mrad,
      .scattering_factors = std::string(citation(options.scattering_factors))};
  if (!options.rms_displacement_angstrom) library.conditions.temperature_k = options.temperature_k;
  if (options.structure.given()) {
    library.conditions.zone_axis = "structure";
  } else {
    library.conditions.lattice_parameter_angstrom =
        options.lattice_parameter_angstrom
            ? *options.lattice_parameter_angstrom
            : crystal::fcc_crystal(options.element).lattice_parameter_angstrom;
  }
  const std::size_t bins = bins_of(options);
  library.bin_mrad = bin_mrad;
  library.batches = static_cast<std::int64_t>(batches.count);
  library.atoms = options.atoms;
  library.bins = static_cast<std::int64_t>(bins);
  const double area = run.slab().length_x_angstrom * run.slab().length_y_angstrom /
                      static_cast<double>(run.slab().columns);
  result.lost_fraction.assign(static_cast<std::size_t>(options.atoms), 1.0);
  for (std::size_t b = 0; b < batches.count; ++b) {
    for (std::size_t n = 0; n < static_cast<std::size_t>(options.atoms); ++n) {
      for (std::size_t bin = 0; bin <= bins; ++bin) {
        double sum = 0.0;
        for (std::size_t i = b * batches.size; i < (b + 1) * batches.size; ++i) {
          sum += results[i][n * (bins + 1) + bin];
        }
        sum /= static_cast<double>(batches.size);
        result.lost_fraction[n] -= sum / static_cast<double>(batches.count);
        if (bin < bins) library.scs_angstrom2.push_back(static_cast<float>(area * sum));
      }
    }
  }
  result.box_x_angstrom = run.slab().length_x_angstrom;
  result.box_y_angstrom = run.slab().length_y_angstrom;
  result.grid_x = static_cast<std::int64_t>(grid[0]);
  result.grid_y = static_cast<std::int64_t>(grid[1]);
  result.slice_thickness_angstrom = run.slab().slice_thickness_angstrom;
  return result;
}

}  // namespace adatom::simulate
