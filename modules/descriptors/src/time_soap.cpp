#include "adatom/descriptors/time_soap.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/descriptors/soap.h"

namespace adatom::descriptors {

TimeSoapStream::TimeSoapStream(std::size_t delay, std::size_t spectrum_size)
    : delay_(delay), size_(spectrum_size) {
  if (delay == 0) {
    throw InputError({.what = "a frame cannot be compared with itself",
                      .where = "TimeSOAP",
                      .why = "the delay is 0",
                      .remedy = "choose a delay of 1 frame or more"});
  }
}

bool TimeSoapStream::add(std::vector<double> spectra, std::span<double> values) {
  if (spectra.size() != values.size() * size_) throw std::invalid_argument("TimeSoapStream: sizes");
  if (!kept_.empty() && kept_.back().size() != spectra.size()) {
    throw InputError({.what = "the number of atoms changes",
                      .where = "trajectory",
                      .why = "from " + std::to_string(kept_.back().size() / size_) + " to " +
                             std::to_string(values.size()),
                      .remedy = "TimeSOAP follows each atom: give a trajectory of the same atoms"});
  }
  const bool full = kept_.size() == delay_;
  if (full) {
    const std::span<const double> before = kept_.front();
    const std::span<const double> after = spectra;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = soap_distance(before.subspan(i * size_, size_), after.subspan(i * size_, size_));
    }
    kept_.pop_front();
  }
  kept_.push_back(std::move(spectra));
  return full;
}

void time_soap_derivative(std::span<const double> time_soap, std::span<double> derivative) {
  if (derivative.size() + 1 != time_soap.size()) {
    throw std::invalid_argument("time_soap_derivative: sizes");
  }
  for (std::size_t t = 0; t < derivative.size(); ++t) {
    derivative[t] = time_soap[t + 1] - time_soap[t];
  }
}

}  // namespace adatom::descriptors
