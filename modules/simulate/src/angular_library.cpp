#include "adatom/simulate/angular_library.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::simulate {
namespace {

ScsValue mean_of(const std::vector<double>& batches) {
  const auto count = static_cast<double>(batches.size());
  double sum = 0.0;
  for (const double value : batches) sum += value;
  const double mean = sum / count;
  if (batches.size() < 2) return {mean, std::numeric_limits<double>::quiet_NaN()};
  double squares = 0.0;
  for (const double value : batches) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (count - 1.0) / count)};
}

/// Sums over the bins by their weights, batch by batch.
std::vector<ScsValue> weighted(const AngularLibrary& library, const std::vector<double>& weight) {
  std::vector<ScsValue> values;
  std::vector<double> batches(static_cast<std::size_t>(library.batches));
  for (std::int64_t atoms = 1; atoms <= library.atoms; ++atoms) {
    for (std::int64_t batch = 0; batch < library.batches; ++batch) {
      const float* of_bin = library.scs_angstrom2.data() + library.index(batch, atoms, 0);
      double sum = 0.0;
      for (std::size_t bin = 0; bin < weight.size(); ++bin) {
        sum += weight[bin] * static_cast<double>(of_bin[bin]);
      }
      batches[static_cast<std::size_t>(batch)] = sum;
    }
    values.push_back(mean_of(batches));
  }
  return values;
}

void check_annulus(const AngularLibrary& library, double inner_mrad, double outer_mrad) {
  std::string why;
  if (!std::isgreaterequal(inner_mrad, library.conditions.aperture_mrad)) {
    why = "it begins inside the aperture of " + shortest(library.conditions.aperture_mrad) +
          " mrad, where the unscattered beam is";
  } else if (!std::isgreater(outer_mrad, inner_mrad)) {
    why = "its outer angle does not exceed its inner one";
  } else if (outer_mrad > library.largest_mrad()) {
    why = "the library ends at " + shortest(library.largest_mrad()) + " mrad";
  }
  if (why.empty()) return;
  throw InputError(
      Complaint{"the library holds no such detector",
                "detector " + shortest(inner_mrad) + ':' + shortest(outer_mrad) + " mrad", why,
                "choose angles from " + shortest(library.conditions.aperture_mrad) + " to " +
                    shortest(library.largest_mrad()) + " mrad"});
}

}  // namespace

std::vector<ScsValue> scs_on_detector(const AngularLibrary& library, double inner_mrad,
                                      double outer_mrad) {
  check_annulus(library, inner_mrad, outer_mrad);
  std::vector<double> weight(static_cast<std::size_t>(library.bins));
  for (std::size_t bin = 0; bin < weight.size(); ++bin) {
    const double low = library.bin_mrad * static_cast<double>(bin);
    const double high = library.bin_mrad * static_cast<double>(bin + 1);
    const double seen = std::min(high, outer_mrad) - std::max(low, inner_mrad);
    weight[bin] = std::max(seen / library.bin_mrad, 0.0);
  }
  return weighted(library, weight);
}

std::vector<ScsValue> scs_on_detector(const AngularLibrary& library,
                                      const std::function<double(double)>& sensitivity) {
  std::vector<double> weight;
  for (std::int64_t bin = 0; bin < library.bins; ++bin) {
    weight.push_back(sensitivity(library.bin_mrad * (static_cast<double>(bin) + 0.5)));
  }
  return weighted(library, weight);
}

storage::Table library_table(const AngularLibrary& library, double inner_mrad, double outer_mrad) {
  using storage::cell;
  storage::Table table({"element", "zone_axis", "atom_count", "inner_mrad", "outer_mrad",
                        "scs_angstrom2", "scs_stderr_angstrom2"});
  long long atoms = 0;
  for (const ScsValue& value : scs_on_detector(library, inner_mrad, outer_mrad)) {
    table.add_row({library.conditions.element, library.conditions.zone_axis, cell(++atoms),
                   cell(inner_mrad), cell(outer_mrad), cell(value.scs_angstrom2),
                   cell(value.stderr_angstrom2)});
  }
  return table;
}

storage::Table radial_table(const AngularLibrary& library) {
  using storage::cell;
  storage::Table table({"atom_count", "angle_mrad", "scs_angstrom2", "scs_stderr_angstrom2"});
  std::vector<double> batches(static_cast<std::size_t>(library.batches));
  for (std::int64_t atoms = 1; atoms <= library.atoms; ++atoms) {
    for (std::int64_t bin = 0; bin < library.bins; ++bin) {
      for (std::int64_t batch = 0; batch < library.batches; ++batch) {
        batches[static_cast<std::size_t>(batch)] =
            static_cast<double>(library.scs_angstrom2[library.index(batch, atoms, bin)]);
      }
      const ScsValue value = mean_of(batches);
      table.add_row({cell(static_cast<long long>(atoms)),
                     cell(library.bin_mrad * static_cast<double>(bin)), cell(value.scs_angstrom2),
                     cell(value.stderr_angstrom2)});
    }
  }
  return table;
}

std::string plain_list(const AngularLibrary& library, double inner_mrad, double outer_mrad) {
  std::string text;
  for (const ScsValue& value : scs_on_detector(library, inner_mrad, outer_mrad)) {
    text += shortest(value.scs_angstrom2) + '\n';
  }
  return text;
}

}  // namespace adatom::simulate
