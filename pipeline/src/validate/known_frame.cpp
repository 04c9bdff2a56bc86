#include "validate/known_frame.h"

#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/simulate/project.h"
#include "adatom/simulate/record.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"
#include "run/part_file.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

// A new one when the same options give other images.
constexpr std::string_view known_image_version = "1";

simulate::ScanOptions scan_of(const crystal::Structure& structure, const CaseOptions& options,
                              const ImagingOptions& imaging) {
  Eigen::Vector2d low = structure.atoms.front().position_angstrom.head<2>();
  Eigen::Vector2d high = low;
  for (const auto& atom : structure.atoms) {
    low = low.cwiseMin(atom.position_angstrom.head<2>());
    high = high.cwiseMax(atom.position_angstrom.head<2>());
  }
  const Eigen::Vector2d drift(options.drift_x_angstrom, options.drift_y_angstrom);
  const Eigen::Vector2d size =
      high - low + 2.0 * Eigen::Vector2d::Constant(imaging.margin_angstrom) + drift.cwiseAbs();
  simulate::ScanOptions scan;
  scan.step_angstrom = imaging.step_angstrom;
  scan.width = std::lround(std::ceil(size.x() / imaging.step_angstrom)) + 1;
  scan.height = std::lround(std::ceil(size.y() / imaging.step_angstrom)) + 1;
  scan.row_jitter_angstrom = options.row_jitter_angstrom;
  scan.drift_x_angstrom = options.drift_x_angstrom;
  scan.drift_y_angstrom = options.drift_y_angstrom;
  // In the middle of the frame the particle is in the middle of the drift.
  scan.offset_x_angstrom = 0.5 * options.drift_x_angstrom;
  scan.offset_y_angstrom = 0.5 * options.drift_y_angstrom;
  return scan;
}

simulate::StemOptions stem_of(const simulate::ScanOptions& scan, double temperature_k,
                              const ImagingOptions& imaging, std::uint64_t seed) {
  simulate::StemOptions stem;
  stem.probe = imaging.probe;
  stem.scan = scan;
  stem.thermal.temperature_k = temperature_k;
  stem.thermal.configurations = imaging.configurations;
  stem.thermal.instants = imaging.instants;
  stem.accuracy = imaging.accuracy;
  stem.seed = static_cast<std::int64_t>(seed);
  return stem;
}

/// The columns where the image shows them: the specimen has drifted by the time the scan gets
/// there, which depends on where that is.
std::vector<simulate::TrueColumn> seen_columns(std::vector<simulate::TrueColumn> columns,
                                               const simulate::ScanOptions& scan) {
  const double last = std::max(1.0, static_cast<double>(scan.width * scan.height - 1));
  for (auto& column : columns) {
    const double x = column.x_angstrom;
    const double y = column.y_angstrom;
    constexpr int rounds = 20;  // each brings the drift per row in more digits
    for (int i = 0; i < rounds; ++i) {
      const double pixels =
          (column.y_angstrom * static_cast<double>(scan.width) + column.x_angstrom) /
          scan.step_angstrom;
      column.x_angstrom = x + pixels / last * scan.drift_x_angstrom;
      column.y_angstrom = y + pixels / last * scan.drift_y_angstrom;
    }
  }
  return columns;
}

std::string image_key(const crystal::Structure& structure, const simulate::StemOptions& stem,
                      const std::string& detector_mrad) {
  auto probe = stem.probe;
  auto scan = stem.scan;
  auto thermal = stem.thermal;
  auto accuracy = stem.accuracy;
  std::string text =
      fmt::format("validate {}\n{}\n{}\n", known_image_version, stem.seed, detector_mrad);
  text += write_yaml(probe) + write_yaml(scan) + write_yaml(thermal) + write_yaml(accuracy);
  for (const auto& atom : structure.atoms) {
    text += atom.element;
    for (const double coordinate : atom.position_angstrom) text += ' ' + shortest(coordinate);
    text += '\n';
  }
  return sha256(text).substr(0, 32);
}

std::optional<Grid<double>> stored_image(const fs::path& path, const simulate::ScanOptions& scan) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  const auto array = storage::parse_npy(storage::read_file(path), path.string());
  const auto width = static_cast<std::size_t>(scan.width);
  const auto height = static_cast<std::size_t>(scan.height);
  if (array.shape != std::vector{height, width}) return {};
  return Grid<double>(width, height, array.numbers());
}

Grid<double> multislice_image(const crystal::Structure& structure,
                              const simulate::StemOptions& stem, const std::string& detector_mrad,
                              const fs::path& folder, Progress& progress) {
  const std::string key = image_key(structure, stem, detector_mrad);
  const fs::path path = folder / (key + ".npy");
  if (auto stored = stored_image(path, stem.scan)) return std::move(*stored);
  const auto range = parse_detector_ranges(detector_mrad).front();
  const std::vector detectors = {simulate::annulus(range.inner_mrad, range.outer_mrad)};
  PartFile parts(folder / (".partial-" + key));
  auto result = simulate::simulate_stem(structure, simulate::SidewaysCell::single, detectors, stem,
                                        parts, progress);
  const std::array shape = {result.images[0].height(), result.images[0].width()};
  storage::write_file(path, storage::encode_npy(shape, result.images[0].values()));
  parts.remove();
  return std::move(result.images[0]);
}

}  // namespace

KnownFrame image_particle(const crystal::Structure& structure, const CaseOptions& options,
                          double temperature_k, const ImagingOptions& imaging,
                          const simulate::ScsLibrary& library, std::uint64_t seed,
                          const fs::path& folder, Progress& progress) {
  const auto scan = scan_of(structure, options, imaging);
  KnownFrame frame;
  frame.structure = simulate::place_in_scan(structure, scan);
  frame.columns = seen_columns(
      simulate::project_columns(frame.structure, imaging.column_tolerance_angstrom, library), scan);
  const auto upsampling = static_cast<std::size_t>(imaging.upsampling);
  if (options.imaging == ImagingKind::multislice) {
    const auto ideal =
        multislice_image(frame.structure, stem_of(scan, temperature_k, imaging, seed),
                         imaging.detector_mrad, folder, progress);
    auto recorded = simulate::record(
        ideal, scan.step_angstrom,
        {.upsampling = imaging.upsampling, .source_fwhm_angstrom = imaging.source_fwhm_angstrom},
        RandomStream(seed));
    frame.image = std::move(recorded.image);
    frame.pixel_size_angstrom = recorded.pixel_size_angstrom;
    return frame;
  }
  frame.pixel_size_angstrom = scan.step_angstrom / static_cast<double>(upsampling);
  simulate::FrameOptions flat;
  flat.width = (scan.width - 1) * imaging.upsampling + 1;
  flat.height = (scan.height - 1) * imaging.upsampling + 1;
  flat.pixel_size_angstrom = frame.pixel_size_angstrom;
  flat.column_width_angstrom = imaging.column_width_angstrom;
  flat.scan_jitter_angstrom = options.row_jitter_angstrom;
  frame.image = simulate::render_frame(frame.columns, flat, RandomStream(seed));
  return frame;
}

Grid<double> with_noise(const KnownFrame& frame, double dose_per_angstrom2,
                        const RandomStream& random) {
  // The source is in the image already.
  return simulate::record(frame.image, frame.pixel_size_angstrom,
                          {.dose_per_angstrom2 = dose_per_angstrom2}, random)
      .image;
}

}  // namespace adatom::pipeline
