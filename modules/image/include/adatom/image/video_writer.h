#pragma once
// Videos in colour, for people to look at.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace adatom::image {

/// fine: looks like the original. fast: a third of the time and the size, for frames with noise.
enum class VideoQuality { fine, fast };

struct VideoFormat {
  std::size_t width = 0;  ///< pixels, even
  std::size_t height = 0;
  int frames_per_second = 10;
  VideoQuality quality = VideoQuality::fine;
};

/// Writes H.264 in an .mp4 file by FFmpeg's libraries, on one thread: the same pictures give the
/// same bytes. Browsers show it. Where FFmpeg has no x264 it is MPEG-4 part 2 (ISO/IEC 14496-2),
/// which they do not. The file appears under its name in finish(); without it nothing is
/// left.
class VideoWriter {
 public:
  /// @throws InputError: another extension than .mp4, a side that is 0, odd or longer than 4096, a
  /// folder that cannot be written, an FFmpeg without this encoder
  VideoWriter(const std::filesystem::path& path, const VideoFormat& format);
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// The next picture: red, green, blue of each pixel, row by row.
  /// @throws InputError: disk full, ...; std::invalid_argument: another number of bytes
  void add(std::span<const std::uint8_t> rgb);
  /// After the last picture.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::image
