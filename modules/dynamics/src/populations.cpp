#include "adatom/dynamics/populations.h"

#include <cmath>
#include <string>

#include "adatom/base/error.h"
#include "adatom/numeric/blocking.h"
#include "labels.h"

namespace adatom::dynamics {
namespace {

std::uint32_t labelled(std::span<const std::uint32_t> frame) {
  std::uint32_t sum = 0;
  for (const std::uint32_t atoms : frame) sum += atoms;
  return sum;
}

double fraction_of(std::uint32_t atoms, std::uint32_t all) {
  return all == 0 ? 0.0 : static_cast<double>(atoms) / all;
}

}  // namespace

PopulationCounter::PopulationCounter(std::size_t classes, std::span<const std::uint8_t> mask)
    : mask_(mask.begin(), mask.end()) {
  require_classes(classes);
  series_.classes = classes;
}

void PopulationCounter::add_frame(std::span<const std::uint8_t> labels) {
  take_labels(labels, mask_, series_.classes, taken_);
  const std::size_t begin = series_.atoms.size();
  // One more for those that are not labelled, taken off again.
  series_.atoms.resize(begin + series_.classes + 1, 0);
  for (const std::uint8_t label : taken_) ++series_.atoms[begin + label];
  series_.atoms.pop_back();
}

PopulationSeries count_populations(LabelSource& labels, std::size_t classes,
                                   std::span<const std::uint8_t> mask, Progress& progress) {
  PopulationCounter counter(classes, mask);
  for_each_frame(labels, 0, "populations", progress,
                 [&](std::span<const std::uint8_t> frame) { counter.add_frame(frame); });
  return counter.series();
}

std::vector<Population> average_populations(const PopulationSeries& series,
                                            std::size_t first_frame) {
  if (first_frame >= series.frames()) {
    throw InputError({.what = "a mean over no frame",
                      .where = {},
                      .why = std::to_string(series.frames()) + " frames, the first " +
                             std::to_string(first_frame) + " left out",
                      .remedy = {}});
  }
  std::vector<Population> result;
  std::vector<double> atoms(series.frames() - first_frame);
  std::vector<double> fractions(atoms.size());
  for (std::size_t c = 0; c < series.classes; ++c) {
    for (std::size_t f = 0; f < atoms.size(); ++f) {
      const auto frame = series.frame(first_frame + f);
      atoms[f] = frame[c];
      fractions[f] = fraction_of(frame[c], labelled(frame));
    }
    const numeric::BlockedMean number = numeric::mean_by_blocking(atoms);
    const numeric::BlockedMean fraction = numeric::mean_by_blocking(fractions);
    const auto start = series.frame(0);
    result.push_back({.label = static_cast<std::uint8_t>(c),
                      .atoms = number.mean,
                      .atoms_stderr = number.standard_error,
                      .fraction = fraction.mean,
                      .fraction_stderr = fraction.standard_error,
                      .determined = number.determined,
                      .start_atoms = start[c],
                      .start_fraction = fraction_of(start[c], labelled(start))});
  }
  return result;
}

}  // namespace adatom::dynamics
