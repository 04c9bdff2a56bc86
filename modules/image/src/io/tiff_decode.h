#pragma once
// Pixels of a TIFF page through libtiff: whatever is compressed, tiled, packed or coloured.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "io/file_bytes.h"
#include "io/tiff_page.h"

namespace adatom::image {

/// libtiff on one file. Prints nothing; its messages become part of the errors.
class TiffDecoder {
 public:
  /// `file` must outlive it.
  explicit TiffDecoder(const FileBytes& file);
  ~TiffDecoder();
  TiffDecoder(const TiffDecoder&) = delete;
  TiffDecoder& operator=(const TiffDecoder&) = delete;

  /// The page's samples, row-major, samples of a pixel together, in this machine's byte order and
  /// the page's `type`. Not to be called from two threads at once.
  /// @throws InputError: a codec this build of libtiff lacks, damaged data, anything libtiff warns
  /// of while it decodes (its fax and JPEG codecs invent pixels after a warning)
  [[nodiscard]] Bytes read(const TiffPage& page);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::image
