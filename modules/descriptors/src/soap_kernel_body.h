// The kernel; included once by each instruction set's file, inside a namespace of its own that
// says how wide a vector is (`width`) and how many sums fit the registers (`most_sums`).

/// Vectors of `width` numbers, with the operators of numbers (an extension of g++ and clang++).
typedef double Vec __attribute__((vector_size(8 * width), aligned(8 * width), may_alias));

inline Vec& at(double* p) { return *reinterpret_cast<Vec*>(p); }
inline const Vec& at(const double* p) { return *reinterpret_cast<const Vec*>(p); }

/// Two vectors at once: the recurrences of one wait while the other's are worked on.
struct Pair {
  Vec a;
  Vec b;
  static Pair of(const double* p) { return {at(p), at(p + width)}; }
  static Pair all(double value) { return {Vec{} + value, Vec{} + value}; }
  void store(double* p) const {
    at(p) = a;
    at(p + width) = b;
  }
};
inline Pair operator*(const Pair& x, const Pair& y) { return {x.a * y.a, x.b * y.b}; }
inline Pair operator*(double x, const Pair& y) { return {x * y.a, x * y.b}; }
inline Pair operator+(const Pair& x, const Pair& y) { return {x.a + y.a, x.b + y.b}; }
inline Pair operator-(const Pair& x, const Pair& y) { return {x.a - y.a, x.b - y.b}; }

/// Real spherical harmonics of a block's unit vectors: y[l * l + l + m][neighbour]. Legendre
/// functions by their recurrence in l, divided by sin^m so that nothing is singular at the poles.
inline void harmonics(const SoapShape& shape, const double* x, const double* y, const double* z,
                      double* out) {
  static_assert(soap_block % (2 * width) == 0);
  const std::size_t ls = shape.l_max + 1;
  const double* const rise = shape.rise;
  const double* const fall = shape.fall;
  const double* const diagonal = shape.diagonal;
  for (std::size_t k = 0; k < soap_block; k += 2 * width) {
    const Pair vx = Pair::of(x + k);
    const Pair vy = Pair::of(y + k);
    const Pair vz = Pair::of(z + k);
    Pair cosine = Pair::all(1.0);  // sin^m cos(m phi)
    Pair sine = Pair::all(0.0);
    for (std::size_t m = 0; m < ls; ++m) {
      Pair before = Pair::all(0.0);
      Pair here = Pair::all(diagonal[m]);
      std::size_t i = m * (m + 1) / 2 + m;
      double* plus = out + (m * m + 2 * m) * soap_block + k;  // of (l, m), here l = m
      double* minus = out + m * m * soap_block + k;
      for (std::size_t l = m;; ++l) {
        (here * cosine).store(plus);
        if (m > 0) (here * sine).store(minus);
        if (l + 1 == ls) break;
        i += l + 1;  // of (l + 1, m)
        plus += 2 * (l + 1) * soap_block;
        minus += 2 * (l + 1) * soap_block;
        const Pair next = rise[i] * (vz * here) - fall[i] * before;
        before = here;
        here = next;
      }
      const Pair turned = cosine * vx - sine * vy;
      sine = cosine * vy + sine * vx;
      cosine = turned;
    }
  }
}

/// Radial functions of a block in the order of places: out[neighbour][l][lane]. Neighbours in one
/// interval share its coefficients while they are in the registers.
template <std::size_t Lanes>  // 0: as many as the shape says
void radials(const SoapShape& shape, const double* place, std::size_t count, double* out) {
  static_assert(soap_degree == 7);
  const std::size_t lanes = Lanes > 0 ? Lanes : shape.lanes;
  const std::size_t ls = shape.l_max + 1;
  const double* const table = shape.table;
  alignas(64) double t[soap_block];
  alignas(64) double t2[soap_block];
  alignas(64) double t4[soap_block];
  alignas(64) double floor[soap_block];
  for (std::size_t k = 0; k < soap_block; ++k) {
    floor[k] = static_cast<double>(static_cast<std::int32_t>(place[k]));
    t[k] = place[k] - (floor[k] + 0.5);
    t2[k] = t[k] * t[k];
    t4[k] = t2[k] * t2[k];
  }
  for (std::size_t k = 0; k < count;) {
    std::size_t end = k + 1;
    while (end < count && floor[end] == floor[k]) ++end;
    const double* p = table + static_cast<std::size_t>(floor[k]) * ls * (soap_degree + 1) * lanes;
    for (std::size_t l = 0; l < ls; ++l) {
      for (std::size_t n = 0; n < lanes; n += width) {
        Vec c[soap_degree + 1];
        for (std::size_t d = 0; d <= soap_degree; ++d) c[d] = at(p + d * lanes + n);
        for (std::size_t i = k; i < end; ++i) {
          // Powers in pairs (Estrin): half as many steps wait for each other.
          const Vec low = (c[1] * t[i] + c[0]) + (c[3] * t[i] + c[2]) * t2[i];
          const Vec high = (c[5] * t[i] + c[4]) + (c[7] * t[i] + c[6]) * t2[i];
          at(out + (i * ls + l) * lanes + n) = high * t4[i] + low;
        }
      }
      p += (soap_degree + 1) * lanes;
    }
    k = end;
  }
}

inline void scale(double* rows, std::size_t row, const double* factor, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t i = 0; i < row; i += width) at(rows + k * row + i) *= factor[k];
  }
}

/// c[j][lane] += sum over neighbours of radial * y[j], for `Sums` harmonics of one l and
/// `soap_lanes` lanes.
template <std::size_t Sums>
void add(const double* radial, std::size_t radial_step, const double* y, std::size_t count,
         double* c, std::size_t c_step) {
  constexpr std::size_t parts = soap_lanes / width;
  Vec sum[Sums][parts];
#pragma GCC unroll 32
  for (std::size_t j = 0; j < Sums; ++j) {
#pragma GCC unroll 8
    for (std::size_t p = 0; p < parts; ++p) sum[j][p] = at(c + j * c_step + p * width);
  }
  for (std::size_t k = 0; k < count; ++k) {
    Vec value[parts];
#pragma GCC unroll 8
    for (std::size_t p = 0; p < parts; ++p) value[p] = at(radial + k * radial_step + p * width);
#pragma GCC unroll 32
    for (std::size_t j = 0; j < Sums; ++j) {
#pragma GCC unroll 8
      for (std::size_t p = 0; p < parts; ++p) sum[j][p] += value[p] * y[j * soap_block + k];
    }
  }
#pragma GCC unroll 32
  for (std::size_t j = 0; j < Sums; ++j) {
#pragma GCC unroll 8
    for (std::size_t p = 0; p < parts; ++p) at(c + j * c_step + p * width) = sum[j][p];
  }
}

/// The same for l = 0 to 3 together: alone they are too few sums to keep the processor busy.
inline void add_first(const double* radial, std::size_t radial_step, std::size_t lanes,
                      const double* y, std::size_t count, double* c) {
  constexpr std::array<std::size_t, 16> l_of = {0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3};
  Vec sum[16];
#pragma GCC unroll 16
  for (std::size_t j = 0; j < 16; ++j) sum[j] = at(c + j * lanes);
  for (std::size_t k = 0; k < count; ++k) {
    Vec value[4];
#pragma GCC unroll 4
    for (std::size_t l = 0; l < 4; ++l) value[l] = at(radial + k * radial_step + l * lanes);
#pragma GCC unroll 16
    for (std::size_t j = 0; j < 16; ++j) sum[j] += value[l_of[j]] * y[j * soap_block + k];
  }
#pragma GCC unroll 16
  for (std::size_t j = 0; j < 16; ++j) at(c + j * lanes) = sum[j];
}

using Add = void (*)(const double*, std::size_t, const double*, std::size_t, double*, std::size_t);

template <std::size_t... Less>
constexpr std::array<Add, sizeof...(Less)> adders(std::index_sequence<Less...>) {
  return {add<Less + 1>...};
}

inline void accumulate(const SoapShape& s, const SoapNeighbours& all, double* scratch, double* c) {
  static constexpr auto add_of = adders(std::make_index_sequence<most_sums>{});
  const std::size_t ls = s.l_max + 1;
  double* y = scratch;
  double* radial = scratch + soap_block * ls * ls;
  for (std::size_t first = 0; first < all.count; first += soap_block) {
    const std::size_t count = all.count - first < soap_block ? all.count - first : soap_block;
    harmonics(s, all.x + first, all.y + first, all.z + first, y);
    if (s.lanes == soap_lanes) {
      radials<soap_lanes>(s, all.place + first, count, radial);
    } else {
      radials<0>(s, all.place + first, count, radial);
    }
    if (all.weight != nullptr) scale(radial, ls * s.lanes, all.weight + first, count);
    std::size_t first_l = 0;
    if constexpr (width == soap_lanes) {
      if (ls >= 4) {
        for (std::size_t lane = 0; lane < s.lanes; lane += soap_lanes) {
          add_first(radial + lane, ls * s.lanes, s.lanes, y, count, c + lane);
        }
        first_l = 4;
      }
    }
    for (std::size_t l = first_l; l < ls; ++l) {
      for (std::size_t lane = 0; lane < s.lanes; lane += soap_lanes) {
        for (std::size_t j = 0; j < 2 * l + 1; j += most_sums) {
          const std::size_t sums = 2 * l + 1 - j < most_sums ? 2 * l + 1 - j : most_sums;
          add_of[sums - 1](radial + l * s.lanes + lane, ls * s.lanes, y + (l * l + j) * soap_block,
                           count, c + (l * l + j) * s.lanes + lane, s.lanes);
        }
      }
    }
  }
}

/// Row n of sum_m c1[m][n] c2[m][n'], for all n', scaled.
inline void power_row(const SoapShape& s, std::size_t l, std::size_t n, double scale,
                      const double* c1, const double* c2, double* row) {
  for (std::size_t lane = 0; lane < s.lanes; lane += width) {
    Vec sum = Vec{};
    for (std::size_t j = l * l; j < (l + 1) * (l + 1); ++j) {
      sum += at(c2 + j * s.lanes + lane) * c1[j * s.lanes + n];
    }
    at(row + lane) = sum * scale;
  }
}

/// The same for eight radial functions, all rows at once in registers.
inline void power_eight(std::size_t l, double scale, const double* c1, const double* c2,
                        double* rows) {
  constexpr std::size_t parts = soap_lanes / width;
  constexpr std::size_t together = parts == 1 ? 8 : parts == 2 ? 4 : 2;  // rows in the registers
  for (std::size_t n = 0; n < soap_lanes; n += together) {
    Vec sum[together][parts] = {};
    for (std::size_t j = l * l; j < (l + 1) * (l + 1); ++j) {
#pragma GCC unroll 8
      for (std::size_t i = 0; i < together; ++i) {
#pragma GCC unroll 8
        for (std::size_t p = 0; p < parts; ++p) {
          sum[i][p] += at(c2 + j * soap_lanes + p * width) * c1[j * soap_lanes + n + i];
        }
      }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < together; ++i) {
#pragma GCC unroll 8
      for (std::size_t p = 0; p < parts; ++p) {
        at(rows + (n + i) * soap_lanes + p * width) = sum[i][p] * scale;
      }
    }
  }
}

inline void power(const SoapShape& s, const double* c1, const double* c2, double* spectrum) {
  const bool same = c1 == c2;
  alignas(64) double rows[soap_most_lanes];
  for (std::size_t l = 0; l <= s.l_max; ++l) {
    const double scale = std::numbers::pi * std::sqrt(8.0 / (2.0 * static_cast<double>(l) + 1.0));
    const bool eight = s.lanes == soap_lanes;
    if (eight) power_eight(l, scale, c1, c2, rows);
    for (std::size_t n = 0; n < s.n_max; ++n) {
      const double* row = rows + n * soap_lanes;
      if (!eight) {
        power_row(s, l, n, scale, c1, c2, rows);
        row = rows;
      }
      for (std::size_t other = same ? n : 0; other < s.n_max; ++other) *spectrum++ = row[other];
    }
  }
}
