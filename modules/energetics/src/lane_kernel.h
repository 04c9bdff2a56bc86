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

struct Vectors {
  Floats x;
  Floats y;
  Floats z;
};

inline void own_places(std::size_t group, std::int32_t* own) {
  for (std::size_t i = 0; i < Lanes::count; ++i) {
    own[i] = static_cast<std::int32_t>((group * Lanes::count + i) * place_bytes);
  }
}

inline Vectors positions_of_group(const float* places, std::size_t group) {
  std::int32_t own[Lanes::count];
  own_places(group, own);
  Vectors v;
  Lanes::gather(places, own, v.x, v.y, v.z);
  return v;
}

inline Vectors vectors_to(const float* places, const std::int32_t* neighbours, Vectors from) {
  Vectors v;
  Lanes::gather(places, neighbours, v.x, v.y, v.z);
  return {Lanes::subtract(v.x, from.x), Lanes::subtract(v.y, from.y), Lanes::subtract(v.z, from.z)};
}

inline Floats squares(Vectors v) {
  return Lanes::multiply_add(v.x, v.x, Lanes::multiply_add(v.y, v.y, Lanes::multiply(v.z, v.z)));
}

inline void lane_prune(const LanePrune& a) {
  for (std::size_t g = 0; g < a.groups; ++g) {
    const Vectors here = positions_of_group(a.places, g);
    Lanes::Appender list(a.new_neighbour + a.first[g] * Lanes::count);
    for (std::size_t n = a.first[g]; n < a.last[g]; ++n) {
      const std::int32_t* neighbours = a.neighbour + n * Lanes::count;
      list.add(neighbours, squares(vectors_to(a.places, neighbours, here)), a.reach_u);
    }
    a.new_last[g] = a.first[g] + list.finish(a.nobody);
  }
}

inline float lane_densities(const LaneArguments& a) {
  const Polynomials density_of(table_of(a, density));
  const Floats cutoff = Lanes::all(a.cutoff_u);
  Floats smallest = cutoff;
  float* scratch = a.scratch;
  for (std::size_t g = 0; g < a.groups; ++g) {
    const Vectors here = positions_of_group(a.places, g);
    Floats sum = Lanes::all(0.0F);
    for (std::size_t n = a.first[g]; n < a.last[g]; ++n, scratch += 4 * Lanes::count) {
      const Vectors d = vectors_to(a.places, a.neighbour + n * Lanes::count, here);
      const Floats u = squares(d);
      smallest = Lanes::smaller(smallest, u);
      Lanes::store(scratch, d.x);
      Lanes::store(scratch + Lanes::count, d.y);
      Lanes::store(scratch + 2 * Lanes::count, d.z);
      Lanes::store(scratch + 3 * Lanes::count, u);
      const Place place = place_of(a, u);
      sum = Lanes::add_where_less(sum, density_of.at(place.segment, place.x), u, cutoff);
    }
    Lanes::store(a.density + g * Lanes::count, sum);
  }
  return Lanes::least(smallest);
}

inline void lane_forces(const LaneArguments& a) {
  const Polynomials density_slope_of(table_of(a, density_slope));
  const Polynomials pair_slope_of(table_of(a, pair_slope));
  const Floats cutoff = Lanes::all(a.cutoff_u);
  const float* scratch = a.scratch;
  for (std::size_t g = 0; g < a.groups; ++g) {
    std::int32_t own[Lanes::count];
    own_places(g, own);
    const Floats here = Lanes::gather_slopes(a.places, own);
    Floats fx = Lanes::all(0.0F);
    Floats fy = fx;
    Floats fz = fx;
    for (std::size_t n = a.first[g]; n < a.last[g]; ++n, scratch += 4 * Lanes::count) {
      const Floats there = Lanes::gather_slopes(a.places, a.neighbour + n * Lanes::count);
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
  scratch = a.scratch;
  for (std::size_t g = 0; g < a.groups; ++g) {
    Floats sum = Lanes::all(0.0F);
    for (std::size_t n = a.first[g]; n < a.last[g]; ++n, scratch += 4 * Lanes::count) {
      const Floats u = Lanes::load(scratch + 3 * Lanes::count);
      const Place place = place_of(a, u);
      sum = Lanes::add_where_less(sum, energy_of.at(place.segment, place.x), u, cutoff);
    }
    Lanes::store(a.pair_energy + g * Lanes::count, sum);
  }
}
