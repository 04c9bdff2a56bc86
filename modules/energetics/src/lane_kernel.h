// The kernel in single precision; included once by each instruction set's file, inside a namespace
// of its own that holds a `Lanes` for it: vectors of `Lanes::count` floats and what can be done
// with them.

using Floats = Lanes::Floats;
using Integers = Lanes::Integers;

/// The polynomials of one value of a row, kept in registers.
struct Polynomials {
  explicit Polynomials(const float* table) {
    for (std::size_t k = 0; k <= Lanes::degree; ++k) {
      coefficients[k] = Lanes::Table(table + k * Lanes::segments);
    }
  }
  [[nodiscard]] Floats at(Integers segment, Floats x) const {
    Floats sum = coefficients[Lanes::degree].of(segment);
    for (std::size_t k = Lanes::degree; k-- > 0;) {
      sum = Lanes::multiply_add(sum, x, coefficients[k].of(segment));
    }
    return sum;
  }
  Lanes::Table coefficients[Lanes::degree + 1];
};

struct Place {
  Integers segment;
  Floats x;
};

inline Place place_of(const LaneArguments& a, Floats u) {
  const Floats at =
      Lanes::multiply(Lanes::subtract(u, Lanes::all(a.first_u)), Lanes::all(a.segments_per_u));
  const Integers segment = Lanes::truncate(at);
  return {segment,
          Lanes::subtract(Lanes::subtract(at, Lanes::to_floats(segment)), Lanes::all(0.5F))};
}

inline const float* table_of(const LaneArguments& a, RowValue value) {
  return a.tables + value * (Lanes::degree + 1) * Lanes::segments;
}

float lane_densities(const LaneArguments& a) {
  const Polynomials density_of(table_of(a, density));
  const Floats cutoff = Lanes::all(a.cutoff_u);
  Floats smallest = cutoff;
  for (std::size_t g = 0; g < a.groups; ++g) {
    std::int32_t own[Lanes::count];
    for (std::size_t i = 0; i < Lanes::count; ++i) {
      own[i] = static_cast<std::int32_t>(g * Lanes::count + i);
    }
    Floats x;
    Floats y;
    Floats z;
    Lanes::gather(a.position, own, x, y, z);
    Floats sum = Lanes::all(0.0F);
    for (std::size_t n = a.first[g]; n < a.first[g + 1]; ++n) {
      Floats dx;
      Floats dy;
      Floats dz;
      Lanes::gather(a.position, a.neighbour + n * Lanes::count, dx, dy, dz);
      dx = Lanes::subtract(dx, x);
      dy = Lanes::subtract(dy, y);
      dz = Lanes::subtract(dz, z);
      const Floats u =
          Lanes::multiply_add(dx, dx, Lanes::multiply_add(dy, dy, Lanes::multiply(dz, dz)));
      smallest = Lanes::smaller(smallest, u);
      float* scratch = a.scratch + n * 4 * Lanes::count;
      Lanes::store(scratch, dx);
      Lanes::store(scratch + Lanes::count, dy);
      Lanes::store(scratch + 2 * Lanes::count, dz);
      Lanes::store(scratch + 3 * Lanes::count, u);
      const Place place = place_of(a, u);
      sum = Lanes::add_where_less(sum, density_of.at(place.segment, place.x), u, cutoff);
    }
    Lanes::store(a.density + g * Lanes::count, sum);
  }
  return Lanes::least(smallest);
}

void lane_forces(const LaneArguments& a) {
  const Polynomials density_slope_of(table_of(a, density_slope));
  const Polynomials pair_slope_of(table_of(a, pair_slope));
  const Floats cutoff = Lanes::all(a.cutoff_u);
  for (std::size_t g = 0; g < a.groups; ++g) {
    const Floats here = Lanes::load(a.embedding_slope + g * Lanes::count);
    Floats fx = Lanes::all(0.0F);
    Floats fy = fx;
    Floats fz = fx;
    for (std::size_t n = a.first[g]; n < a.first[g + 1]; ++n) {
      const Integers j = Lanes::load(a.neighbour + n * Lanes::count);
      const Floats there = Lanes::gather(a.embedding_slope, j);
      const float* scratch = a.scratch + n * 4 * Lanes::count;
      const Floats u = Lanes::load(scratch + 3 * Lanes::count);
      const Place place = place_of(a, u);
      const Floats both =
          Lanes::multiply_add(Lanes::add(here, there), density_slope_of.at(place.segment, place.x),
                              pair_slope_of.at(place.segment, place.x));
      const Floats factor = Lanes::where_less(both, u, cutoff);
      fx = Lanes::multiply_add(factor, Lanes::load(scratch), fx);
      fy = Lanes::multiply_add(factor, Lanes::load(scratch + Lanes::count), fy);
      fz = Lanes::multiply_add(factor, Lanes::load(scratch + 2 * Lanes::count), fz);
    }
    Lanes::store(a.force_x + g * Lanes::count, fx);
    Lanes::store(a.force_y + g * Lanes::count, fy);
    Lanes::store(a.force_z + g * Lanes::count, fz);
  }
  if (a.pair_energy == nullptr) return;
  const Polynomials energy_of(table_of(a, pair_energy));
  for (std::size_t g = 0; g < a.groups; ++g) {
    Floats sum = Lanes::all(0.0F);
    for (std::size_t n = a.first[g]; n < a.first[g + 1]; ++n) {
      const Floats u = Lanes::load(a.scratch + n * 4 * Lanes::count + 3 * Lanes::count);
      const Place place = place_of(a, u);
      sum = Lanes::add_where_less(sum, energy_of.at(place.segment, place.x), u, cutoff);
    }
    Lanes::store(a.pair_energy + g * Lanes::count, sum);
  }
}
