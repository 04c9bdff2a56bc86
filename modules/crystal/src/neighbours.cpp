#include "adatom/crystal/neighbours.h"

#include "neighbour_search.h"

namespace adatom::crystal {
namespace {

enum class Pairs { both_ways, once };

/// Of a pair that is to be listed once: is this its direction?
bool is_first_way(std::uint32_t from, std::uint32_t to, const Eigen::Vector3i& shift) {
  if (from != to) return from < to;
  for (int k = 0; k < 3; ++k) {
    if (shift[k] != 0) return shift[k] > 0;
  }
  return false;
}

/// Going through the atoms in their order and entering each with all its neighbours leaves every
/// row in order without sorting.
template <Pairs pairs, bool shifted>
NeighbourList transpose(const FoundRows& rows, const CellGrid& grid) {
  const std::size_t count = grid.atoms().size();
  std::vector<std::uint32_t> place(count);
  for (std::uint32_t p = 0; p < count; ++p) place[grid.atoms()[p]] = p;
  const auto& outside = grid.cells_outside();
  const auto actual_shift = [&](std::size_t entry, std::uint32_t from, std::uint32_t to) {
    Eigen::Vector3i shift = unpack_shift(rows.shift[entry]);
    if (!outside.empty()) shift += outside[from] - outside[to];
    return shift;
  };
  // An entry (i, shift) in the row of j becomes (j, -shift) in the row of i.
  const auto each_entry = [&](const auto& enter) {
    for (std::uint32_t j = 0; j < count; ++j) {
      const std::uint32_t p = place[j];
      for (std::uint64_t e = rows.first[p + 1]; e > rows.first[p]; --e) {
        const std::uint32_t i = rows.atom[e - 1];
        Eigen::Vector3i shift = Eigen::Vector3i::Zero();
        if constexpr (shifted) shift = -actual_shift(e - 1, j, i);
        if constexpr (pairs == Pairs::once) {
          if (!is_first_way(i, j, shift)) continue;
        }
        enter(i, j, shift);
      }
    }
  };
  NeighbourList list;
  list.first.assign(count + 1, 0);
  if constexpr (pairs == Pairs::once) {
    each_entry(
        [&](std::uint32_t i, std::uint32_t, const Eigen::Vector3i&) { ++list.first[i + 1]; });
  } else {
    for (std::uint32_t p = 0; p < count; ++p) {
      list.first[grid.atoms()[p] + 1] =
          static_cast<std::uint32_t>(rows.first[p + 1] - rows.first[p]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) list.first[i + 1] += list.first[i];
  list.atom.resize(list.first.back());
  if constexpr (shifted) list.shift.resize(list.first.back());
  std::vector<std::uint32_t> next(list.first.begin(), list.first.end() - 1);
  each_entry([&](std::uint32_t i, std::uint32_t j, const Eigen::Vector3i& shift) {
    const std::uint32_t entry = next[i]++;
    list.atom[entry] = j;
    if constexpr (shifted) list.shift[entry] = shift;
  });
  return list;
}

template <Pairs pairs>
NeighbourList find(std::span<const Eigen::Vector3d> positions, const Box& box, double reach) {
  require_countable(positions.size());
  const CellGrid grid(positions, box, reach);
  const FoundRows rows = search_grid(grid, box, reach);
  return box.open() ? transpose<pairs, false>(rows, grid) : transpose<pairs, true>(rows, grid);
}

}  // namespace

NeighbourList find_neighbours(std::span<const Eigen::Vector3d> positions_angstrom, const Box& box,
                              double reach_angstrom) {
  return find<Pairs::both_ways>(positions_angstrom, box, reach_angstrom);
}

NeighbourList find_half_neighbours(std::span<const Eigen::Vector3d> positions_angstrom,
                                   const Box& box, double reach_angstrom) {
  return find<Pairs::once>(positions_angstrom, box, reach_angstrom);
}

}  // namespace adatom::crystal
