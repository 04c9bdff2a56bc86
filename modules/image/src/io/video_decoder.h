#pragma once
// Videos through FFmpeg's libraries: the times of all frames, and each frame decoded as grey.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adatom/image/frame.h"

namespace adatom::image {

/// Not for several threads at once.
class VideoDecoder {
 public:
  /// Without an index for all frames the whole file is gone through once; it is decoded only where
  /// its packets carry no times.
  /// @param container FFmpeg's name of it: "avi", "mov"
  /// @throws InputError: damaged, no video in it, a codec this FFmpeg lacks
  VideoDecoder(const std::filesystem::path& path, const std::string& container);
  ~VideoDecoder();
  VideoDecoder(const VideoDecoder&) = delete;
  VideoDecoder& operator=(const VideoDecoder&) = delete;

  [[nodiscard]] std::size_t width() const;
  [[nodiscard]] std::size_t height() const;
  /// uint8, or uint16 where a sample has more than 8 bits.
  [[nodiscard]] PixelType type() const;
  [[nodiscard]] std::size_t frames() const;  ///< complete ones
  /// When each of them is shown, ascending; empty if the file does not say.
  [[nodiscard]] std::vector<double> times_s() const;
  /// Between them, on average: by their times, else by the container; 0: neither says.
  [[nodiscard]] double time_step_s() const;
  [[nodiscard]] std::size_t declared_frames() const;  ///< by the container; 0: it does not say
  [[nodiscard]] double pixel_aspect() const;          ///< width of a pixel over its height
  [[nodiscard]] std::string codec() const;            ///< "mjpeg", "h264", "rawvideo"
  [[nodiscard]] std::string pixel_format() const;     ///< "gray", "yuv420p"

  /// Stored grey as it is; colour as luma (ITU-R BT.601) of full range.
  /// @throws InputError if the frame is damaged; std::out_of_range
  [[nodiscard]] RawImage read(std::size_t index);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::image
