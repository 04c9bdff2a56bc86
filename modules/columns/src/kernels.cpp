#include "kernels.h"

#include <cstring>

#include "adatom/base/cpu_clones.h"

namespace adatom::columns {
namespace {

using Block = double __attribute__((vector_size(lanes * sizeof(double))));
using LooseBlock =
    double __attribute__((vector_size(lanes * sizeof(double)), aligned(sizeof(double)), may_alias));

}  // namespace

#define ADATOM_LOAD(pointer) (*reinterpret_cast<const LooseBlock*>(pointer))
// The sum of a block's values, always in the same order.
#define ADATOM_SUM(b) \
  ((((b)[0] + (b)[4]) + ((b)[2] + (b)[6])) + (((b)[1] + (b)[5]) + ((b)[3] + (b)[7])))

ADATOM_CLONES
void dot_three(const double* q, const double* u, std::size_t stride, std::size_t count,
               double sums[3]) {
  Block s0{};
  Block s1{};
  Block s2{};
  for (std::size_t x = 0; x < count; x += lanes) {
    const Block value = ADATOM_LOAD(q + x);
    s0 += value * ADATOM_LOAD(u + x);
    s1 += value * ADATOM_LOAD(u + stride + x);
    s2 += value * ADATOM_LOAD(u + 2 * stride + x);
  }
  sums[0] = ADATOM_SUM(s0);
  sums[1] = ADATOM_SUM(s1);
  sums[2] = ADATOM_SUM(s2);
}

ADATOM_CLONES
void multiply_tables(const double* weight, const double* u, std::size_t u_stride, double* t,
                     std::size_t t_stride, std::size_t tables, std::size_t count) {
  for (std::size_t k = 0; k < tables; ++k) {
    const double* from = u + k * u_stride;
    double* to = t + k * t_stride;
    for (std::size_t x = 0; x < count; ++x) to[x] = weight[x] * from[x];
  }
}

ADATOM_CLONES
void dot_two_by_two(const double* t, std::size_t t_stride, const double* u, std::size_t u_stride,
                    std::size_t count, double sums[3][3]) {
  Block s00{};
  Block s01{};
  Block s10{};
  Block s11{};
  for (std::size_t x = 0; x < count; x += lanes) {
    const Block t0 = ADATOM_LOAD(t + x);
    const Block t1 = ADATOM_LOAD(t + t_stride + x);
    const Block u0 = ADATOM_LOAD(u + x);
    const Block u1 = ADATOM_LOAD(u + u_stride + x);
    s00 += t0 * u0;
    s01 += t0 * u1;
    s10 += t1 * u0;
    s11 += t1 * u1;
  }
  sums[0][0] = ADATOM_SUM(s00);
  sums[0][1] = ADATOM_SUM(s01);
  sums[1][0] = ADATOM_SUM(s10);
  sums[1][1] = ADATOM_SUM(s11);
}

ADATOM_CLONES
void dot_three_by_three(const double* t, std::size_t t_stride, const double* u,
                        std::size_t u_stride, std::size_t count, double sums[3][3]) {
  for (std::size_t a = 0; a < 3; ++a) {
    Block s0{};
    Block s1{};
    Block s2{};
    const double* row = t + a * t_stride;
    for (std::size_t x = 0; x < count; x += lanes) {
      const Block value = ADATOM_LOAD(row + x);
      s0 += value * ADATOM_LOAD(u + x);
      s1 += value * ADATOM_LOAD(u + u_stride + x);
      s2 += value * ADATOM_LOAD(u + 2 * u_stride + x);
    }
    sums[a][0] = ADATOM_SUM(s0);
    sums[a][1] = ADATOM_SUM(s1);
    sums[a][2] = ADATOM_SUM(s2);
  }
}

ADATOM_CLONES
void add_scaled(double* row, const double* u0, double a, std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) row[x] += a * u0[x];
}

ADATOM_CLONES
void add_two_scaled(double* row, const double* u0, double a, const double* u2, double b,
                    std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) row[x] += a * u0[x] + b * u2[x];
}

}  // namespace adatom::columns
