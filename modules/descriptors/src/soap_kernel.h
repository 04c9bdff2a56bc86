#pragma once
// The inner loops of the power spectrum, once for each instruction set. Plain pointers only: what a
// kernel's file shares with others must not be compiled for instructions that a processor may lack.
#include <cstddef>

namespace adatom::descriptors {

/// Coefficients of one l and interval are `soap_degree` + 1 rows of `lanes` numbers.
inline constexpr std::size_t soap_degree = 7;
/// Neighbours whose harmonics and radial functions are worked out before they are added up.
inline constexpr std::size_t soap_block = 16;
/// Numbers of radial functions are padded to a multiple of this.
inline constexpr std::size_t soap_lanes = 8;
/// At most so many numbers for each l and neighbour.
inline constexpr std::size_t soap_most_lanes = 64;

/// What all environments share.
struct SoapShape {
  std::size_t l_max;
  std::size_t n_max;
  std::size_t lanes;  ///< n_max rounded up
  /// [interval][l][power][lane], polynomials about the middle of each interval, whose length is 1.
  const double* table;
  double intervals_per_angstrom;
  /// Of the recurrence of normalised Legendre functions: P_lm = rise z P_(l-1)m - fall P_(l-2)m.
  const double* rise;  ///< [l (l + 1) / 2 + m]
  const double* fall;
  const double* diagonal;  ///< P_mm over sin^m, [m]
};

/// Neighbours of one species in the order of their places, each array filled up with zeros to a
/// multiple of `soap_block`.
struct SoapNeighbours {
  std::size_t count;
  const double* x;  ///< unit vectors
  const double* y;
  const double* z;
  const double* place;   ///< distance in intervals, less than their number
  const double* weight;  ///< null: 1 for all
};

/// Numbers of scratch memory that `accumulate` needs.
inline std::size_t soap_scratch_size(std::size_t l_max, std::size_t lanes) {
  return soap_block * ((l_max + 1) * (l_max + 1) + (l_max + 1) * lanes);
}

/// What one instruction set offers. Memory is aligned to 64 bytes.
struct SoapKernels {
  const char* name;
  /// Adds to c[lm][lane].
  void (*accumulate)(const SoapShape&, const SoapNeighbours&, double* scratch, double* c);
  /// The block of a pair of species, in the unique layout; the same c twice: n' >= n only.
  void (*power)(const SoapShape&, const double* c1, const double* c2, double* spectrum);
};

extern const SoapKernels portable_soap_kernels;
#if defined(__x86_64__)
extern const SoapKernels avx2_soap_kernels;
extern const SoapKernels avx512_soap_kernels;
#endif

}  // namespace adatom::descriptors
