#include "displacement.h"

#include <algorithm>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/debye_waller.h"

namespace adatom::simulate {

std::size_t Scatterers::index_of(const std::string& element) const {
  return static_cast<std::size_t>(std::lower_bound(elements.begin(), elements.end(), element) -
                                  elements.begin());
}

Scatterers list_scatterers(std::vector<std::string> symbols, double voltage_kv, double largest_k,
                           crystal::ScatteringTable table) {
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  Scatterers result{.elements = std::move(symbols), .amplitudes = {}};
  for (const std::string& symbol : result.elements) {
    const auto factor = crystal::find_scattering_factor(symbol, table);
    if (!factor) {
      throw InputError(Complaint{.what = "no electron scattering factor for \"" + symbol + '"',
                                 .where = {},
                                 .why = std::string(citation(table)) + " holds H to Lr",
                                 .remedy = "give atoms the symbols of elements"});
    }
    result.amplitudes.emplace_back(*factor, interaction_rad_per_volt_angstrom(voltage_kv),
                                   largest_k);
  }
  return result;
}

double displacement_of(const std::string& element, double temperature_k,
                       std::optional<double> given) {
  if (given) return *given;
  if (temperature_k == 0.0) return 0.0;
  const auto rms = crystal::rms_displacement_angstrom(element, temperature_k);
  if (rms) return *rms;
  throw InputError(Complaint{
      .what = "no thermal displacement of " + element + " at " + shortest(temperature_k) + " K",
      .where = {},
      .why = "the table of Debye-Waller factors ends at " +
             shortest(crystal::coldest_debye_waller_k) + " and " +
             shortest(crystal::hottest_debye_waller_k) +
             " K, and does not hold every "
             "element",
      .remedy = "give rms_displacement_angstrom"});
}

}  // namespace adatom::simulate
