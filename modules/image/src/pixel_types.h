#pragma once
// From a pixel type's name to the C++ type.
#include <bit>
#include <cstdint>
#include <stdexcept>

#include "adatom/image/frame.h"

namespace adatom::image {

/// Calls function(T{}) with the C++ type of `type`.
template <class Function>
auto dispatch(PixelType type, Function&& function) {
  switch (type) {
    case PixelType::uint8:
      return function(std::uint8_t{});
    case PixelType::int8:
      return function(std::int8_t{});
    case PixelType::uint16:
      return function(std::uint16_t{});
    case PixelType::int16:
      return function(std::int16_t{});
    case PixelType::uint32:
      return function(std::uint32_t{});
    case PixelType::int32:
      return function(std::int32_t{});
    case PixelType::uint64:
      return function(std::uint64_t{});
    case PixelType::int64:
      return function(std::int64_t{});
    case PixelType::float32:
      return function(float{});
    case PixelType::float64:
      return function(double{});
  }
  throw std::invalid_argument("dispatch: no such pixel type");
}

/// As std::isfinite, which g++ 12 may compile to a comparison that traps on NaN where invalid
/// operations are trapped.
inline bool is_finite(double value) {
  constexpr std::uint64_t exponent = 0x7FF0000000000000U;
  return (std::bit_cast<std::uint64_t>(value) & exponent) != exponent;
}

}  // namespace adatom::image
