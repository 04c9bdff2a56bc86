#include "mrc_maker.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace adatom::image::testing {
namespace {

template <class T>
void place(std::string& out, std::size_t at, T value, std::endian order) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  if (order != std::endian::native) std::reverse(bytes, bytes + sizeof(T));
  std::copy(bytes, bytes + sizeof(T), out.begin() + static_cast<std::ptrdiff_t>(at));
}

template <class T>
void put(std::string& out, T value, std::endian order) {
  out.append(sizeof(T), '\0');
  place(out, out.size() - sizeof(T), value, order);
}

/// Small whole numbers only.
std::uint16_t half_of(std::uint32_t value) {
  std::uint16_t exponent = 15;
  double mantissa = value;
  while (mantissa >= 2.0) {
    mantissa /= 2.0;
    ++exponent;
  }
  return static_cast<std::uint16_t>((exponent << 10U) |
                                    static_cast<std::uint16_t>((mantissa - 1.0) * 1024.0));
}

std::string pixels(const MrcSpec& spec) {
  std::string out;
  std::uint32_t value = 0;
  for (std::int32_t row = 0; row < spec.frames * spec.height; ++row) {
    for (std::int32_t x = 0; x < spec.width; ++x) {
      ++value;
      switch (spec.mode) {
        case 0:
          out += static_cast<char>(value);
          break;
        case 1:
          put(out, static_cast<std::int16_t>(value), spec.order);
          break;
        case 2:
          put(out, static_cast<float>(value), spec.order);
          break;
        case 12:
          put(out, half_of(value), spec.order);
          break;
        case 101:
          if (x % 2 == 0) {
            out += static_cast<char>(value % 16);
          } else {
            out.back() =
                static_cast<char>(static_cast<unsigned char>(out.back()) | (value % 16) << 4U);
          }
          break;
        default:
          put(out, static_cast<std::uint16_t>(value), spec.order);
      }
    }
  }
  return out;
}

}  // namespace

std::string mrc_bytes(const MrcSpec& spec) {
  constexpr std::int32_t fei_bytes = 888;
  const std::int32_t extended = spec.fei_record ? fei_bytes : spec.extended_bytes;
  std::string out(1024 + static_cast<std::size_t>(extended), '\0');
  const auto integer = [&](std::size_t at, std::int32_t value) {
    place(out, at, value, spec.order);
  };
  const auto real = [&](std::size_t at, float value) { place(out, at, value, spec.order); };
  integer(0, spec.width);
  integer(4, spec.height);
  integer(8, spec.frames);
  integer(12, spec.mode);
  integer(28, spec.width);
  integer(32, spec.height);
  integer(36, spec.frames);
  real(40, spec.cell_angstrom[0]);
  real(44, spec.cell_angstrom[1]);
  for (std::size_t i = 0; i < 3; ++i) {
    real(52 + 4 * i, 90.0F);
    integer(64 + 4 * i, spec.axes[i]);
  }
  integer(92, extended);
  if (spec.imod_signed || spec.imod_unsigned) {
    integer(152, 1146047817);
    integer(156, spec.imod_signed ? 1 : 0);
  }
  if (spec.map_word) out.replace(208, 4, "MAP ");
  integer(220, spec.label.empty() ? 0 : 1);
  out.replace(224, spec.label.size(), spec.label);
  if (spec.fei_record) {
    out.replace(104, 4, "FEI2");
    const auto number = [&](std::size_t at, double value) {
      place(out, 1024 + at, value, spec.order);
    };
    integer(1024, fei_bytes);
    number(84, 3e5);
    number(156, 2.5e-10);
    number(164, 2.5e-10);
    number(301, 0.0911);
    out.replace(1024 + 20, 7, "Spectra");
  }
  return out + pixels(spec);
}

}  // namespace adatom::image::testing
