#pragma once
// Reading image files frame by frame.
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "adatom/image/frame.h"

namespace adatom::image {

/// An open file. read() may be called from several threads (an implementation locks if it must).
class FrameReader {
 public:
  virtual ~FrameReader() = default;
  [[nodiscard]] virtual const SeriesInfo& info() const = 0;
  /// Frame `index` of info().frames. @throws InputError if its data cannot be read.
  [[nodiscard]] virtual RawImage read(std::size_t index) = 0;
};

/// What the user wants of a file.
struct OpenOptions {
  std::string signal;  ///< by name, where a file holds several; empty: the first
};

/// A format the project reads: an explicit list, one entry per format.
struct Format {
  std::string name;                     ///< "TIFF"
  std::vector<std::string> extensions;  ///< lower case with the dot, for messages only
  bool (*recognises)(
      std::span<const std::byte> head);  ///< the first bytes (up to 4096) of the file
  std::unique_ptr<FrameReader> (*open)(const std::filesystem::path& path,
                                       const OpenOptions& options);
};

/// Every format this build reads.
[[nodiscard]] std::span<const Format> formats();
/// Their names for messages and help: "TIFF, NPY, PNG".
[[nodiscard]] std::string format_names();

/// Opens a file by its content. @throws InputError: missing, unreadable, unknown, damaged, no image
/// in it (says what there is), no signal of that name (names those there are).
[[nodiscard]] std::unique_ptr<FrameReader> open_series(const std::filesystem::path& path,
                                                       const OpenOptions& options = {});

}  // namespace adatom::image
