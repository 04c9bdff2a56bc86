#include "io/dm_images.h"

#include <algorithm>
#include <array>

namespace adatom::image {
namespace {

/// What an image's DataType means.
struct Pixels {
  std::uint64_t code;
  PixelType type;
  std::size_t channels;
};
// 14 is binary: one byte per pixel, 0 or 1.
constexpr std::array known_pixels = {
    Pixels{1, PixelType::int16, 1},    Pixels{2, PixelType::float32, 1},
    Pixels{6, PixelType::uint8, 1},    Pixels{7, PixelType::int32, 1},
    Pixels{8, PixelType::uint8, 4},    Pixels{9, PixelType::int8, 1},
    Pixels{10, PixelType::uint16, 1},  Pixels{11, PixelType::uint32, 1},
    Pixels{12, PixelType::float64, 1}, Pixels{14, PixelType::uint8, 1},
    Pixels{23, PixelType::uint8, 4},   Pixels{39, PixelType::int64, 1},
    Pixels{40, PixelType::uint64, 1}};
constexpr std::uint64_t colour_code = 23;
constexpr std::array<std::uint64_t, 5> complex_codes = {3, 5, 13, 27, 28};

/// An entry's sizes, x first. Empty if there is none or one is wrong.
std::vector<std::uint64_t> all_sizes(const DmTags& tags, std::size_t entry) {
  const auto list = tags.find(entry, "ImageData.Dimensions");
  if (!list) return {};
  std::vector<std::uint64_t> sizes;
  for (const std::size_t child : tags.tag(*list).children) {
    const auto size = tags.count(child, "");
    if (!size || *size == 0 || *size > 0xFFFFFFFFU) return {};
    sizes.push_back(*size);
  }
  return sizes;
}

/// Ones behind the second dimension do not count.
std::vector<std::uint64_t> without_ones(std::vector<std::uint64_t> sizes) {
  if (sizes.size() > 2) {
    sizes.erase(std::remove(sizes.begin() + 2, sizes.end(), 1U), sizes.end());
  }
  if (sizes.size() == 2 && sizes[1] == 1) sizes.pop_back();
  return sizes;
}

std::string shape_text(const std::vector<std::uint64_t>& sizes) {
  std::string text;
  for (const auto size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

/// Why an entry of this size is no image, from what DigitalMicrograph says it is.
std::optional<Complaint> foreign_data(const DmTags& tags, std::size_t entry,
                                      const std::vector<std::uint64_t>& sizes) {
  const std::string shape = shape_text(sizes);
  const std::string format = tags.text(entry, "ImageTags.Meta Data.Format").value_or(std::string());
  const std::string signal = tags.text(entry, "ImageTags.Meta Data.Signal").value_or(std::string());
  const std::string of = signal.empty() ? "" : " (" + signal + ")";
  const std::string unit =
      tags.text(entry, "ImageData.Calibrations.Dimension.0.Units").value_or(std::string());
  // The second is how the Orsay plug-in marks its spectrum images.
  if (sizes.size() > 1 && (format == "Spectrum image" || format == "Spectrum Image" ||
                           tags.find(entry, "ImageTags.spim"))) {
    return Complaint{"the file holds a spectrum image" + of + ", no image", "", shape + " points",
                     "extract maps or images from it in DigitalMicrograph"};
  }
  if (format == "Spectrum" || (sizes.size() == 1 && (unit == "eV" || unit == "keV"))) {
    return Complaint{"the file holds a spectrum" + of + ", no image", "", shape + " channels", ""};
  }
  if (sizes.size() == 1 || (sizes.size() == 2 && sizes[0] == 1)) {
    return Complaint{"the file holds one line of values (a spectrum or a profile), no image", "",
                     shape + " values", ""};
  }
  if (sizes.size() > 3) {
    return Complaint{"the file holds data of " + std::to_string(sizes.size()) +
                         " dimensions (a scan of diffraction patterns, for one), no image and no "
                         "series of images",
                     "", shape + " points", "save an image or a stack of images of it"};
  }
  return std::nullopt;
}

std::optional<Complaint> describe(const FileBytes& file, const DmTags& tags, DmImage& image) {
  const auto data = tags.find(image.tag, "ImageData.Data");
  const auto code = tags.count(image.tag, "ImageData.DataType");
  const auto stored_sizes = all_sizes(tags, image.tag);
  const auto sizes = without_ones(stored_sizes);
  if (!data || !code || sizes.empty()) {
    return Complaint{tags.cut_short() ? "the file is cut short" : "the file is damaged", "",
                     "the size or the type of its image is missing", "copy the file again"};
  }
  if (std::find(complex_codes.begin(), complex_codes.end(), *code) != complex_codes.end()) {
    return Complaint{"the image is complex (a Fourier transform or a wave)", "",
                     shape_text(sizes) + " complex points are no intensities",
                     "save its modulus or its real part in DigitalMicrograph"};
  }
  if (auto foreign = foreign_data(tags, image.tag, sizes)) return foreign;
  const auto known = std::find_if(known_pixels.begin(), known_pixels.end(),
                                  [&](const Pixels& p) { return p.code == *code; });
  if (known == known_pixels.end()) {
    return Complaint{"the image's pixels are of an unknown type", "",
                     "DataType " + std::to_string(*code), ""};
  }
  image.channels = known->channels;
  image.width = sizes[0];
  image.frames = sizes.size() > 2 ? sizes[2] : 1;
  while (image.frames > 1 && stored_sizes[image.frames_dimension] == 1) ++image.frames_dimension;
  image.block = {.first = tags.tag(*data).offset,
                 .type = known->type,
                 .width = sizes[0] * known->channels,
                 .height = sizes[1],
                 .order = tags.little_endian() ? std::endian::little : std::endian::big};
  const std::uint64_t frame = image.block.frame_bytes(file.path().string());
  image.block.stride = frame;
  const std::uint64_t stored = tags.tag(*data).count * size_of(tags.tag(*data).type);
  if (stored % frame != 0 || stored / frame != image.frames) {
    return Complaint{"the file is damaged", "",
                     shape_text(sizes) + " pixels of " + name_of(known->type) +
                         (known->channels > 1 ? " in four channels" : "") + " against " +
                         std::to_string(stored) + " stored bytes",
                     "copy the file again"};
  }
  return std::nullopt;
}

/// Which entries are thumbnails, by place in the list.
std::vector<bool> find_thumbnails(const DmTags& tags, const std::vector<std::size_t>& entries) {
  std::vector<bool> thumbnail(entries.size(), false);
  bool listed = false;
  if (const auto thumbnails = tags.find(DmTags::root, "Thumbnails")) {
    for (const std::size_t entry : tags.tag(*thumbnails).children) {
      const auto index = tags.count(entry, "ImageIndex");
      if (!index || *index >= entries.size()) continue;
      thumbnail[*index] = true;
      listed = true;
    }
  }
  // The list of thumbnails stands behind the images. Where it is cut off or missing, a colour image
  // at the front of others is taken for one: DigitalMicrograph writes them so.
  if (!listed && (entries.size() > 1 || (tags.cut_short() && !entries.empty())) &&
      tags.count(entries[0], "ImageData.DataType").value_or(colour_code) == colour_code) {
    thumbnail[0] = true;
  }
  return thumbnail;
}

}  // namespace

std::vector<DmImage> list_dm_images(const FileBytes& file, const DmTags& tags) {
  const auto list = tags.find(DmTags::root, "ImageList");
  const auto entries = list ? tags.tag(*list).children : std::vector<std::size_t>();
  const auto thumbnail = find_thumbnails(tags, entries);
  std::vector<DmImage> images;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (thumbnail[i] || !tags.find(entries[i], "ImageData")) continue;
    DmImage& image = images.emplace_back();
    image.tag = entries[i];
    image.name = tags.text(image.tag, "Name").value_or(std::string());
    image.refusal = describe(file, tags, image);
    if (image.refusal) image.refusal->where = file.path().string();
  }
  if (!images.empty()) return images;
  const bool cut = tags.cut_short();
  throw InputError(Complaint{cut ? "the file is cut short" : "the file holds no image",
                             file.path().string(),
                             cut ? "it ends before its image" : "its list of images is empty",
                             cut ? "copy the file again" : ""});
}

}  // namespace adatom::image
