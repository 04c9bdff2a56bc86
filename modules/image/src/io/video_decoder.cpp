#include "io/video_decoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "adatom/base/error.h"
#include "io/grey.h"

namespace adatom::image {
namespace {

struct CloseInput {
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};
struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;

/// Frames of packed videos can be much larger than their files; this is the most of any codec that
/// says little, such as an empty frame of H.264.
constexpr std::uint64_t most_unpacked = 40'000;
constexpr std::uint64_t always_allowed = 16U << 20U;
/// FFmpeg takes the sizes of a damaged file's parts at their word. 8192 x 8192 pixels of colour
/// with 16 bits fit in.
constexpr std::size_t largest_allocation = 256U << 20U;
constexpr std::uint64_t avi_chunk_header = 8;
/// Wider or higher than any camera; FFmpeg's own limit is 2^31 in all.
constexpr int most_pixels_a_side = 65'535;

template <class T>
T* checked(T* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

struct KeyFrame {
  std::int64_t pts;
  std::int64_t dts;
};

/// Which frames there are, from the file's own index or a walk through its packets.
struct PacketIndex {
  std::vector<std::int64_t> pts;  ///< of complete frames, as they are shown
  std::vector<KeyFrame> keys;     ///< ascending
  bool has_times = true;          ///< each has its own
  std::size_t left_out = 0;       ///< by an edit list of the file
};

}  // namespace

struct VideoDecoder::State {
  std::string where;
  std::string container;
  std::uint64_t file_bytes = 0;
  std::unique_ptr<AVFormatContext, CloseInput> input;
  std::unique_ptr<AVCodecContext, FreeCodec> codec;
  std::unique_ptr<SwsContext, FreeScaler> scaler;
  int stream = -1;
  PacketIndex index;
  std::size_t next = 0;  ///< the frame that decode_next() gives
  bool drained = false;
  Packet packet{checked(av_packet_alloc())};
  FramePtr frame{checked(av_frame_alloc())};
  FramePtr rgb{checked(av_frame_alloc())};

  [[noreturn]] void refuse(const std::string& what, const std::string& why = "") const {
    throw InputError(Complaint{what, where, why, "copy the file again"});
  }
  [[nodiscard]] const AVStream& video() const { return *input->streams[stream]; }
  [[nodiscard]] std::size_t frames() const { return index.pts.size(); }

  void open();
  void use_known_tags();
  void open_codec();
  /// The index that the file itself has, where it is enough. @return whether it is
  bool use_file_index();
  void walk_packets();
  void count_by_decoding();
  void start_over();
  /// Goes to the last key frame shown at or before frame `wanted`, unless it is nearer already.
  void approach(std::size_t wanted);
  /// The next frame in the order they are shown. @return its number; frames at the end of the file
  [[nodiscard]] std::size_t decode_next();
  [[nodiscard]] bool decode_any();
  [[nodiscard]] bool decode_until(std::size_t wanted);
  [[nodiscard]] PixelType type() const;
  [[nodiscard]] bool is_grey() const;
  /// The frame just decoded.
  [[nodiscard]] RawImage image();
  void convert_to_rgb();
  /// Rows without the gaps between them.
  [[nodiscard]] Bytes packed(const std::uint8_t* first, int stride, std::size_t row_bytes) const;
  [[nodiscard]] std::int64_t time_of_frame() const;
};

void VideoDecoder::State::open() {
  av_log_set_level(AV_LOG_QUIET);
  av_max_alloc(largest_allocation);
  AVFormatContext* opened = nullptr;
  const std::string url = "file:" + where;
  const auto* format = av_find_input_format(container.c_str());
  if (avformat_open_input(&opened, url.c_str(), format, nullptr) < 0) {
    refuse("the video cannot be opened", "it is damaged or its end is missing");
  }
  input.reset(opened);
  if (avformat_find_stream_info(input.get(), nullptr) < 0) refuse("the video cannot be read");
  use_known_tags();
  stream = av_find_best_stream(input.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0) refuse("there is no video in the file");
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    if (static_cast<int>(i) != stream) input->streams[i]->discard = AVDISCARD_ALL;
  }
}

/// Names of raw 16-bit greys that cameras' programs write and FFmpeg does not know.
void VideoDecoder::State::use_known_tags() {
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    AVCodecParameters& facts = *input->streams[i]->codecpar;
    if (facts.codec_id != AV_CODEC_ID_NONE || facts.codec_tag != MKTAG('Y', '1', '6', ' '))
      continue;
    facts.codec_type = AVMEDIA_TYPE_VIDEO;
    facts.codec_id = AV_CODEC_ID_RAWVIDEO;
    facts.codec_tag = MKTAG('Y', '1', 0, 16);  // FFmpeg's own name of it
  }
}

void VideoDecoder::State::open_codec() {
  const AVCodecParameters& facts = *video().codecpar;
  const AVCodec* decoder = avcodec_find_decoder(facts.codec_id);
  if (decoder == nullptr) {
    refuse(std::string("no decoder for its codec ") + avcodec_get_name(facts.codec_id));
  }
  codec.reset(checked(avcodec_alloc_context3(decoder)));
  avcodec_parameters_to_context(codec.get(), &facts);
  codec->pkt_timebase = video().time_base;
  // Frames in parallel would report damage late.
  codec->thread_count = 2;
  codec->thread_type = FF_THREAD_SLICE;
  // No guesses in place of damaged parts.
  codec->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
  codec->max_pixels = static_cast<std::int64_t>(
      std::min<std::uint64_t>(always_allowed + most_unpacked * file_bytes, INT64_MAX));
  if (avcodec_open2(codec.get(), decoder, nullptr) < 0) refuse("its codec cannot be started");
  const bool has_size = codec->width > 0 && codec->height > 0 &&
                        codec->width <= most_pixels_a_side && codec->height <= most_pixels_a_side;
  if (!has_size || static_cast<std::int64_t>(codec->width) * codec->height > codec->max_pixels) {
    refuse("the size of its frames is not possible",
           std::to_string(codec->width) + " x " + std::to_string(codec->height));
  }
  if (av_pix_fmt_desc_get(codec->pix_fmt) == nullptr) refuse("no frame of it can be decoded");
}

bool VideoDecoder::State::use_file_index() {
  const AVCodecDescriptor* about = avcodec_descriptor_get(video().codecpar->codec_id);
  // Where frames refer to others, the index has not the times at which they are shown.
  if (container != "avi" || about == nullptr || (about->props & AV_CODEC_PROP_INTRA_ONLY) == 0) {
    return false;
  }
  const int entries = avformat_index_get_entries_count(&video());
  if (entries <= 0 || entries != video().nb_frames) return false;
  for (int i = 0; i < entries; ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(input->streams[stream], i);
    const auto end = static_cast<std::uint64_t>(entry.pos) + avi_chunk_header +
                     static_cast<std::uint64_t>(entry.size);
    const bool in_order = i == 0 || entry.timestamp > index.pts.back();
    if (entry.pos < 0 || entry.size <= 0 || end > file_bytes || !in_order) {
      index = {};
      return false;
    }
    index.pts.push_back(entry.timestamp);
    index.keys.push_back({entry.timestamp, entry.timestamp});
  }
  return true;
}

void VideoDecoder::State::walk_packets() {
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    const AVPacket& p = *packet;
    const bool left_out = (p.flags & AV_PKT_FLAG_DISCARD) != 0;
    const bool counts = p.stream_index == stream && !left_out && p.size > 0;
    const bool whole = (p.flags & AV_PKT_FLAG_CORRUPT) == 0;
    if (counts && whole) {
      if (p.pts == AV_NOPTS_VALUE) index.has_times = false;
      index.pts.push_back(p.pts);
      if ((p.flags & AV_PKT_FLAG_KEY) != 0) index.keys.push_back({p.pts, p.dts});
    }
    if (p.stream_index == stream && left_out) ++index.left_out;
    av_packet_unref(packet.get());
    if (counts && !whole) break;
  }
  std::ranges::sort(index.pts);
  std::ranges::sort(index.keys, {}, &KeyFrame::pts);
  if (std::ranges::adjacent_find(index.pts) != index.pts.end()) index.has_times = false;
}

void VideoDecoder::State::count_by_decoding() {
  index.pts.clear();
  start_over();
  while (decode_any()) index.pts.push_back(time_of_frame());
}

void VideoDecoder::State::start_over() {
  input.reset();
  open();
  open_codec();
  next = 0;
  drained = false;
}

void VideoDecoder::State::approach(std::size_t wanted) {
  if (!index.has_times) {
    if (wanted < next) start_over();
    return;
  }
  const auto after = std::ranges::upper_bound(index.keys, index.pts[wanted], {}, &KeyFrame::pts);
  if (after == index.keys.begin()) {
    if (wanted < next) start_over();
    return;
  }
  const KeyFrame& key = *std::prev(after);
  const auto at =
      static_cast<std::size_t>(std::ranges::lower_bound(index.pts, key.pts) - index.pts.begin());
  if (at <= next && next <= wanted) return;
  // A palette comes with the first packet, and stays in the codec when others are jumped to.
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(codec->pix_fmt);
  if (next == 0 && (format.flags & AV_PIX_FMT_FLAG_PAL) != 0) (void)decode_next();
  const std::int64_t when = key.dts != AV_NOPTS_VALUE ? key.dts : key.pts;
  if (av_seek_frame(input.get(), stream, when, AVSEEK_FLAG_BACKWARD) < 0) return start_over();
  avcodec_flush_buffers(codec.get());
  drained = false;
  next = at;
}

bool VideoDecoder::State::decode_any() {
  for (;;) {
    const int got = avcodec_receive_frame(codec.get(), frame.get());
    if (got == 0) return true;
    if (got == AVERROR_EOF) return false;
    if (got != AVERROR(EAGAIN)) refuse("frame " + std::to_string(next) + " is damaged");
    if (drained || av_read_frame(input.get(), packet.get()) < 0) {
      if (drained) return false;
      drained = true;
      avcodec_send_packet(codec.get(), nullptr);
      continue;
    }
    const bool ours = packet->stream_index == stream && (packet->flags & AV_PKT_FLAG_CORRUPT) == 0;
    const int sent = ours ? avcodec_send_packet(codec.get(), packet.get()) : 0;
    av_packet_unref(packet.get());
    if (sent < 0) refuse("frame " + std::to_string(next) + " is damaged");
  }
}

std::int64_t VideoDecoder::State::time_of_frame() const {
  return frame->pts != AV_NOPTS_VALUE ? frame->pts : frame->best_effort_timestamp;
}

std::size_t VideoDecoder::State::decode_next() {
  while (decode_any()) {
    if (!index.has_times) return next++;
    const auto found = std::ranges::lower_bound(index.pts, time_of_frame());
    // Frames that an edit list cuts away are not in the index.
    if (found == index.pts.end() || *found != time_of_frame()) continue;
    const auto number = static_cast<std::size_t>(found - index.pts.begin());
    next = number + 1;
    return number;
  }
  return frames();
}

bool VideoDecoder::State::decode_until(std::size_t wanted) {
  std::size_t number = 0;
  do number = decode_next();
  while (number < wanted);
  return number == wanted;
}

PixelType VideoDecoder::State::type() const {
  return av_pix_fmt_desc_get(codec->pix_fmt)->comp[0].depth > 8 ? PixelType::uint16
                                                                : PixelType::uint8;
}

bool VideoDecoder::State::is_grey() const {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(codec->pix_fmt);
  return format.nb_components == 1 && (format.flags & AV_PIX_FMT_FLAG_PAL) == 0 &&
         (format.flags & AV_PIX_FMT_FLAG_BITSTREAM) == 0 && format.comp[0].depth >= 8 &&
         (format.flags & AV_PIX_FMT_FLAG_FLOAT) == 0 && (format.flags & AV_PIX_FMT_FLAG_BE) == 0;
}

RawImage VideoDecoder::State::image() {
  const std::string number = std::to_string(next - 1);
  if (frame->width != codec->width || frame->height != codec->height ||
      frame->format != codec->pix_fmt) {
    refuse("frame " + number + " has another size or type than the first");
  }
  if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
    refuse("frame " + number + " is damaged");
  }
  RawImage out{
      type(), static_cast<std::size_t>(codec->width), static_cast<std::size_t>(codec->height), {}};
  if (is_grey()) {
    out.bytes = packed(frame->data[0], frame->linesize[0], out.width * size_of(out.type));
    return out;
  }
  convert_to_rgb();
  out.bytes = grey_from(packed(rgb->data[0], rgb->linesize[0], 3 * out.width * size_of(out.type)),
                        out.type, 3);
  return out;
}

Bytes VideoDecoder::State::packed(const std::uint8_t* first, int stride,
                                  std::size_t row_bytes) const {
  const auto height = static_cast<std::size_t>(codec->height);
  Bytes out(row_bytes * height);
  for (std::size_t y = 0; y < height; ++y) {
    std::memcpy(out.data() + y * row_bytes, first + static_cast<std::ptrdiff_t>(y) * stride,
                row_bytes);
  }
  return out;
}

void VideoDecoder::State::convert_to_rgb() {
  const AVPixelFormat to = type() == PixelType::uint16 ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24;
  if (rgb->data[0] == nullptr) {
    rgb->format = to;
    rgb->width = codec->width;
    rgb->height = codec->height;
    if (av_frame_get_buffer(rgb.get(), 0) < 0) throw std::bad_alloc();
    scaler.reset(checked(sws_getContext(
        codec->width, codec->height, codec->pix_fmt, codec->width, codec->height, to,
        SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT,
        nullptr, nullptr, nullptr)));
    const int* from_yuv = sws_getCoefficients(frame->colorspace);
    const int full_range = frame->color_range == AVCOL_RANGE_JPEG ? 1 : 0;
    sws_setColorspaceDetails(scaler.get(), from_yuv, full_range,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  }
  sws_scale(scaler.get(), frame->data, frame->linesize, 0, codec->height, rgb->data, rgb->linesize);
}

VideoDecoder::VideoDecoder(const std::filesystem::path& path, const std::string& container)
    : state_(std::make_unique<State>()) {
  state_->where = path.string();
  state_->container = container;
  state_->file_bytes = std::filesystem::file_size(path);
  state_->start_over();
  if (!state_->use_file_index()) state_->walk_packets();
  if (!state_->index.has_times) state_->count_by_decoding();
  if (state_->frames() == 0) state_->refuse("no frame of the video is complete");
  state_->start_over();
}

VideoDecoder::~VideoDecoder() = default;

std::size_t VideoDecoder::width() const { return static_cast<std::size_t>(state_->codec->width); }
std::size_t VideoDecoder::height() const { return static_cast<std::size_t>(state_->codec->height); }
PixelType VideoDecoder::type() const { return state_->type(); }
std::size_t VideoDecoder::frames() const { return state_->frames(); }
std::size_t VideoDecoder::declared_frames() const {
  const auto declared =
      static_cast<std::size_t>(std::max<std::int64_t>(state_->video().nb_frames, 0));
  return declared - std::min(declared, state_->index.left_out);
}
std::string VideoDecoder::codec() const { return avcodec_get_name(state_->codec->codec_id); }
std::string VideoDecoder::pixel_format() const {
  return av_get_pix_fmt_name(state_->codec->pix_fmt);
}
double VideoDecoder::time_step_s() const {
  if (frames() > 1 && !times_s().empty()) {
    const AVRational tick = state_->video().time_base;
    const auto ticks = static_cast<double>(state_->index.pts.back() - state_->index.pts.front());
    return ticks * tick.num / (static_cast<double>(frames() - 1) * tick.den);
  }
  const AVRational rate = state_->video().avg_frame_rate;
  return rate.num > 0 && rate.den > 0 ? av_q2d(av_inv_q(rate)) : 0.0;
}
double VideoDecoder::pixel_aspect() const {
  const AVRational aspect = state_->video().codecpar->sample_aspect_ratio;
  return aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0;
}

std::vector<double> VideoDecoder::times_s() const {
  std::vector<double> times;
  const double tick = av_q2d(state_->video().time_base);
  for (const std::int64_t pts : state_->index.pts) {
    // Where decoding had to tell, a frame may have no time, or that of another.
    if (pts == AV_NOPTS_VALUE ||
        (!times.empty() && tick * static_cast<double>(pts) <= times.back()))
      return {};
    times.push_back(tick * static_cast<double>(pts));
  }
  return times;
}

RawImage VideoDecoder::read(std::size_t index) {
  State& state = *state_;
  if (index >= state.frames()) throw std::out_of_range("VideoDecoder: no such frame");
  state.approach(index);
  if (state.decode_until(index)) return state.image();
  // The jump went past it.
  state.start_over();
  if (state.decode_until(index)) return state.image();
  state.refuse("frame " + std::to_string(index) + " cannot be decoded");
}

}  // namespace adatom::image
