#include "reconstruct/image_work.h"

#include <map>

#include "adatom/base/error.h"
#include "adatom/pipeline/detector_range.h"

namespace adatom::pipeline {
namespace {

/// Mean cross-section of the columns of each count, between them and beyond on a line from none on;
/// where those do not grow, one cross-section per atom. Nothing: the columns have none.
std::optional<simulate::ScsLibrary> library_of_columns(
    const std::vector<reconstruct::ObservedColumn>& columns) {
  std::map<std::int64_t, std::pair<double, double>> sums;  // of cross-sections, and how many
  double scs = 0.0;
  double atoms = 0.0;
  for (const auto& column : columns) {
    if (column.atom_count < 1 || column.scs_angstrom2 <= 0.0) continue;
    auto& [sum, count] = sums[column.atom_count];
    sum += column.scs_angstrom2;
    count += 1.0;
    scs += column.scs_angstrom2;
    atoms += static_cast<double>(column.atom_count);
  }
  if (sums.empty()) return {};
  storage::Table table({"atom_count", "scs_angstrom2"});
  double last = 0.0;
  for (const auto& [count, entry] : sums) {
    const double mean = entry.first / entry.second;
    if (mean <= last) return simulate::ScsLibrary::proportional(scs / atoms);
    last = mean;
    table.add_row({std::to_string(count), storage::cell(mean)});
  }
  return simulate::ScsLibrary::from_table(table);
}

reconstruct::MultisliceCheck microscope_of(const ModelOptions& options) {
  const auto range = parse_detector_range(options.microscope.detector_mrad).value();
  reconstruct::MultisliceCheck check;
  check.probe = options.microscope.probe;
  check.thermal.temperature_k = options.temperature_k;
  check.thermal.configurations = options.microscope.configurations;
  check.detector = simulate::annulus(range.inner_mrad, range.outer_mrad);
  check.source_fwhm_angstrom = options.microscope.source_fwhm_angstrom;
  check.upsampling = options.microscope.upsampling;
  return check;
}

}  // namespace

std::optional<reconstruct::ImageCheckResult> check_model_image(
    const FrameImage& frame, const crystal::Structure& model,
    const std::vector<reconstruct::ObservedColumn>& columns,
    const reconstruct::MisfitResult& misfit, const ModelOptions& options, WorkStore& store,
    std::vector<std::string>& warnings, Progress& progress) {
  if (options.image_check == ImageCheckMethod::multislice) {
    StoredParts parts(store, "image-");
    return reconstruct::check_multislice_image(frame.image, frame.pixel_size_angstrom, model,
                                               columns, misfit, microscope_of(options),
                                               options.image, parts, progress);
  }
  const auto library = frame.library ? frame.library : library_of_columns(columns);
  if (!library) {
    warnings.emplace_back(
        "the image was not checked: there is no library, and the columns have no cross-sections "
        "(scs_angstrom2)");
    return {};
  }
  if (!frame.library) {
    warnings.emplace_back(
        "the image is checked with the mean cross-section of the frame's own columns of each "
        "count: it says nothing of wrong counts; a library (option library) does");
  }
  return reconstruct::check_incoherent_image(frame.image, frame.pixel_size_angstrom, model, columns,
                                             misfit, *library, options.image, progress);
}

}  // namespace adatom::pipeline
