#pragma once
// One function per format that is written: writer.cpp calls them by extension.
#include <filesystem>
#include <memory>

#include "adatom/image/writer.h"

namespace adatom::image {

[[nodiscard]] std::unique_ptr<SeriesWriter> create_tiff(const std::filesystem::path& path,
                                                        const SeriesHeader& header,
                                                        const WriteOptions& options);
[[nodiscard]] std::unique_ptr<SeriesWriter> create_npy(const std::filesystem::path& path,
                                                       const SeriesHeader& header);
[[nodiscard]] std::unique_ptr<SeriesWriter> create_png(const std::filesystem::path& path,
                                                       const SeriesHeader& header);
[[nodiscard]] std::unique_ptr<SeriesWriter> create_hspy(const std::filesystem::path& path,
                                                        const SeriesHeader& header);

}  // namespace adatom::image
