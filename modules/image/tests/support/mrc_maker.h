#pragma once
// MRC files from scratch.
#include <array>
#include <bit>
#include <cstdint>
#include <string>

namespace adatom::image::testing {

/// Pixel k of the whole file holds the value k + 1 of its type (mode 101: modulo 16).
struct MrcSpec {
  std::int32_t mode = 6;
  std::int32_t width = 5;
  std::int32_t height = 3;
  std::int32_t frames = 3;
  std::endian order = std::endian::little;
  std::array<float, 2> cell_angstrom = {12.5F, 7.5F};
  std::int32_t extended_bytes = 0;
  bool fei_record = false;  ///< FEI2: 300 kV, 2.5 angstrom a pixel, camera length 91.1 mm
  bool map_word = true;
  bool imod_signed = false;
  bool imod_unsigned = false;
  std::array<std::int32_t, 3> axes = {1, 2, 3};
  std::string label = {};
};

[[nodiscard]] std::string mrc_bytes(const MrcSpec& spec);

}  // namespace adatom::image::testing
