// For any processor.
#include "kernels.h"
#include "row_values.h"

namespace adatom::energetics {
namespace portable {

#include "plain_appender.h"

struct Lanes {
  static constexpr std::size_t count = 4;
  static constexpr std::size_t segments = 32;
  static constexpr std::size_t degree = 5;
  struct Floats {
    float v[count];
  };
  struct Integers {
    std::int32_t v[count];
  };

  template <class Result, class Of>
  static Result each(Of of) {
    Result result;
    for (std::size_t i = 0; i < count; ++i) result.v[i] = of(i);
    return result;
  }
  static Floats all(float value) {
    return each<Floats>([&](std::size_t) { return value; });
  }
  static Floats load(const float* p) {
    return each<Floats>([&](std::size_t i) { return p[i]; });
  }
  static void store(float* p, const Floats& v) {
    for (std::size_t i = 0; i < count; ++i) p[i] = v.v[i];
  }
  static Floats gather_slopes(const float* places, const std::int32_t* n) {
    return each<Floats>([&](std::size_t i) {
      return places[static_cast<std::uint32_t>(n[i]) / sizeof(float) + 3];
    });
  }
  static void gather(const float* p, const std::int32_t* n, Floats& x, Floats& y, Floats& z) {
    for (std::size_t i = 0; i < count; ++i) {
      const float* place = p + static_cast<std::uint32_t>(n[i]) / sizeof(float);
      x.v[i] = place[0];
      y.v[i] = place[1];
      z.v[i] = place[2];
    }
  }
  static Floats add(const Floats& a, const Floats& b) {
    return each<Floats>([&](std::size_t i) { return a.v[i] + b.v[i]; });
  }
  static Floats subtract(const Floats& a, const Floats& b) {
    return each<Floats>([&](std::size_t i) { return a.v[i] - b.v[i]; });
  }
  static Floats multiply(const Floats& a, const Floats& b) {
    return each<Floats>([&](std::size_t i) { return a.v[i] * b.v[i]; });
  }
  static Floats multiply_add(const Floats& a, const Floats& b, const Floats& c) {
    return each<Floats>([&](std::size_t i) { return a.v[i] * b.v[i] + c.v[i]; });
  }
  static Floats smaller(const Floats& a, const Floats& b) {
    return each<Floats>([&](std::size_t i) { return b.v[i] < a.v[i] ? b.v[i] : a.v[i]; });
  }
  // Of places far beyond the table as well, so that the rest stays small; see `nowhere_angstrom`.
  static Integers truncate(const Floats& a) {
    return each<Integers>([&](std::size_t i) { return static_cast<std::int32_t>(a.v[i]); });
  }
  static Floats to_floats(const Integers& a) {
    return each<Floats>([&](std::size_t i) { return static_cast<float>(a.v[i]); });
  }
  static Floats where_less(const Floats& value, const Floats& a, const Floats& b) {
    return each<Floats>([&](std::size_t i) { return a.v[i] < b.v[i] ? value.v[i] : 0.0F; });
  }
  static Floats add_where_less(const Floats& sum, const Floats& value, const Floats& a,
                               const Floats& b) {
    return add(sum, where_less(value, a, b));
  }
  static float least(const Floats& a) {
    float smallest = a.v[0];
    for (const float value : a.v) smallest = value < smallest ? value : smallest;
    return smallest;
  }

  struct Appender : PlainAppender<count> {
    using PlainAppender<count>::PlainAppender;
    void add(const std::int32_t* neighbours, const Floats& u, float limit) {
      PlainAppender<count>::add(neighbours, u.v, limit);
    }
  };

  struct Table {
    Table() = default;
    explicit Table(const float* p) : values(p) {}
    // What lies outside the table is not used, but must not be read outside it.
    [[nodiscard]] Floats of(const Integers& n) const {
      return each<Floats>([&](std::size_t i) {
        return values[static_cast<std::uint32_t>(n.v[i]) % static_cast<std::uint32_t>(segments)];
      });
    }
    const float* values = nullptr;
  };
};

#include "lane_kernel.h"
#include "pair_kernel.h"

}  // namespace portable

const Kernels portable_kernels = {"portable",
                                  portable::pair_prune,
                                  portable::pair_densities,
                                  portable::pair_forces,
                                  portable::Lanes::count,
                                  portable::Lanes::segments,
                                  portable::Lanes::degree,
                                  portable::lane_prune,
                                  portable::lane_densities,
                                  portable::lane_forces};

}  // namespace adatom::energetics
