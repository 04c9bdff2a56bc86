#include "adatom/numeric/row_fft.h"

#include <fftw3.h>

#include <algorithm>
#include <mutex>
#include <string>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

// FFTW's planner of single precision is not safe across threads; execution is.
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

fftwf_complex* as_fftw(ComplexFloat* values) {
  return reinterpret_cast<fftwf_complex*>(values);  // same layout by FFTW's manual, section 4.1.1
}

fftwf_plan plan(std::size_t length, int sign) {
  ComplexFloats from(length);
  ComplexFloats to(length);
  const std::scoped_lock lock(planner_mutex());
  return fftwf_plan_dft_1d(static_cast<int>(length), as_fftw(from.data()), as_fftw(to.data()), sign,
                           FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
}

std::size_t checked(std::size_t length) {
  constexpr std::size_t limit = std::size_t{1} << 30;
  if (length == 0 || length > limit) {
    throw InputError(
        Complaint{.what = "no Fourier transform of " + std::to_string(length) + " values",
                  .where = {},
                  .why = "the length must be between 1 and 2^30",
                  .remedy = {}});
  }
  return length;
}

}  // namespace

struct RowFft::Plans {
  explicit Plans(std::size_t n)
      : length(checked(n)), forward(plan(n, FFTW_FORWARD)), inverse(plan(n, FFTW_BACKWARD)) {}
  Plans(const Plans&) = delete;
  Plans& operator=(const Plans&) = delete;
  ~Plans() {
    const std::scoped_lock lock(planner_mutex());
    fftwf_destroy_plan(forward);
    fftwf_destroy_plan(inverse);
  }
  std::size_t length;
  fftwf_plan forward;
  fftwf_plan inverse;
};

RowFft::RowFft(std::size_t length) : plans_(std::make_unique<Plans>(length)) {}
RowFft::~RowFft() = default;
RowFft::RowFft(RowFft&&) noexcept = default;
RowFft& RowFft::operator=(RowFft&&) noexcept = default;

std::size_t RowFft::length() const { return plans_->length; }

void RowFft::forward(ComplexFloat* from, ComplexFloat* to) const {
  fftwf_execute_dft(plans_->forward, as_fftw(from), as_fftw(to));
}

void RowFft::inverse(ComplexFloat* from, ComplexFloat* to) const {
  fftwf_execute_dft(plans_->inverse, as_fftw(from), as_fftw(to));
}

std::size_t fast_row_length(std::size_t n) {
  std::size_t best = 1;
  while (best < n) best *= 2;
  for (const std::size_t odd : {3U, 5U, 25U}) {
    std::size_t length = odd;
    while (length < n) length *= 2;
    best = std::min(best, length);
  }
  return best;
}

}  // namespace adatom::numeric
