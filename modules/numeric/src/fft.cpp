#include "adatom/numeric/fft.h"

#include <fftw3.h>

#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

// Plans are made for memory aligned to 16 bytes and run on std::vector's, which is.
static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 16);

// FFTW's planner is not safe across threads; execution is.
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

class Plan {
 public:
  explicit Plan(fftw_plan plan) : plan_(plan) {}
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    const std::scoped_lock lock(planner_mutex());
    fftw_destroy_plan(plan_);
  }
  [[nodiscard]] fftw_plan get() const { return plan_; }

 private:
  fftw_plan plan_;
};

fftw_complex* as_fftw(Complex* values) {
  return reinterpret_cast<fftw_complex*>(values);  // same layout by FFTW's manual, section 4.1.1
}

void require_sides(std::size_t width, std::size_t height) {
  constexpr std::size_t limit = std::size_t{1} << 30;
  if (width == 0 || height == 0 || width > limit || height > limit) {
    throw InputError(Complaint{.what = "no Fourier transform of an image of " +
                                       std::to_string(width) + " x " + std::to_string(height),
                               .where = {},
                               .why = "each side must be between 1 and 2^30",
                               .remedy = {}});
  }
}

template <class T>
void require_size(const Grid<T>& grid, std::size_t width, std::size_t height) {
  if (grid.width() != width || grid.height() != height) {
    throw InputError(Complaint{.what = "an image of " + std::to_string(grid.width()) + " x " +
                                       std::to_string(grid.height()) +
                                       " was given to a Fourier transform",
                               .where = {},
                               .why = "the transform was planned for " + std::to_string(width) +
                                      " x " + std::to_string(height),
                               .remedy = "use a transform of the image's size"});
  }
}

void scale(Grid<double>& values, double factor) {
  for (double& value : values.values()) value *= factor;
}

void scale(Grid<Complex>& values, double factor) {
  for (Complex& value : values.values()) value *= factor;
}

// FFTW_ESTIMATE leaves the arrays alone, but plans on their alignment: fftw_malloc's is 16 or more.
struct Scratch {
  explicit Scratch(std::size_t complex_values) : data(fftw_alloc_complex(complex_values)) {
    if (data == nullptr) throw std::bad_alloc();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { fftw_free(data); }
  fftw_complex* data;
};

enum class Direction { forward, inverse };

fftw_plan plan_real(std::size_t width, std::size_t height, Direction direction) {
  const Scratch spectrum((width / 2 + 1) * height);
  const Scratch image(width * height / 2 + 1);
  const std::scoped_lock lock(planner_mutex());
  const int rows = static_cast<int>(height);
  const int columns = static_cast<int>(width);
  auto* real = reinterpret_cast<double*>(image.data);
  return direction == Direction::forward
             ? fftw_plan_dft_r2c_2d(rows, columns, real, spectrum.data,
                                    FFTW_ESTIMATE | FFTW_PRESERVE_INPUT)
             : fftw_plan_dft_c2r_2d(rows, columns, spectrum.data, real, FFTW_ESTIMATE);
}

fftw_plan plan_complex(std::size_t width, std::size_t height, int sign) {
  const Scratch values(width * height);
  const std::scoped_lock lock(planner_mutex());
  return fftw_plan_dft_2d(static_cast<int>(height), static_cast<int>(width), values.data,
                          values.data, sign, FFTW_ESTIMATE);
}

}  // namespace

struct RealFft2d::Plans {
  std::size_t width;
  std::size_t height;
  Plan forward{plan_real(width, height, Direction::forward)};
  Plan inverse{plan_real(width, height, Direction::inverse)};
};

RealFft2d::RealFft2d(std::size_t width, std::size_t height) {
  require_sides(width, height);
  plans_.reset(new Plans{width, height});
}
RealFft2d::~RealFft2d() = default;
RealFft2d::RealFft2d(RealFft2d&&) noexcept = default;
RealFft2d& RealFft2d::operator=(RealFft2d&&) noexcept = default;

std::size_t RealFft2d::width() const { return plans_->width; }
std::size_t RealFft2d::height() const { return plans_->height; }

Grid<Complex> RealFft2d::forward(const Grid<double>& image) const {
  require_size(image, width(), height());
  Grid<Complex> spectrum(width() / 2 + 1, height());
  // r2c with FFTW_PRESERVE_INPUT only reads, though its signature says otherwise.
  fftw_execute_dft_r2c(plans_->forward.get(), const_cast<double*>(image.values().data()),
                       as_fftw(spectrum.values().data()));
  return spectrum;
}

Grid<double> RealFft2d::inverse(Grid<Complex> spectrum) const {
  require_size(spectrum, width() / 2 + 1, height());
  Grid<double> image(width(), height());
  fftw_execute_dft_c2r(plans_->inverse.get(), as_fftw(spectrum.values().data()),
                       image.values().data());
  scale(image, 1.0 / static_cast<double>(image.size()));
  return image;
}

struct ComplexFft2d::Plans {
  std::size_t width;
  std::size_t height;
  Plan forward{plan_complex(width, height, FFTW_FORWARD)};
  Plan inverse{plan_complex(width, height, FFTW_BACKWARD)};
};

ComplexFft2d::ComplexFft2d(std::size_t width, std::size_t height) {
  require_sides(width, height);
  plans_.reset(new Plans{width, height});
}
ComplexFft2d::~ComplexFft2d() = default;
ComplexFft2d::ComplexFft2d(ComplexFft2d&&) noexcept = default;
ComplexFft2d& ComplexFft2d::operator=(ComplexFft2d&&) noexcept = default;

std::size_t ComplexFft2d::width() const { return plans_->width; }
std::size_t ComplexFft2d::height() const { return plans_->height; }

void ComplexFft2d::forward(Grid<Complex>& values) const {
  require_size(values, width(), height());
  fftw_complex* data = as_fftw(values.values().data());
  fftw_execute_dft(plans_->forward.get(), data, data);
}

void ComplexFft2d::inverse(Grid<Complex>& values) const {
  require_size(values, width(), height());
  fftw_complex* data = as_fftw(values.values().data());
  fftw_execute_dft(plans_->inverse.get(), data, data);
  scale(values, 1.0 / static_cast<double>(values.size()));
}

double frequency(std::size_t k, std::size_t n) {
  const auto index = static_cast<double>(k);
  const auto length = static_cast<double>(n);
  return 2 * k <= n ? index / length : (index - length) / length;
}

std::size_t fast_length(std::size_t n) {
  for (std::size_t length = n < 1 ? 1 : n;; ++length) {
    std::size_t rest = length;
    for (const std::size_t prime : {2U, 3U, 5U, 7U}) {
      while (rest % prime == 0) rest /= prime;
    }
    if (rest == 1) return length;
  }
}

}  // namespace adatom::numeric
