#pragma once
// DM3 and DM4 files from scratch.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace adatom::image::testing {

/// As DigitalMicrograph keeps it: pixel i stands at (i - origin) * scale.
struct DmAxisSpec {
  double scale = 1.0;
  double origin = 0.0;
  std::u16string unit = {};
};

struct DmImageSpec {
  std::u16string name = u"image";
  int data_type = 1;
  std::vector<std::uint64_t> sizes;  ///< x first
  std::string pixels = {};           ///< in this machine's byte order
  std::vector<DmAxisSpec> axes = {};
  DmAxisSpec brightness = {};
  /// Paths below ImageTags with ':' between groups, "Microscope Info:Voltage".
  std::vector<std::pair<std::string, double>> numbers = {};
  std::vector<std::pair<std::string, std::u16string>> texts = {};
};

/// Where the thumbnail stands in the list of images.
enum class DmThumbnail { none, first, last };

struct DmSpec {
  int version = 3;
  std::endian order = std::endian::little;
  DmThumbnail thumbnail = DmThumbnail::first;  ///< 2 x 2 coloured pixels
  std::vector<DmImageSpec> images;
};

[[nodiscard]] std::string dm_bytes(const DmSpec& spec);
void write_dm(const std::filesystem::path& path, const DmSpec& spec);

/// The bytes of some numbers, as DmImageSpec wants its pixels.
template <class T>
[[nodiscard]] std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace adatom::image::testing
