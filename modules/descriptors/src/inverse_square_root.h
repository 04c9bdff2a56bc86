#pragma once
// S^(-1/2) of overlap matrices whose eigenvalues lie many powers of ten apart.
#include <cstddef>
#include <vector>

namespace adatom::descriptors {

// 34 digits, where the compiler has them; long double has as many where it has not.
#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 Quad;
#else
using Quad = long double;
#endif

/// Square root of a number above zero.
[[nodiscard]] Quad square_root(Quad x);

/// S^(-1/2), row by row, of a symmetric positive definite matrix (Loewdin, J. Chem. Phys. 18 (1950)
/// 365), by Jacobi rotations: small eigenvalues get as many right digits as large ones (Demmel and
/// Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204). Empty if the
/// smallest is not above `least` times the largest.
/// @param matrix size x size, row by row
[[nodiscard]] std::vector<Quad> inverse_square_root(std::vector<Quad> matrix, std::size_t size,
                                                    double least);

}  // namespace adatom::descriptors
