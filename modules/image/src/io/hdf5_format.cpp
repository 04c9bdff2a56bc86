// HDF5 files: which of the formats kept in them it is.
#include <array>

#include "adatom/base/error.h"
#include "adatom/storage/hdf5.h"
#include "io/emd_berkeley.h"
#include "io/emd_velox.h"
#include "io/formats.h"
#include "io/hspy.h"

namespace adatom::image {
namespace {

bool recognises(std::span<const std::byte> head) {
  constexpr std::array signature = {std::byte{0x89}, std::byte{'H'},  std::byte{'D'},
                                    std::byte{'F'},  std::byte{0x0D}, std::byte{0x0A},
                                    std::byte{0x1A}, std::byte{0x0A}};
  // It may stand behind a block of the user's own.
  for (const std::size_t at : {0U, 512U, 1024U, 2048U}) {
    if (head.size() >= at + 8 &&
        std::ranges::equal(signature, head.subspan(at, signature.size()))) {
      return true;
    }
  }
  return false;
}

std::unique_ptr<FrameReader> open_known(const std::filesystem::path& path,
                                        const OpenOptions& options) {
  auto file = std::make_unique<storage::Hdf5Reader>(path);
  if (is_hspy(*file)) return open_hspy(std::move(file), path, options);
  if (is_velox(*file)) return open_velox(std::move(file), path, options);
  if (auto reader = open_berkeley(file, path, options)) return reader;
  std::string groups;
  for (const auto& name : file->members("/")) groups += (groups.empty() ? "" : ", ") + name;
  throw InputError(Complaint{"the HDF5 file is of no kind that is read here", path.string(),
                             "at its root it has " + (groups.empty() ? "nothing" : groups),
                             "EMD (Velox, Berkeley) and HyperSpy's files are read"});
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions& options) {
  if (!storage::hdf5_survives([&] { (void)open_known(path, options); })) {
    throw InputError(Complaint{"the HDF5 file is damaged", path.string(),
                               "the library that reads it fails on it", "copy the file again"});
  }
  return open_known(path, options);
}

}  // namespace

Format hdf5_format() { return {"EMD/HSPY", {".emd", ".hspy", ".hdf5", ".h5"}, recognises, open}; }

}  // namespace adatom::image
