#include "adatom/dynamics/label_source.h"

#include <algorithm>

namespace adatom::dynamics {

bool LabelsInMemory::next(std::span<std::uint8_t> labels) {
  if (frame_ >= frames()) return false;
  const auto from = labels_.begin() + static_cast<std::ptrdiff_t>(frame_ * atoms_);
  std::copy_n(from, atoms_, labels.begin());
  ++frame_;
  return true;
}

}  // namespace adatom::dynamics
