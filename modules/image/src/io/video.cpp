// Videos: AVI and MP4 (and QuickTime, its parent), as recording programs of in-situ cameras write.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "io/calibration_rules.h"
#include "io/file_bytes.h"
#include "io/formats.h"
#include "io/video_decoder.h"

namespace adatom::image {
namespace {

bool is_avi(std::span<const std::byte> head) {
  return head.size() >= 12 && std::memcmp(head.data(), "RIFF", 4) == 0 &&
         std::memcmp(head.data() + 8, "AVI ", 4) == 0;
}

bool is_mp4(std::span<const std::byte> head) {
  if (head.size() < 12) return false;
  // QuickTime files from before MP4 begin with one of the other boxes.
  return std::ranges::any_of(std::array{"ftyp", "moov", "wide"}, [&](const char* box) {
    return std::memcmp(head.data() + 4, box, 4) == 0;
  });
}

bool recognises(std::span<const std::byte> head) { return is_avi(head) || is_mp4(head); }

class VideoReader final : public FrameReader {
 public:
  VideoReader(const std::filesystem::path& path, bool avi) : decoder_(path, avi ? "avi" : "mov") {
    info_.format = avi ? "AVI" : "MP4";
    info_.type = decoder_.type();
    info_.width = decoder_.width();
    info_.height = decoder_.height();
    info_.frames = decoder_.frames();
    info_.metadata["codec"] = decoder_.codec();
    info_.metadata["pixel format"] = decoder_.pixel_format();
    if (decoder_.declared_frames() > info_.frames) {
      info_.warnings.push_back("the file is cut short: " + std::to_string(info_.frames) + " of " +
                               std::to_string(decoder_.declared_frames()) + " frames are complete");
    }
    if (decoder_.pixel_aspect() != 1.0) {
      info_.warnings.push_back("its pixels are " + std::to_string(decoder_.pixel_aspect()) +
                               " times as wide as they are high");
    }
    read_time_step();
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    const std::scoped_lock lock(one_at_a_time_);
    return decoder_.read(index);
  }

 private:
  void read_time_step() {
    double step = decoder_.time_step_s();
    const auto times = decoder_.times_s();
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
    std::vector<double> sorted = steps;
    std::ranges::sort(sorted);
    const double shortest = sorted.empty() ? step : sorted.front();
    const double longest = sorted.empty() ? step : sorted.back();
    // Clocks tick in milliseconds or so: frames are a little early or late in sound files.
    if (longest - shortest > 0.5 * step) {
      // Where single frames were dropped the others are as far apart as ever: not so their mean.
      step = sorted[(sorted.size() - 1) / 2];
      const auto odd = std::ranges::find_if(
          steps, [&](double each) { return std::abs(each - step) > 0.25 * step; });
      info_.warnings.push_back(
          "the frames are not evenly spaced in time: " + std::to_string(shortest) + " to " +
          std::to_string(longest) + " s apart, first after frame " +
          std::to_string(odd - steps.begin()) + "; the time step is the median, " +
          std::to_string(step) + " s");
    }
    if (is_positive(step)) use_frame_axis({step, 0.0, "s"}, info_);
  }

  std::mutex one_at_a_time_;
  VideoDecoder decoder_;
  SeriesInfo info_;
};

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  std::array<std::byte, 12> head{};
  FileBytes(path).read(0, head);
  return std::make_unique<VideoReader>(path, is_avi(head));
}

}  // namespace

Format video_format() { return {"AVI/MP4", {".avi", ".mp4", ".mov"}, recognises, open}; }

}  // namespace adatom::image
