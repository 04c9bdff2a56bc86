// TIFF as a series: pages of one size and type, or an ImageJ stack behind a single page.
#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <unordered_set>

#include "adatom/base/error.h"
#include "adatom/storage/npy.h"
#include "io/file_bytes.h"
#include "io/formats.h"
#include "io/grey.h"
#include "io/tiff_calibration.h"
#include "io/tiff_decode.h"
#include "io/tiff_directory.h"
#include "io/tiff_page.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

// NewSubfileType: a reduced copy of another page, or a transparency mask.
constexpr std::uint64_t reduced_or_mask = 1 | 4;

void invert(RawImage& raw, std::size_t bits) {
  dispatch(raw.type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_unsigned_v<T>) {
      const auto white = bits < 8 ? static_cast<T>((1U << bits) - 1U) : static_cast<T>(~T{0});
      for (std::size_t i = 0; i < raw.bytes.size(); i += sizeof(T)) {
        T value;
        std::memcpy(&value, raw.bytes.data() + i, sizeof(T));
        value = static_cast<T>(white - value);
        std::memcpy(raw.bytes.data() + i, &value, sizeof(T));
      }
    }
  });
}

class TiffReader final : public FrameReader {
 public:
  explicit TiffReader(const std::filesystem::path& path);
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override;

 private:
  void collect_pages(const TiffDirectory& first);
  bool add_page(const TiffDirectory& directory, std::size_t number);
  void use_contiguous_stack(const TiffDirectory& first);
  void warn(const std::string& text);
  [[nodiscard]] Bytes read_plain(const TiffPage& page, std::uint64_t shift) const;
  [[nodiscard]] Bytes decode(const TiffPage& page);

  FileBytes file_;
  TiffLayout layout_;
  SeriesInfo info_;
  TiffPage first_;                          ///< the page that all frames match
  std::vector<std::uint64_t> directories_;  ///< one per frame; one in all for a contiguous stack
  bool contiguous_ = false;
  std::mutex mutex_;  ///< of decoder_
  std::unique_ptr<TiffDecoder> decoder_;
};

TiffReader::TiffReader(const std::filesystem::path& path) : file_(path) {
  const auto layout = read_tiff_layout(file_);
  if (!layout) {
    throw InputError(Complaint{"the TIFF header is damaged", path.string(), "", ""});
  }
  layout_ = *layout;
  auto first = read_tiff_directory(file_, layout_, layout_.first_directory);
  if (!first || first->entries() == 0) {
    throw InputError(Complaint{"the file is cut short", path.string(),
                               "its first TIFF directory lies beyond its end",
                               "copy the file again"});
  }
  info_.format = "TIFF";
  read_tiff_calibration(*first, info_);
  collect_pages(*first);
  info_.type = first_.type;
  info_.width = first_.width;
  info_.height = first_.height;
  info_.frames = directories_.size();
  for (const auto& warning : first_.warnings) warn(warning);
  use_contiguous_stack(*first);
}

void TiffReader::warn(const std::string& text) {
  auto& all = info_.warnings;
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

/// Adds the page if it belongs to the series. False: the file's pages end here.
bool TiffReader::add_page(const TiffDirectory& directory, std::size_t number) {
  const bool extra = (directory.integer(254, 0) & reduced_or_mask) != 0;
  if (extra && !directories_.empty()) {
    warn("reduced copies and masks among the pages are left out");
    return true;
  }
  try {
    auto page = describe_tiff_page(directory, file_);
    if (directories_.empty()) {
      first_ = std::move(page);
    } else if (!page.same_kind(first_)) {
      warn("pages of another size or type than the first are left out");
      return true;
    }
  } catch (const InputError& error) {
    if (directories_.empty()) throw;
    warn("page " + std::to_string(number) + " and what follows is left out: " +
         error.complaints()[0].what + " (" + error.complaints()[0].why + ")");
    return false;
  }
  directories_.push_back(directory.offset());
  return true;
}

void TiffReader::collect_pages(const TiffDirectory& first) {
  std::unordered_set<std::uint64_t> seen;
  // Directories that do not overlap have at most one entry per 12 bytes of the file.
  std::uint64_t entries_left = file_.size() / 12 + 1;
  TiffDirectory directory = first;
  for (std::size_t number = 1;; ++number) {
    seen.insert(directory.offset());
    if (!add_page(directory, number) || directory.next() == 0) return;
    if (seen.count(directory.next()) != 0) {
      warn("the chain of TIFF directories runs in a circle; it is followed once");
      return;
    }
    auto next = read_tiff_directory(file_, layout_, directory.next());
    if (!next || next->entries() > entries_left) {
      warn("the file is cut short or damaged after page " + std::to_string(number) +
           "; complete frames: " + std::to_string(directories_.size()));
      return;
    }
    entries_left -= next->entries();
    directory = std::move(*next);
  }
}

/// ImageJ writes large stacks as one page and the other frames' bytes right behind its own.
void TiffReader::use_contiguous_stack(const TiffDirectory& first) {
  const std::size_t declared = imagej_image_count(first);
  if (declared == 0 || declared == info_.frames) return;
  const auto mismatch = [&] {
    warn("the description declares " + std::to_string(declared) + " images, the file holds " +
         std::to_string(info_.frames));
  };
  if (info_.frames > 1 || !first_.is_plain) return mismatch();
  const std::uint64_t stored_row = first_.width * (first_.bits / 8);
  std::uint64_t end = first_.offsets[0];
  for (std::size_t i = 0; i * first_.block_height < first_.height; ++i) {
    if (first_.offsets[i] != end) return mismatch();
    end += stored_row * std::min(first_.block_height, first_.height - i * first_.block_height);
  }
  const std::uint64_t frame = stored_row * first_.height;
  // Frames lie before the directory if it stands behind the first of them.
  const std::uint64_t limit = first.offset() > first_.offsets[0] ? first.offset() : file_.size();
  const std::uint64_t there = (limit - first_.offsets[0]) / frame;
  // The page itself is whole, wherever its directory stands.
  info_.frames = static_cast<std::size_t>(
      std::max<std::uint64_t>(std::min<std::uint64_t>(declared, there), 1));
  contiguous_ = true;
  if (info_.frames < declared) mismatch();
}

/// Strips as they stand in the file, `shift` bytes further on.
Bytes TiffReader::read_plain(const TiffPage& page, std::uint64_t shift) const {
  const std::size_t size = page.bits / 8;
  const std::size_t row_bytes = page.width * size;
  Bytes bytes(row_bytes * page.height);
  for (std::size_t i = 0; i * page.block_height < page.height; ++i) {
    const std::size_t first_row = i * page.block_height;
    const std::size_t rows = std::min(page.block_height, page.height - first_row);
    file_.read(page.offsets[i] + shift,
               std::span(bytes).subspan(first_row * row_bytes, rows * row_bytes));
  }
  storage::NpyHeader element;
  element.byte_order = layout_.big_endian ? storage::ByteOrder::big : storage::ByteOrder::little;
  const bool half = page.is_float && page.bits == 16;
  if (!half && (!layout_.big_endian || size == 1)) return bytes;
  element.type = half        ? storage::NpyType::float16
                 : size == 2 ? storage::NpyType::uint16
                 : size == 4 ? storage::NpyType::uint32
                             : storage::NpyType::uint64;
  return storage::decode_npy_elements(element, bytes);
}

Bytes TiffReader::decode(const TiffPage& page) {
  const std::scoped_lock lock(mutex_);
  if (!decoder_) decoder_ = std::make_unique<TiffDecoder>(file_);
  return decoder_->read(page);
}

RawImage TiffReader::read(std::size_t index) {
  if (index >= info_.frames) throw std::out_of_range("TiffReader: no such frame");
  RawImage raw{info_.type, info_.width, info_.height, {}};
  TiffPage own;
  const TiffPage* page = &first_;
  if (!contiguous_ && index > 0) {
    const auto directory = read_tiff_directory(file_, layout_, directories_[index]);
    if (directory) own = describe_tiff_page(*directory, file_);
    if (!directory || !own.same_kind(first_)) {
      throw InputError(Complaint{"the file has changed since it was opened", file_.path().string(),
                                 "", "start again"});
    }
    page = &own;
  }
  if (page->is_plain) {
    const std::uint64_t frame = page->width * page->height * (page->bits / 8);
    raw.bytes = read_plain(*page, contiguous_ ? index * frame : 0);
  } else {
    raw.bytes = decode(*page);
    if (page->samples > 1) raw.bytes = grey_from(raw.bytes, raw.type, page->samples);
  }
  if (page->photometric == TiffPhotometric::white_is_zero) invert(raw, page->bits);
  return raw;
}

bool recognises(std::span<const std::byte> head) {
  if (head.size() < 4) return false;
  const auto is = [&](char a, char b, int c, int d) {
    return head[0] == static_cast<std::byte>(a) && head[1] == static_cast<std::byte>(b) &&
           head[2] == static_cast<std::byte>(c) && head[3] == static_cast<std::byte>(d);
  };
  return is('I', 'I', 42, 0) || is('M', 'M', 0, 42) || is('I', 'I', 43, 0) || is('M', 'M', 0, 43);
}

std::unique_ptr<FrameReader> open(const std::filesystem::path& path, const OpenOptions&) {
  return std::make_unique<TiffReader>(path);
}

}  // namespace

Format tiff_format() { return {"TIFF", {".tif", ".tiff"}, recognises, open}; }

}  // namespace adatom::image
