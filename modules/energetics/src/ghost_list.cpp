#include "ghost_list.h"

#include <array>
#include <map>
#include <utility>

namespace adatom::energetics {

GhostList with_ghosts(crystal::NeighbourList list, const crystal::Box& box) {
  GhostList result{std::move(list.first), std::move(list.atom), {}};
  if (list.shift.empty()) return result;
  const auto atoms = static_cast<std::uint32_t>(result.first.size() - 1);
  std::map<std::array<int, 4>, std::uint32_t> known;
  for (std::size_t n = 0; n < result.partner.size(); ++n) {
    const Eigen::Vector3i& shift = list.shift[n];
    if (shift.isZero()) continue;
    const std::uint32_t owner = result.partner[n];
    const auto [entry, fresh] =
        known.try_emplace({static_cast<int>(owner), shift.x(), shift.y(), shift.z()},
                          atoms + static_cast<std::uint32_t>(result.ghosts.size()));
    if (fresh) {
      result.ghosts.push_back({owner, box.cell_angstrom.transpose() * shift.cast<double>()});
    }
    result.partner[n] = entry->second;
  }
  return result;
}

}  // namespace adatom::energetics
