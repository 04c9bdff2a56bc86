#include "disc_kernel.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/cpu_clones.h"
#include "lanes.h"

namespace adatom::tracking {
namespace {

/// What of a shape is the same for all pixels, and the derivatives of A.
struct Constants {
  float x, y, r, blur, inverse_blur;
  float a11, a12, a22;
  std::array<float, 3> by_e1;  ///< of a11, a12, a22
  std::array<float, 3> by_e2;
  bool round;
};

Constants constants_of(const Shape& shape, double x0, double y0) {
  Constants c{};
  c.x = static_cast<float>(shape.x - x0);
  c.y = static_cast<float>(shape.y - y0);
  c.r = static_cast<float>(shape.radius);
  c.blur = static_cast<float>(shape.blur);
  c.inverse_blur = static_cast<float>(1.0 / shape.blur);
  const double e = std::hypot(shape.e1, shape.e2);
  // A = cosh(2e) - g E with E = [[e1, e2], [e2, -e1]] and g = sinh(2e) / e.
  const bool small = e < 1e-3;
  const double g = small ? 2.0 + 4.0 * e * e / 3.0 : std::sinh(2.0 * e) / e;
  const double ch = std::cosh(2.0 * e);
  c.a11 = static_cast<float>(ch - g * shape.e1);
  c.a22 = static_cast<float>(ch + g * shape.e1);
  c.a12 = static_cast<float>(-g * shape.e2);
  // d cosh(2e) / d e_i = 2 g e_i; dg / d e_i = h e_i.
  const double h = small ? 8.0 / 3.0 : (2.0 * ch - g) / (e * e);
  const auto derive = [&](double ei, double d1, double d2) {
    return std::array<float, 3>{static_cast<float>(2.0 * g * ei - h * ei * shape.e1 - g * d1),
                                static_cast<float>(-h * ei * shape.e2 - g * d2),
                                static_cast<float>(2.0 * g * ei + h * ei * shape.e1 + g * d1)};
  };
  c.by_e1 = derive(shape.e1, 1.0, 0.0);
  c.by_e2 = derive(shape.e2, 0.0, 1.0);
  c.round = shape.e1 == 0.0 && shape.e2 == 0.0;
  return c;
}

/// 0, 1, 2, ...
ADATOM_INLINE void count_lanes(Lanes& result) {
  for (std::size_t i = 0; i < lanes; ++i) result[i] = static_cast<float>(i);
}

/// Always added in the same order.
ADATOM_INLINE double total(const Lanes& v) {
  float four[4];
  for (std::size_t i = 0; i < 4; ++i) four[i] = (v[i] + v[i + 4]) + (v[i + 8] + v[i + 12]);
  return (static_cast<double>(four[0]) + static_cast<double>(four[1])) +
         (static_cast<double>(four[2]) + static_cast<double>(four[3]));
}

struct Geometry {
  Lanes z;                      ///< P is the normal distribution of it
  Lanes by_r;                   ///< dz / dr
  Lanes by_q;                   ///< dz / dq, but for the q in f
  Lanes w1, w2, q;              ///< A u, u' A u
  Lanes inverse_q, inverse_g2;  ///< g = |A u|
};

/// A point that is displaced at random by `blur` along x and y lies at a distance whose mean and
/// variance are, to the second order and in the limits of the middle and of far out (Rice's
/// distribution), the root of q + blur^2 (1 + t) and blur^2 (1 - t), t = blur^2 / (2 (q + 0.876
/// blur^2)), q = u' A u. P is the probability of a distance below r, taken as normal. For an
/// ellipse the difference to r is turned into a distance to first order by f = sqrt(q) / |A u|.
ADATOM_INLINE void find_geometry(const Constants& c, const Lanes& ux, const Lanes& uy,
                                 Geometry& g) {
  g.w1 = c.a11 * ux + c.a12 * uy;
  g.w2 = c.a12 * ux + c.a22 * uy;
  g.q = ux * g.w1 + uy * g.w2 + 1e-6F;
  const Lanes g2 = g.w1 * g.w1 + g.w2 * g.w2 + 1e-6F;
  const float blur2 = c.blur * c.blur;
  const Lanes far = 1.0F / (g.q + 0.876F * blur2);
  const Lanes t = 0.5F * blur2 * far;
  const Lanes mean2 = g.q + blur2 * (1.0F + t);
  Lanes inverse_mean;
  inverse_sqrt_lanes(mean2, inverse_mean);
  Lanes narrow;
  inverse_sqrt_lanes(1.0F - t, narrow);
  Lanes root;  // 1 / sqrt(q g2)
  inverse_sqrt_lanes(g.q * g2, root);
  const Lanes square = root * root;
  g.inverse_q = g2 * square;
  g.inverse_g2 = g.q * square;
  g.by_r = g.q * root * narrow * c.inverse_blur;
  g.z = (c.r - mean2 * inverse_mean) * g.by_r;
  const Lanes bend = t * far;
  g.by_q = -0.5F * (g.by_r * inverse_mean * (1.0F - blur2 * bend) + g.z * bend * narrow * narrow);
}

}  // namespace

void Patch::resize(std::ptrdiff_t x, std::ptrdiff_t y, std::size_t w, std::size_t h) {
  x0 = x;
  y0 = y;
  width = w;
  height = h;
  stride = whole_lanes(w);
  const std::size_t size = stride * h;
  if (data.size() < size) {
    data.resize(size);
    base.resize(size);
    weight.resize(size);
  }
}

namespace {

/// The first `Count` parameters of a shape.
template <std::size_t Count>
ADATOM_INLINE void add_sums(const Patch& patch, const Shape& shape, const Noise& noise,
                            double reach, NormalSums& sums) {
  const Constants c =
      constants_of(shape, static_cast<double>(patch.x0), static_cast<double>(patch.y0));
  Lanes along;
  count_lanes(along);
  const auto contrast = static_cast<float>(shape.contrast);
  const auto level = static_cast<float>(shape.level);
  const auto floor = static_cast<float>(noise.floor);
  const auto gain = static_cast<float>(noise.gain);
  const Lanes least = Lanes{} + static_cast<float>(noise.least);
  const auto reach2 = static_cast<float>(reach * reach);
  const Lanes nothing = Lanes{} + 0.5F * no_value;
  const Lanes zero{};
  constexpr std::size_t triangle = Count * (Count + 1) / 2;
  std::array<Lanes, triangle> matrix{};
  std::array<Lanes, Count> gradient{};
  Lanes chi2{};
  Lanes pixels{};
  for (std::size_t j = 0; j < patch.height; ++j) {
    const float v = static_cast<float>(j) - c.y;
    const Lanes uy = zero + v;
    const Lanes left = zero + (reach2 - v * v);
    for (std::size_t i = 0; i < patch.stride; i += lanes) {
      const Lanes ux = along + (static_cast<float>(i) - c.x);
      Geometry g;
      find_geometry(c, ux, uy, g);
      Lanes data;
      Lanes base;
      Lanes weight;
      load(patch.data.data() + j * patch.stride + i, data);
      load(patch.base.data() + j * patch.stride + i, base);
      load(patch.weight.data() + j * patch.stride + i, weight);
      Lanes density;
      Lanes share;
      normal_lanes(g.z, density, share);
      const Lanes inner = base + weight * share * contrast;
      const Lanes model = level * inner;
      const Lanes raw = floor + gain * model;
      // Two numbers from 0 to 1; conditions the compiler would look at one by one.
      Lanes valid;
      Lanes near;
      unit_lanes(data - nothing, valid);
      unit_lanes(left - ux * ux, near);
      const Lanes counts = valid * near;
      const Lanes w = counts / (raw > least ? raw : least);
      const Lanes residual = (data - model) * counts;
      // dm / dz; f changes by f (dq / q - d(g^2) / g^2) / 2.
      const Lanes slope = level * weight * contrast * density;
      const Lanes bent = 0.5F * slope * g.z;
      const Lanes by_q = slope * g.by_q + bent * g.inverse_q;
      const Lanes by_g = -bent * g.inverse_g2;
      std::array<Lanes, Count> d;
      d[0] = -2.0F * (by_q * g.w1 + by_g * (c.a11 * g.w1 + c.a12 * g.w2));
      d[1] = -2.0F * (by_q * g.w2 + by_g * (c.a12 * g.w1 + c.a22 * g.w2));
      d[2] = slope * g.by_r;
      d[3] = level * weight * share;
      d[4] = inner;
      for (std::size_t k = 0; k < 2; ++k) {
        const auto& a = k == 0 ? c.by_e1 : c.by_e2;
        const Lanes v1 = a[0] * ux + a[1] * uy;
        const Lanes v2 = a[1] * ux + a[2] * uy;
        d[5 + k] = by_q * (ux * v1 + uy * v2) + 2.0F * by_g * (g.w1 * v1 + g.w2 * v2);
      }
      if constexpr (Count == shape_parameters) {
        // Radius, place and blur in another unit of length give the same z.
        d[7] = slope * (c.r * g.by_r + 2.0F * g.q * g.by_q) * -c.inverse_blur;
      }
      chi2 += residual * residual * w;
      pixels += counts;
      std::size_t at = 0;
      for (std::size_t a = 0; a < Count; ++a) {
        const Lanes wd = w * d[a];
        gradient[a] += wd * residual;
        for (std::size_t b = 0; b <= a; ++b) matrix[at++] += wd * d[b];
      }
    }
  }
  for (std::size_t a = 0; a < Count; ++a) sums.gradient[a] += total(gradient[a]);
  for (std::size_t a = 0; a < triangle; ++a) sums.matrix[a] += total(matrix[a]);
  sums.chi2 += total(chi2);
  sums.pixels += total(pixels);
}

}  // namespace

ADATOM_CLONES
void add_normal_sums(const Patch& patch, const Shape& shape, const Noise& noise, double reach,
                     NormalSums& sums) {
  add_sums<shape_parameters - 1>(patch, shape, noise, reach, sums);
}

ADATOM_CLONES
void add_normal_sums_with_blur(const Patch& patch, const Shape& shape, const Noise& noise,
                               double reach, NormalSums& sums) {
  add_sums<shape_parameters>(patch, shape, noise, reach, sums);
}

ADATOM_CLONES
void render_share(const Shape& shape, std::ptrdiff_t x0, std::ptrdiff_t y0, std::size_t stride,
                  std::size_t height, float* share) {
  const Constants c = constants_of(shape, static_cast<double>(x0), static_cast<double>(y0));
  Lanes along;
  count_lanes(along);
  for (std::size_t j = 0; j < height; ++j) {
    const Lanes uy = Lanes{} + (static_cast<float>(j) - c.y);
    for (std::size_t i = 0; i < stride; i += lanes) {
      Geometry g;
      find_geometry(c, along + (static_cast<float>(i) - c.x), uy, g);
      Lanes density;
      Lanes below;
      normal_lanes(g.z, density, below);
      store(below, share + j * stride + i);
    }
  }
}

ADATOM_CLONES
double minus_two_log_likelihood(const float* data, const float* model, const Noise& noise,
                                std::size_t count) {
  const auto floor = static_cast<float>(noise.floor);
  const auto gain = static_cast<float>(noise.gain);
  const Lanes least = Lanes{} + static_cast<float>(noise.least);
  const Lanes nothing = Lanes{} + 0.5F * no_value;
  Lanes sum{};
  for (std::size_t i = 0; i < count; i += lanes) {
    Lanes d = Lanes{} + no_value;
    Lanes m = Lanes{} + 1.0F;
    const std::size_t here = std::min(lanes, count - i);
    if (here == lanes) {
      load(data + i, d);
      load(model + i, m);
    } else {
      for (std::size_t k = 0; k < here; ++k) {
        d[k] = data[i + k];
        m[k] = model[i + k];
      }
    }
    const Lanes raw = floor + gain * m;
    const Lanes v = raw > least ? raw : least;
    Lanes log_v;
    log_lanes(v, log_v);
    Lanes valid;
    unit_lanes(d - nothing, valid);
    const Lanes residual = (d - m) * valid;
    sum += residual * residual / v + log_v * valid;
  }
  return total(sum);
}

}  // namespace adatom::tracking
