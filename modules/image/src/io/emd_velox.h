#pragma once
// EMD files of Thermo Fisher's Velox.
#include <filesystem>
#include <memory>

#include "adatom/image/reader.h"
#include "adatom/storage/hdf5.h"

namespace adatom::image {

[[nodiscard]] bool is_velox(const storage::Hdf5Reader& file);
[[nodiscard]] std::unique_ptr<FrameReader> open_velox(std::unique_ptr<storage::Hdf5Reader> file,
                                                      const std::filesystem::path& path,
                                                      const OpenOptions& options);

}  // namespace adatom::image
