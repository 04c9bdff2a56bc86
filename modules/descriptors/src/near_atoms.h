#pragma once
// Which of many atoms are near one. Plain pointers only, as in soap_kernel.h.
#include <cstddef>
#include <cstdint>

namespace adatom::descriptors {

/// Atoms by coordinate; memory up to a multiple of `near_step` may be read.
struct AtomCoordinates {
  const double* x;
  const double* y;
  const double* z;
  std::size_t count;
};

inline constexpr std::size_t near_step = 16;

/// The atoms but `from` whose squared distance from it is at most `square_of_reach`, in their
/// order.
/// @param near count + near_step numbers
/// @returns how many
using FindNear = std::size_t (*)(const AtomCoordinates&, std::size_t from, double square_of_reach,
                                 std::uint32_t* near);

[[nodiscard]] std::size_t find_near_portable(const AtomCoordinates& atoms, std::size_t from,
                                             double square_of_reach, std::uint32_t* near);
#if defined(__x86_64__)
/// Only where the processor has AVX-512.
[[nodiscard]] std::size_t find_near_avx512(const AtomCoordinates& atoms, std::size_t from,
                                           double square_of_reach, std::uint32_t* near);
#endif

}  // namespace adatom::descriptors
