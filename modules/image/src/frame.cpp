#include "adatom/image/frame.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "pixel_types.h"

namespace adatom::image {
namespace {

/// To the nearest integer, clamped to the type's range; NaN becomes 0.
template <class T>
T converted(double value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else {
    if (std::isnan(value)) return T{0};
    const double rounded = std::nearbyint(value);
    constexpr T lowest = std::numeric_limits<T>::lowest();
    constexpr T highest = std::numeric_limits<T>::max();
    // The double of a 64-bit maximum is one past it, hence >= and not >.
    if (rounded <= static_cast<double>(lowest)) return lowest;
    if (rounded >= static_cast<double>(highest)) return highest;
    return static_cast<T>(rounded);
  }
}

/// As double. A signalling NaN, which would trap in every later operation, becomes a quiet one;
/// that is told from its bits, because even a comparison would trap.
template <class T>
double quiet_double(T value) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if constexpr (std::is_same_v<T, float>) {
    if ((std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU) > 0x7F800000U) return nan;
  } else if constexpr (std::is_same_v<T, double>) {
    constexpr std::uint64_t infinity = 0x7FF0000000000000U;
    if ((std::bit_cast<std::uint64_t>(value) & 0x7FFFFFFFFFFFFFFFU) > infinity) return nan;
  }
  return static_cast<double>(value);
}

}  // namespace

std::size_t size_of(PixelType type) {
  return dispatch(type, [](auto zero) { return sizeof(zero); });
}

std::string name_of(PixelType type) {
  switch (type) {
    case PixelType::uint8:
      return "uint8";
    case PixelType::int8:
      return "int8";
    case PixelType::uint16:
      return "uint16";
    case PixelType::int16:
      return "int16";
    case PixelType::uint32:
      return "uint32";
    case PixelType::int32:
      return "int32";
    case PixelType::uint64:
      return "uint64";
    case PixelType::int64:
      return "int64";
    case PixelType::float32:
      return "float32";
    case PixelType::float64:
      return "float64";
  }
  throw std::invalid_argument("name_of: no such pixel type");
}

Image to_image(const RawImage& raw) {
  const std::size_t count = raw.width * raw.height;
  if (raw.bytes.size() != count * size_of(raw.type)) {
    throw std::invalid_argument("to_image: size and bytes do not match");
  }
  std::vector<double> values(count);
  dispatch(raw.type, [&](auto zero) {
    using T = decltype(zero);
    const std::byte* from = raw.bytes.data();
    for (std::size_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, from + i * sizeof(T), sizeof(T));
      values[i] = quiet_double(value);
    }
  });
  return {raw.width, raw.height, std::move(values)};
}

RawImage to_raw(const Image& image, PixelType type) {
  RawImage raw{type, image.width(), image.height(), {}};
  raw.bytes.resize(image.size() * size_of(type));
  dispatch(type, [&](auto zero) {
    using T = decltype(zero);
    const auto values = image.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const T value = converted<T>(values[i]);
      std::memcpy(raw.bytes.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
  return raw;
}

}  // namespace adatom::image
