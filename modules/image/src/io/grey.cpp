#include "io/grey.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include "pixel_types.h"

namespace adatom::image {
namespace {

template <class T>
T luma(T red, T green, T blue) {
  if (red == green && green == blue) return red;
  const double value = 0.299 * static_cast<double>(red) + 0.587 * static_cast<double>(green) +
                       0.114 * static_cast<double>(blue);
  if constexpr (std::is_integral_v<T>) return static_cast<T>(std::nearbyint(value));
  return static_cast<T>(value);
}

}  // namespace

Bytes grey_from(std::span<const std::byte> pixels, PixelType type, std::size_t channels) {
  return dispatch(type, [&](auto zero) {
    using T = decltype(zero);
    const std::size_t step = channels * sizeof(T);
    const std::size_t count = pixels.size() / step;
    Bytes grey(count * sizeof(T));
    for (std::size_t i = 0; i < count; ++i) {
      T samples[3];
      const std::size_t used = channels >= 3 ? 3 : 1;
      std::memcpy(samples, pixels.data() + i * step, used * sizeof(T));
      const T value = used == 3 ? luma(samples[0], samples[1], samples[2]) : samples[0];
      std::memcpy(grey.data() + i * sizeof(T), &value, sizeof(T));
    }
    return grey;
  });
}

}  // namespace adatom::image
