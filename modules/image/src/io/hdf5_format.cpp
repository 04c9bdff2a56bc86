// HDF5 files: which of the formats kept in them it is.
#include <array>
#include <string>
#include <vector>

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

constexpr std::size_t most_named = 8;
constexpr std::size_t deepest = 8;

/// The first few, with their shapes, for a message.
void find_datasets(const storage::Hdf5Reader& file, const std::string& group, std::size_t depth,
                   std::vector<std::string>& found) {
  if (depth > deepest) return;
  for (const auto& name : file.members(group.empty() ? "/" : group)) {
    if (found.size() >= most_named) return;
    const std::string path = group + "/" + name;
    if (file.is_group(path)) {
      find_datasets(file, path, depth + 1, found);
    } else if (file.is_dataset(path)) {
      std::string shape;
      for (const auto size : file.dataset(path).shape) {
        shape += (shape.empty() ? "" : " x ") + std::to_string(size);
      }
      found.push_back(path + (shape.empty() ? "" : " (" + shape + ")"));
    }
  }
}

std::unique_ptr<FrameReader> open_known(const std::filesystem::path& path,
                                        const OpenOptions& options) {
  auto file = std::make_unique<storage::Hdf5Reader>(path);
  if (is_hspy(*file)) return open_hspy(std::move(file), path, options);
  if (is_velox(*file)) return open_velox(std::move(file), path, options);
  if (auto reader = open_berkeley(file, path, options)) return reader;
  std::vector<std::string> found;
  find_datasets(*file, "", 0, found);
  std::string list;
  for (const auto& dataset : found) list += (list.empty() ? "" : ", ") + dataset;
  for (const auto& name : found.empty() ? file->members("/") : std::vector<std::string>()) {
    list += (list.empty() ? "" : ", ") + name;
  }
  throw InputError(Complaint{"the HDF5 file is of no kind that is read here", path.string(),
                             "it has " + (list.empty() ? "nothing" : list),
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
