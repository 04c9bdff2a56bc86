#include "io/check_lists.h"

#include "adatom/base/error.h"

namespace adatom::crystal {
namespace {

void check(const std::string& name, std::size_t values, std::size_t needed, bool may_be_empty) {
  if (values == needed || (may_be_empty && values == 0)) return;
  throw InputError({.what = "a list of the structure has a wrong length",
                    .where = name,
                    .why = std::to_string(values) + " values instead of " + std::to_string(needed),
                    .remedy = {}});
}

}  // namespace

void check_lists(const Structure& structure) {
  const std::size_t atoms = structure.atoms.size();
  check("velocities", structure.velocities_angstrom_per_ps.size(), atoms, true);
  check("ids", structure.ids.size(), atoms, true);
  check("images", structure.images.size(), atoms, true);
  for (const auto& column : structure.columns) {
    const std::size_t values =
        std::visit([](const auto& list) { return list.size(); }, column.values);
    check(column.name, values, atoms * column.width, false);
  }
}

}  // namespace adatom::crystal
