#include "adatom/simulate/scs_library.h"

#include <cmath>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::simulate {
namespace {

constexpr long long largest_count = 100'000;

void check_values(const std::vector<double>& values, const std::string& where) {
  if (values.empty()) {
    throw InputError({.what = "the library holds no cross-section",
                      .where = where,
                      .why = {},
                      .remedy = "give at least that of one atom"});
  }
  double previous = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value) || value <= previous) {
      throw InputError({.what = "cross-sections must grow with the number of atoms",
                        .where = where,
                        .why = shortest(value) + " angstrom^2 follows " + shortest(previous),
                        .remedy = {}});
    }
    previous = value;
  }
}

}  // namespace

ScsLibrary::ScsLibrary(std::vector<double> scs_angstrom2) : values_(std::move(scs_angstrom2)) {
  check_values(values_, "scs library");
}

ScsLibrary ScsLibrary::proportional(double scs_per_atom_angstrom2) {
  return ScsLibrary(std::vector<double>{scs_per_atom_angstrom2});
}

ScsLibrary ScsLibrary::from_table(const storage::Table& table) {
  const auto counts = table.integers("atom_count");
  const auto sections = table.numbers("scs_angstrom2");
  check_values(sections, table.source);
  std::vector<double> values;
  long long last_count = 0;
  double last_value = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] <= last_count || counts[i] > largest_count) {
      throw InputError({.what = "atom_count must ascend",
                        .where = table.source,
                        .why = std::to_string(counts[i]) + " follows " + std::to_string(last_count),
                        .remedy = "counts run from 1 to " + std::to_string(largest_count)});
    }
    const double step = (sections[i] - last_value) / static_cast<double>(counts[i] - last_count);
    for (long long n = last_count + 1; n < counts[i]; ++n) {
      values.push_back(last_value + step * static_cast<double>(n - last_count));
    }
    values.push_back(sections[i]);
    last_count = counts[i];
    last_value = sections[i];
  }
  return ScsLibrary(std::move(values));
}

double ScsLibrary::at(std::int64_t atom_count) const {
  if (atom_count <= 0) return 0.0;
  if (atom_count <= size()) return values_[static_cast<std::size_t>(atom_count - 1)];
  const double step =
      values_.size() == 1 ? values_[0] : values_.back() - values_[values_.size() - 2];
  return values_.back() + step * static_cast<double>(atom_count - size());
}

}  // namespace adatom::simulate
