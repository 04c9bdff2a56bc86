// The kernel in double precision; included once by each instruction set's file, inside a namespace
// of its own.

using Double4 __attribute__((vector_size(32), aligned(32))) = double;

// Not by value: how that is done depends on the instruction set.
inline void read_row(const double* rows, double x, Double4& sum) {
  const auto* row = reinterpret_cast<const Double4*>(rows);
  sum = row[pair_degree];
  for (std::size_t k = pair_degree; k-- > 0;) sum = sum * x + row[k];
}

inline void pair_prune(const PairPrune& a) {
  const auto* position = reinterpret_cast<const Double4*>(a.position);
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < a.atoms; ++i) {
    const Double4 here = position[i];
    a.new_first[i] = found;
    for (std::size_t n = a.first[i]; n < a.first[i + 1]; ++n) {
      const Double4 d = position[a.partner[n]] - here;
      const Double4 square = d * d;
      a.new_partner[found] = a.partner[n];
      found += square[0] + square[1] + square[2] < a.reach_u ? 1U : 0U;
    }
  }
  a.new_first[a.atoms] = found;
}

template <bool symmetric>
PairSums pair_densities_of(const PairArguments& a) {
  const auto* position = reinterpret_cast<const Double4*>(a.position);
  auto* vectors = reinterpret_cast<Double4*>(a.near_vector);
  auto* values = reinterpret_cast<Double4*>(a.near_row);
  constexpr std::size_t stride = symmetric ? 1 : 2;
  PairSums sums{0.0, a.cutoff_u};
  std::size_t found = 0;
  for (std::size_t i = 0; i < a.atoms; ++i) {
    const Double4 here = position[i];
    a.near_first[i] = static_cast<std::uint32_t>(found);
    const std::size_t begin = found;
    // Every neighbour is written down; those beyond the cut-off are overwritten by the next.
    for (std::size_t n = a.first[i]; n < a.first[i + 1]; ++n) {
      const std::uint32_t j = a.partner[n];
      const Double4 d = position[j] - here;
      const Double4 square = d * d;
      const double u = square[0] + square[1] + square[2];
      vectors[found] = d;
      a.near_u[found] = u;
      a.near_partner[found] = j;
      found += u < a.cutoff_u ? 1 : 0;
    }
    const double* tables = a.rows + a.element[i] * a.elements * a.pair_size;
    double density = 0.0;
    for (std::size_t p = begin; p < found; ++p) {
      const std::uint32_t j = a.near_partner[p];
      const double u = a.near_u[p];
      sums.smallest_u = u < sums.smallest_u ? u : sums.smallest_u;
      double place = (u - a.first_u) * a.segments_per_u;
      place = place > 0.0 ? place : 0.0;
      place = place < a.last_place ? place : a.last_place;
      const auto segment = static_cast<std::uint32_t>(static_cast<std::int32_t>(place));
      const double x = place - static_cast<double>(static_cast<std::int32_t>(segment)) - 0.5;
      const std::size_t at = segment * (pair_degree + 1) * row_width;
      const std::size_t element = a.elements == 1 ? 0 : a.element[j];
      Double4 row;
      read_row(tables + element * a.pair_size + at, x, row);
      values[p * stride] = row;
      density += row[0];
      sums.pair_energy += row[3];
      if constexpr (symmetric) {
        a.density[j] += row[0];
      } else {
        const double* reverse = a.rows + (element * a.elements + a.element[i]) * a.pair_size;
        Double4 other;
        read_row(reverse + at, x, other);
        values[p * stride + 1] = other;
        a.density[j] += other[0];
      }
    }
    a.density[i] += density;
  }
  a.near_first[a.atoms] = static_cast<std::uint32_t>(found);
  return sums;
}

template <bool symmetric>
void pair_forces_of(const PairArguments& a) {
  const auto* vectors = reinterpret_cast<const Double4*>(a.near_vector);
  const auto* values = reinterpret_cast<const Double4*>(a.near_row);
  auto* force = reinterpret_cast<Double4*>(a.force);
  constexpr std::size_t stride = symmetric ? 1 : 2;
  for (std::size_t i = 0; i < a.atoms; ++i) {
    const double here = a.embedding_slope[i];
    Double4 sum = {0.0, 0.0, 0.0, 0.0};
    for (std::size_t p = a.near_first[i]; p < a.near_first[i + 1]; ++p) {
      const std::uint32_t j = a.near_partner[p];
      const double* row = reinterpret_cast<const double*>(values + p * stride);
      const double there = a.embedding_slope[j];
      double factor = 0.0;
      if constexpr (symmetric) {
        factor = row[pair_slope] + (here + there) * row[density_slope];
      } else {
        factor =
            row[pair_slope] + here * row[density_slope] + there * row[row_width + density_slope];
      }
      const Double4 pull = vectors[p] * factor;
      sum += pull;
      force[j] -= pull;
    }
    force[i] += sum;
  }
}

inline PairSums pair_densities(const PairArguments& a, bool symmetric) {
  return symmetric ? pair_densities_of<true>(a) : pair_densities_of<false>(a);
}

inline void pair_forces(const PairArguments& a, bool symmetric) {
  if (symmetric) {
    pair_forces_of<true>(a);
  } else {
    pair_forces_of<false>(a);
  }
}
