#include "neighbour_search.h"

#include <algorithm>
#include <array>
#include <limits>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"

namespace adatom::crystal {
namespace {

// Shifts of an atom inside the cell, packed: 10 bits a direction.
constexpr int packed_bits = 10;
constexpr int packed_zero = 1 << (packed_bits - 1);

std::uint32_t pack(const std::array<std::int64_t, 3>& shift) {
  std::uint32_t packed = 0;
  for (const auto s : shift) {
    packed = (packed << packed_bits) | static_cast<std::uint32_t>(s + packed_zero);
  }
  return packed;
}

/// Bins next to each other along one axis, of one image of the cell.
struct BinRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t shift = 0;
};

/// The bins within reach of bin `at`, image by image.
void bins_near(const GridAxis& axis, std::int64_t at, std::vector<BinRange>& ranges) {
  ranges.clear();
  const std::int64_t low = at - axis.reach;
  const std::int64_t high = at + axis.reach;
  if (axis.end == GridAxis::End::open) {
    ranges.push_back({std::max<std::int64_t>(low, 0), std::min(high, axis.count - 1), 0});
    return;
  }
  for (std::int64_t b = low; b <= high;) {
    const std::int64_t image = b >= 0 ? b / axis.count : -((axis.count - 1 - b) / axis.count);
    const std::int64_t end = std::min(high, (image + 1) * axis.count - 1);
    ranges.push_back({b - image * axis.count, end - image * axis.count,
                      axis.end == GridAxis::End::periodic ? image : 0});
    b = end + 1;
  }
}

/// What the atoms of one bin have to be compared with: places of the grid, and by how much they are
/// to be moved.
struct Candidates {
  std::array<std::vector<double>, 3> coordinates;
  std::array<std::vector<double>, 3> moved;  // all zero in an open box
  std::vector<std::uint32_t> atom;
  std::vector<std::uint32_t> shift;  // packed
  std::vector<double> distance2;     // from the atom compared
  std::size_t size = 0;

  void make_room(std::size_t count) {
    if (atom.size() >= count) return;
    for (auto* list : {&coordinates, &moved}) {
      for (auto& values : *list) values.resize(2 * count);
    }
    atom.resize(2 * count);
    shift.resize(2 * count);
    distance2.resize(2 * count);
  }
};

/// (x_j - x_i) + moved is exactly minus the same seen from the other atom, so that both agree
/// whether they are within reach.
ADATOM_CLONES void measure(const std::array<double, 3>& from, Candidates& candidates) {
  const double* const x = candidates.coordinates[0].data();
  const double* const y = candidates.coordinates[1].data();
  const double* const z = candidates.coordinates[2].data();
  const double* const mx = candidates.moved[0].data();
  const double* const my = candidates.moved[1].data();
  const double* const mz = candidates.moved[2].data();
  double* const distance2 = candidates.distance2.data();
  for (std::size_t k = 0; k < candidates.size; ++k) {
    const double dx = (x[k] - from[0]) + mx[k];
    const double dy = (y[k] - from[1]) + my[k];
    const double dz = (z[k] - from[2]) + mz[k];
    distance2[k] = dx * dx + dy * dy + dz * dz;
  }
}

class Search {
 public:
  Search(const CellGrid& grid, const Box& box, double reach_angstrom)
      : grid_(grid),
        box_(box),
        reach2_(reach_angstrom * reach_angstrom),
        loose_reach2_(reach2_ * (1.0 + 1e-6) + 1e-6) {}

  FoundRows run() {
    rows_.first.assign(grid_.atoms().size() + 1, 0);
    const auto& axes = grid_.axes();
    std::array<std::vector<BinRange>, 3> near;
    std::int64_t bin = 0;
    for (std::int64_t u = 0; u < axes[0].count; ++u) {
      bins_near(axes[0], u, near[0]);
      for (std::int64_t v = 0; v < axes[1].count; ++v) {
        bins_near(axes[1], v, near[1]);
        for (std::int64_t w = 0; w < axes[2].count; ++w, ++bin) {
          if (grid_.first(bin) == grid_.first(bin + 1)) continue;
          bins_near(axes[2], w, near[2]);
          bound(bin);
          list_candidates(near);
          for (auto place = grid_.first(bin); place < grid_.first(bin + 1); ++place) add_row(place);
        }
      }
    }
    require_countable(used_);
    rows_.atom.resize(used_);
    if (!box_.open()) rows_.shift.resize(used_);
    return std::move(rows_);
  }

 private:
  /// The smallest rectangle that holds the atoms of a bin.
  void bound(std::int64_t bin) {
    bin_first_ = grid_.first(bin);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto& list = grid_.coordinates()[k];
      const auto [low, high] =
          std::minmax_element(list.begin() + grid_.first(bin), list.begin() + grid_.first(bin + 1));
      low_[k] = *low;
      high_[k] = *high;
    }
  }

  void list_candidates(const std::array<std::vector<BinRange>, 3>& near) {
    found_.size = 0;
    const auto& axes = grid_.axes();
    for (const auto& u : near[0]) {
      for (std::int64_t bu = u.first; bu <= u.last; ++bu) {
        for (const auto& v : near[1]) {
          for (std::int64_t bv = v.first; bv <= v.last; ++bv) {
            const std::int64_t line = (bu * axes[1].count + bv) * axes[2].count;
            for (const auto& w : near[2]) {
              add_candidates(grid_.first(line + w.first), grid_.first(line + w.last + 1),
                             {u.shift, v.shift, w.shift});
            }
          }
        }
      }
    }
  }

  /// Of the places those within reach of the bin's rectangle.
  void add_candidates(std::uint32_t first, std::uint32_t last,
                      const std::array<std::int64_t, 3>& shift) {
    if (first == last) return;
    found_.make_room(found_.size + (last - first));
    Eigen::Vector3d moved = Eigen::Vector3d::Zero();
    if (shift != std::array<std::int64_t, 3>{}) {
      moved = box_.cell_angstrom.transpose() * Eigen::Vector3d(static_cast<double>(shift[0]),
                                                               static_cast<double>(shift[1]),
                                                               static_cast<double>(shift[2]));
    }
    const std::uint32_t packed = pack(shift);
    const auto& [x, y, z] = grid_.coordinates();
    std::size_t size = found_.size;
    for (std::uint32_t place = first; place < last; ++place) {
      if (place == bin_first_ && packed == no_shift) own_ = size;
      const std::array<double, 3> at = {x[place], y[place], z[place]};
      double outside2 = 0.0;
      for (std::size_t k = 0; k < 3; ++k) {
        const double moved_to = at[k] + moved[static_cast<Eigen::Index>(k)];
        const double outside = std::max({low_[k] - moved_to, moved_to - high_[k], 0.0});
        outside2 += outside * outside;
        found_.coordinates[k][size] = at[k];
        found_.moved[k][size] = moved[static_cast<Eigen::Index>(k)];
      }
      found_.atom[size] = grid_.atoms()[place];
      found_.shift[size] = packed;
      size += outside2 <= loose_reach2_ ? 1U : 0U;
    }
    found_.size = size;
  }

  void add_row(std::uint32_t place) {
    make_room(place);
    const auto& [x, y, z] = grid_.coordinates();
    measure({x[place], y[place], z[place]}, found_);
    // Not the atom itself, but its images.
    found_.distance2[own_ + (place - bin_first_)] = std::numeric_limits<double>::infinity();
    const double* const distance2 = found_.distance2.data();
    const std::uint32_t* const from = found_.atom.data();
    const std::uint32_t* const from_shift = found_.shift.data();
    std::uint32_t* const atoms = rows_.atom.data();
    std::uint32_t* const shifts = rows_.shift.data();
    const std::size_t size = found_.size;
    std::size_t used = used_;
    // Without a branch, as nobody can guess which are neighbours.
    if (box_.open()) {
      for (std::size_t k = 0; k < size; ++k) {
        atoms[used] = from[k];
        used += distance2[k] <= reach2_ ? 1U : 0U;
      }
    } else {
      for (std::size_t k = 0; k < size; ++k) {
        atoms[used] = from[k];
        shifts[used] = from_shift[k];
        used += distance2[k] <= reach2_ ? 1U : 0U;
      }
    }
    used_ = used;
    rows_.first[place + 1] = used_;
  }

  /// For all that a row may find; at once for about all rows, by the rows so far.
  void make_room(std::uint32_t place) {
    if (rows_.atom.size() >= used_ + found_.size) return;
    require_countable(used_);
    const double rows = static_cast<double>(grid_.atoms().size());
    const double expected = 1.1 * static_cast<double>(used_) * rows / std::max(100.0, 1.0 * place);
    const std::size_t size =
        std::max(static_cast<std::size_t>(expected), used_ + used_ / 2) + 2 * found_.size;
    rows_.atom.resize(size);
    if (!box_.open()) rows_.shift.resize(size);
  }

  static constexpr std::uint32_t no_shift =
      (packed_zero << (2 * packed_bits)) | (packed_zero << packed_bits) | packed_zero;
  const CellGrid& grid_;
  const Box& box_;
  double reach2_;
  double loose_reach2_;  // with room for rounding
  std::array<double, 3> low_{};
  std::array<double, 3> high_{};
  std::uint32_t bin_first_ = 0;  // the bin's first place,
  std::size_t own_ = 0;          // and where it is among the candidates; the bin's others follow
  Candidates found_;
  FoundRows rows_;
  std::size_t used_ = 0;
};

}  // namespace

FoundRows search_grid(const CellGrid& grid, const Box& box, double reach_angstrom) {
  return Search(grid, box, reach_angstrom).run();
}

Eigen::Vector3i unpack_shift(std::uint32_t packed) {
  constexpr std::uint32_t mask = (1U << packed_bits) - 1U;
  return {static_cast<int>((packed >> (2 * packed_bits)) & mask) - packed_zero,
          static_cast<int>((packed >> packed_bits) & mask) - packed_zero,
          static_cast<int>(packed & mask) - packed_zero};
}

void require_countable(std::uint64_t number) {
  if (number < std::numeric_limits<std::uint32_t>::max()) return;
  throw InputError({.what = "too many neighbours",
                    .where = "neighbours",
                    .why = "more than 4e9 pairs are within reach",
                    .remedy = "choose a smaller reach or fewer atoms"});
}

}  // namespace adatom::crystal
