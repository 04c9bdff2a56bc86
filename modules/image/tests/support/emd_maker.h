#pragma once
// EMD and HyperSpy files from scratch, through our own HDF5 writer.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/storage/hdf5.h"

namespace adatom::image::testing {

/// One image or series of a Velox file; pixel (x, y) of frame f holds 100 f + 10 y + x.
struct VeloxImage {
  std::string id = "1f";        ///< the name of its group
  std::string metadata = "{}";  ///< JSON
  storage::Hdf5Type type = storage::Hdf5Type::uint16;
  std::uint64_t width = 4;
  std::uint64_t height = 3;
  std::uint64_t frames = 2;
};
void write_velox(const std::filesystem::path& path, const std::vector<VeloxImage>& images);

/// The metadata that Velox writes, as far as they are read.
[[nodiscard]] std::string velox_metadata(const std::string& detector);

/// One signal of a Berkeley file: frames x 3 x 4 pixels as above, or a profile.
struct BerkeleySignal {
  std::string name = "scan";
  std::vector<std::uint64_t> shape = {2, 3, 4};
  std::vector<double> times_s = {};  ///< of the first axis; empty: every 0.5 s from -1
};
void write_berkeley(const std::filesystem::path& path, const std::vector<BerkeleySignal>& signals);

/// A HyperSpy file of uint16 numbers 0, 1, 2, ..., packed with deflate in such chunks; the last two
/// axes are the image.
void write_packed_hspy(const std::filesystem::path& path, const std::vector<std::uint64_t>& shape,
                       const std::vector<std::uint64_t>& chunk);

/// The bytes of such files.
[[nodiscard]] std::string velox_bytes();
[[nodiscard]] std::string berkeley_bytes();
[[nodiscard]] std::string hspy_bytes();

}  // namespace adatom::image::testing
