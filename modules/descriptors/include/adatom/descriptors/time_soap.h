#pragma once
// How much the environment of an atom changes from one frame to another (Caruso, Cardellini,
// Crippa, Rapetti and Pavan, J. Chem. Phys. 158 (2023) 214302).
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace adatom::descriptors {

/// Distances of normalised spectra, |p_i(t) - p_i(t + delay)|, of frames as they come. Spectra are
/// `full` ones or, with the same distances, in the layout `kernel` (see soap.h); those of `unique`
/// would give values that are 6 to 19 % too low.
class TimeSoapStream {
 public:
  /// @throws InputError: delay 0
  TimeSoapStream(std::size_t delay, std::size_t spectrum_size);

  /// The next frame's spectra, atoms x spectrum_size. Fills one value for each atom, 0 to sqrt(2).
  /// @returns false for the first `delay` frames, which have none before them
  /// @throws InputError: another number of atoms than in the frame before
  bool add(std::vector<double> spectra, std::span<double> values);

 private:
  std::size_t delay_;
  std::size_t size_;
  std::deque<std::vector<double>> kept_;
};

/// The change of an atom's TimeSOAP from each interval to the next, in one frame: one value fewer,
/// as the authors' program gives it (numpy's diff).
void time_soap_derivative(std::span<const double> time_soap, std::span<double> derivative);

}  // namespace adatom::descriptors
