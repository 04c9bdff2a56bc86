#include "adatom/reconstruct/start_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "grain_placement.h"

namespace adatom::reconstruct {
namespace {

// Heights in twelfths of the spacing are whole numbers: parities are sixths, and a column's middle
// lies halfway between atoms.
constexpr std::int64_t twelfths = 12;

std::int64_t twelfths_of(double phase) {
  return std::lround(phase * static_cast<double>(twelfths));
}

// The middle of a column whose lowest atom is at level 0.
std::int64_t middle(const LatticeSite& site, const ObservedColumn& column) {
  return twelfths_of(site.phase) + (column.atom_count - 1) * (twelfths / 2);
}

// How far, at best, a column's middle is from a plane.
std::int64_t distance_from(std::int64_t plane, std::int64_t at) {
  const std::int64_t apart = (((at - plane) % twelfths) + twelfths) % twelfths;
  return std::min(apart, twelfths - apart);
}

// The height, 0 to 11, that atoms' columns are nearest to; the first of equally good ones.
std::int64_t central_plane(std::span<const ObservedColumn> columns, const ColumnLattice& lattice) {
  std::int64_t best = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t plane = 0; plane < twelfths; ++plane) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (lattice.sites[i].grain < 0) continue;
      sum += columns[i].atom_count * distance_from(plane, middle(lattice.sites[i], columns[i]));
    }
    if (sum >= least) continue;
    least = sum;
    best = plane;
  }
  return best;
}

// The parity of most columns: they stand on the support, the others above it.
std::int64_t lowest_parity(const ColumnLattice& lattice) {
  std::array<std::int64_t, static_cast<std::size_t>(twelfths)> columns = {};
  for (const LatticeSite& site : lattice.sites) {
    if (site.grain >= 0) ++columns[static_cast<std::size_t>(twelfths_of(site.phase) % twelfths)];
  }
  return std::ranges::max_element(columns) - columns.begin();
}

// Levels that put columns' middles nearest to a plane; of two equally near by turns the upper and
// the lower one.
class CentredLevels {
 public:
  explicit CentredLevels(std::int64_t plane) : plane_(plane) {}

  std::int64_t bottom(std::int64_t middle_at_level_0) {
    const std::int64_t down = middle_at_level_0 - plane_;
    const auto level = static_cast<std::int64_t>(
        std::floor(-static_cast<double>(down) / static_cast<double>(twelfths)));
    const std::int64_t below = -(down + level * twelfths);  // 0 to 11
    if (2 * below < twelfths) return level;
    if (2 * below > twelfths) return level + 1;
    upper_ = !upper_;
    return upper_ ? level + 1 : level;
  }

 private:
  std::int64_t plane_;
  bool upper_ = false;
};

}  // namespace

void StartOptions::describe(OptionVisitor& v) {
  v.visit({.name = "shape",
           .help = "columns symmetrical about a plane across the beam, or all standing on a "
                   "support below them"},
          shape);
}

std::vector<OptionIssue> StartOptions::validate() const { return check_ranges(*this); }

ColumnModel start_model(std::span<const ObservedColumn> columns, const ColumnLattice& lattice,
                        const StartOptions& options, std::vector<std::size_t>& used) {
  require_valid(options.validate());
  used.clear();
  if (columns.size() != lattice.sites.size()) {
    throw InputError({.what = "the lattice is that of other columns",
                      .where = "start model",
                      .why = std::to_string(lattice.sites.size()) + " sites, " +
                             std::to_string(columns.size()) + " columns",
                      .remedy = ""});
  }
  const auto places = detail::place_columns(lattice);
  if (places.empty()) {
    throw InputError({.what = "no column is in a lattice",
                      .where = "start model",
                      .why = "",
                      .remedy = "check the pixel size and the zone axis"});
  }
  const bool centred = options.shape == StartShape::symmetric;
  const std::int64_t plane = centred ? central_plane(columns, lattice) : lowest_parity(lattice);
  CentredLevels levels(plane);
  ColumnModel model;
  model.element = lattice.element;
  model.lattice_parameter_angstrom = lattice.lattice_parameter_angstrom;
  for (const detail::ColumnPlace& place : places) {
    const ObservedColumn& column = columns[place.column];
    const LatticeSite& site = lattice.sites[place.column];
    const std::int64_t height = twelfths_of(site.phase) - plane;
    used.push_back(place.column);
    model.columns.push_back({
        .column_id = column.column_id,
        .grain = site.grain,
        .u = site.u,
        .v = site.v,
        .x_angstrom = place.at_angstrom.x(),
        .y_angstrom = place.at_angstrom.y(),
        .z_origin_angstrom =
            lattice.spacing_angstrom * static_cast<double>(height) / static_cast<double>(twelfths),
        .spacing_angstrom = lattice.spacing_angstrom,
        .bottom = centred ? levels.bottom(middle(site, column)) : (height < 0 ? 1 : 0),
        .atoms = column.atom_count,
    });
  }
  return model;
}

}  // namespace adatom::reconstruct
