#include "inverse_square_root.h"

#include <cmath>

namespace adatom::descriptors {
namespace {

constexpr double relative_precision = 1e-30;

Quad absolute(Quad x) { return x < 0 ? -x : x; }

/// Turns rows and columns p and q so that the element between them vanishes. False if it is zero
/// already.
bool rotate(std::vector<Quad>& a, std::vector<Quad>& vectors, std::size_t n, std::size_t p,
            std::size_t q) {
  const Quad apq = a[p * n + q];
  const Quad scale = absolute(a[p * n + p]) * absolute(a[q * n + q]);
  if (apq * apq <= scale * relative_precision * relative_precision) {
    return false;
  }
  const Quad theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const Quad t =
      (theta < 0 ? Quad(-1) : Quad(1)) / (absolute(theta) + square_root(theta * theta + 1));
  const Quad c = 1 / square_root(t * t + 1);
  const Quad s = t * c;
  for (std::size_t k = 0; k < n; ++k) {
    const Quad kp = a[k * n + p];
    const Quad kq = a[k * n + q];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const Quad pk = a[p * n + k];
    const Quad qk = a[q * n + k];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const Quad vp = vectors[k * n + p];
    const Quad vq = vectors[k * n + q];
    vectors[k * n + p] = c * vp - s * vq;
    vectors[k * n + q] = s * vp + c * vq;
  }
  return true;
}

}  // namespace

Quad square_root(Quad x) {
  // Three steps of Newton double the 16 digits of the start more often than needed.
  Quad root = std::sqrt(static_cast<long double>(x));
  for (int step = 0; step < 3; ++step) {
    root = (root + x / root) / 2;
  }
  return root;
}

std::vector<Quad> inverse_square_root(std::vector<Quad> matrix, std::size_t size, double least) {
  std::vector<Quad> vectors(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    vectors[i * size + i] = 1;
  }
  bool turned = true;
  for (int sweep = 0; sweep < 60 && turned; ++sweep) {
    turned = false;
    for (std::size_t p = 0; p + 1 < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        turned = rotate(matrix, vectors, size, p, q) || turned;
      }
    }
  }
  Quad largest = 0;
  for (std::size_t i = 0; i < size; ++i) {
    largest = matrix[i * size + i] > largest ? matrix[i * size + i] : largest;
  }
  std::vector<Quad> root(size * size, 0);
  for (std::size_t k = 0; k < size; ++k) {
    if (!(matrix[k * size + k] > largest * Quad(least))) {
      return {};
    }
    const Quad inverse = 1 / square_root(matrix[k * size + k]);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        root[i * size + j] += vectors[i * size + k] * inverse * vectors[j * size + k];
      }
    }
  }
  return root;
}

}  // namespace adatom::descriptors
