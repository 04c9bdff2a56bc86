#include "adatom/dynamics/series_source.h"

#include <algorithm>

namespace adatom::dynamics {

void SeriesInMemory::read(std::size_t atom, std::span<double> series) const {
  const auto from = values_.begin() + static_cast<std::ptrdiff_t>(atom * length());
  std::copy_n(from, length(), series.begin());
}

}  // namespace adatom::dynamics
