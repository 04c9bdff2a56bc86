#pragma once
// SER files from scratch.
#include <cstdint>
#include <string>

namespace adatom::image::testing {

/// Frames of width x height pixels; pixel k of the whole file holds the value k + 1 of its type,
/// in the file's order (the last row first).
struct SerSpec {
  std::uint16_t version = 0x220;
  std::uint32_t kind = 0x4122;  ///< images
  std::uint16_t data_type = 2;  ///< uint16
  std::uint32_t width = 4;
  std::uint32_t height = 3;
  std::uint32_t frames = 3;
  std::uint32_t declared = 0;  ///< 0: as many
  double scale = 2.5e-10;      ///< metres, or 1/metre
  double offset = -5e-10;
  std::int32_t element_at_offset = 0;
  std::uint32_t odd_frame = 0;  ///< this one (from 1 on) is a row shorter; 0: none
};

[[nodiscard]] std::string ser_bytes(const SerSpec& spec);

}  // namespace adatom::image::testing
