#include "ghost_list.h"

#include <array>
#include <map>
#include <utility>

namespace adatom::energetics {

GhostList with_ghosts(crystal::NeighbourList list, const crystal::Box& box) {
  GhostList result{std::move(list.first), std::move(list.atom), {}};
  if (list.shift.empty()) return result;
  const auto atoms = static_cast<std::uint32_t>(result.first.size() - 1);
  const auto name = [&](std::size_t n) {
    const Eigen::Vector3i& shift = list.shift[n];
    return std::array{static_cast<int>(result.partner[n]), shift.x(), shift.y(), shift.z()};
  };
  std::map<std::array<int, 4>, std::uint32_t> known;
  for (std::size_t n = 0; n < result.partner.size(); ++n) {
    if (!list.shift[n].isZero()) known.try_emplace(name(n), 0);
  }
  // Numbered by owner and shift, whatever else is in the list, so that sums over the copies of an
  // atom have one order.
  for (auto& [image, number] : known) {
    number = atoms + static_cast<std::uint32_t>(result.ghosts.size());
    const Eigen::Vector3d shift(image[1], image[2], image[3]);
    result.ghosts.push_back(
        {static_cast<std::uint32_t>(image[0]), box.cell_angstrom.transpose() * shift});
  }
  for (std::size_t n = 0; n < result.partner.size(); ++n) {
    if (!list.shift[n].isZero()) result.partner[n] = known.at(name(n));
  }
  return result;
}

}  // namespace adatom::energetics
