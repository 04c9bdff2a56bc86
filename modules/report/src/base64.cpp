#include "base64.h"

#include <cstddef>
#include <cstdint>

namespace adatom::report {

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word <<= 8U;
      if (i + k < bytes.size()) word |= static_cast<unsigned char>(bytes[i + k]);
    }
    const std::size_t left = bytes.size() - i;
    for (std::size_t k = 0; k < 4; ++k) {
      out += k > left ? '=' : letters[(word >> (18U - 6U * k)) & 63U];
    }
  }
  return out;
}

}  // namespace adatom::report
