#include "adatom/image/video_writer.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"

namespace adatom::image {
namespace {

constexpr std::size_t longest_side = 4096;
/// How H.264 is coded: the rate factor (0 is without loss, 51 the smallest file; 18 looks like the
/// original), how hard x264 tries, and pictures from one whole one to the next.
struct Coding {
  const char* rate_factor;
  const char* preset;
  int group;
};
constexpr Coding fine_coding{"18", "medium", 12};
constexpr Coding fast_coding{"26", "veryfast", 50};
/// Of MPEG-4 part 2: 1 is the best picture, 31 the smallest file.
constexpr int quantiser = 3;

std::string reason_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

/// A picture's red, green and blue as one of luma and two of colour, by ITU-R BT.601, 16 to 235:
/// what players take for granted of MPEG-4, and are told of H.264. In 65536ths.
struct Yuv {
  int y = 0;
  int u = 0;
  int v = 0;
};

constexpr int whole = 1 << 16;

constexpr int share(double value) {
  return static_cast<int>(value / 255.0 * whole + (value < 0.0 ? -0.5 : 0.5));
}

Yuv yuv_of(const std::uint8_t* rgb) {
  constexpr double red = 0.299;
  constexpr double green = 0.587;
  constexpr double blue = 0.114;
  const int r = rgb[0];
  const int g = rgb[1];
  const int b = rgb[2];
  return {share(219.0 * red) * r + share(219.0 * green) * g + share(219.0 * blue) * b,
          share(-224.0 * red / 1.772) * r + share(-224.0 * green / 1.772) * g + share(112.0) * b,
          share(112.0) * r + share(-224.0 * green / 1.402) * g + share(-224.0 * blue / 1.402) * b};
}

/// `value` 65536ths above `base`, rounded.
std::uint8_t byte_of(int base, int value) {
  return static_cast<std::uint8_t>(std::clamp(base + ((value + whole / 2) >> 16), 0, 255));
}

/// Four pixels share a colour.
void fill_planes(AVFrame& frame, std::span<const std::uint8_t> rgb, std::size_t width,
                 std::size_t height) {
  const auto at = [&frame](std::size_t plane, std::size_t x, std::size_t y) -> std::uint8_t& {
    return frame.data[plane][y * static_cast<std::size_t>(frame.linesize[plane]) + x];
  };
  for (std::size_t y = 0; y < height; y += 2) {
    for (std::size_t x = 0; x < width; x += 2) {
      int u = 0;
      int v = 0;
      for (const std::size_t dy : {0U, 1U}) {
        for (const std::size_t dx : {0U, 1U}) {
          const Yuv pixel = yuv_of(&rgb[3 * ((y + dy) * width + x + dx)]);
          at(0, x + dx, y + dy) = byte_of(16, pixel.y);
          u += pixel.u;
          v += pixel.v;
        }
      }
      at(1, x / 2, y / 2) = byte_of(128, u / 4);
      at(2, x / 2, y / 2) = byte_of(128, v / 4);
    }
  }
}

void check_format(const std::filesystem::path& path, const VideoFormat& format) {
  const auto wrong = [](std::size_t side) {
    return side == 0 || side % 2 != 0 || side > longest_side;
  };
  if (path.extension() != ".mp4") {
    throw InputError({.what = "not a video that is written here",
                      .where = path.string(),
                      .why = "its name does not end in .mp4",
                      .remedy = "name it so"});
  }
  if (wrong(format.width) || wrong(format.height) || format.frames_per_second < 1) {
    throw InputError({.what = "no video has this size",
                      .where = path.string(),
                      .why = "sides are even, at most 4096 pixels, with a frame or more a second",
                      .remedy = "choose another size"});
  }
}

}  // namespace

struct VideoWriter::State {
  State(const std::filesystem::path& path, const VideoFormat& format)
      : name(path.string()), file(path), size(format) {}
  ~State() {
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    if (container != nullptr && container->pb != nullptr) avio_closep(&container->pb);
    avformat_free_context(container);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[noreturn]] void refuse(const std::string& what, const std::string& why) const {
    throw InputError({.what = what, .where = name, .why = why, .remedy = {}});
  }
  void check(int code, const char* what) const {
    if (code < 0) refuse(what, reason_of(code));
  }

  void open() {
    av_log_set_level(AV_LOG_QUIET);
    const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
    const bool is_h264 = encoder != nullptr;
    if (!is_h264) encoder = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    if (encoder == nullptr) {
      refuse("the video cannot be made", "this FFmpeg has no encoder of H.264 or MPEG-4");
    }
    check(avformat_alloc_output_context2(&container, nullptr, "mp4", nullptr),
          "the video cannot be made");
    container->flags |= AVFMT_FLAG_BITEXACT;
    codec = avcodec_alloc_context3(encoder);
    codec->width = static_cast<int>(size.width);
    codec->height = static_cast<int>(size.height);
    codec->time_base = {1, size.frames_per_second};
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->thread_count = 1;
    const Coding& coding = size.quality == VideoQuality::fine ? fine_coding : fast_coding;
    codec->gop_size = coding.group;
    codec->max_b_frames = 0;
    codec->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
    if (is_h264) {
      codec->color_range = AVCOL_RANGE_MPEG;
      codec->colorspace = AVCOL_SPC_SMPTE170M;
      check(av_opt_set(codec->priv_data, "preset", coding.preset, 0), "the video cannot be made");
      check(av_opt_set(codec->priv_data, "crf", coding.rate_factor, 0), "the video cannot be made");
    } else {
      codec->flags |= AV_CODEC_FLAG_QSCALE;
      codec->global_quality = FF_QP2LAMBDA * quantiser;
    }
    check(avcodec_open2(codec, encoder, nullptr), "the video cannot be made");
    stream = avformat_new_stream(container, nullptr);
    stream->time_base = codec->time_base;
    check(avcodec_parameters_from_context(stream->codecpar, codec), "the video cannot be made");
    check(avio_open(&container->pb, file.partial().c_str(), AVIO_FLAG_WRITE),
          "the video cannot be written");
    check(avformat_write_header(container, nullptr), "the video cannot be written");
    frame = av_frame_alloc();
    frame->format = codec->pix_fmt;
    frame->width = codec->width;
    frame->height = codec->height;
    check(av_frame_get_buffer(frame, 0), "the video cannot be made");
    packet = av_packet_alloc();
  }

  /// Hands a picture to the encoder (null: there are no more) and writes what comes out.
  void encode(const AVFrame* picture) {
    check(avcodec_send_frame(codec, picture), "the picture cannot be coded");
    for (;;) {
      const int code = avcodec_receive_packet(codec, packet);
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code, "the picture cannot be coded");
      av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
      packet->duration = av_rescale_q(1, codec->time_base, stream->time_base);
      packet->stream_index = stream->index;
      check(av_interleaved_write_frame(container, packet), "the video cannot be written");
    }
  }

  std::string name;
  storage::FileWriter file;
  VideoFormat size;
  AVFormatContext* container = nullptr;
  AVCodecContext* codec = nullptr;
  AVStream* stream = nullptr;
  AVFrame* frame = nullptr;
  AVPacket* packet = nullptr;
  std::int64_t pictures = 0;
};

VideoWriter::VideoWriter(const std::filesystem::path& path, const VideoFormat& format) {
  check_format(path, format);
  state_ = std::make_unique<State>(path, format);
  state_->open();
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::add(std::span<const std::uint8_t> rgb) {
  State& s = *state_;
  if (rgb.size() != 3 * s.size.width * s.size.height) {
    throw std::invalid_argument("a picture of another size");
  }
  s.check(av_frame_make_writable(s.frame), "the picture cannot be coded");
  fill_planes(*s.frame, rgb, s.size.width, s.size.height);
  s.frame->pts = s.pictures++;
  s.encode(s.frame);
}

void VideoWriter::finish() {
  State& s = *state_;
  s.encode(nullptr);
  s.check(av_write_trailer(s.container), "the video cannot be written");
  s.check(avio_closep(&s.container->pb), "the video cannot be written");
  s.file.commit();
}

}  // namespace adatom::image
