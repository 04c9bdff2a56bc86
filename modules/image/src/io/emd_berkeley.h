#pragma once
// EMD files of the Berkeley kind (emdatasets.com): groups with the attribute emd_group_type.
#include <filesystem>
#include <memory>

#include "adatom/image/reader.h"
#include "adatom/storage/hdf5.h"

namespace adatom::image {

/// Nothing if the file is of another kind; `file` is then left as it was.
[[nodiscard]] std::unique_ptr<FrameReader> open_berkeley(std::unique_ptr<storage::Hdf5Reader>& file,
                                                         const std::filesystem::path& path,
                                                         const OpenOptions& options);

}  // namespace adatom::image
