#include "support/dm_maker.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "support/tiff_maker.h"

namespace adatom::image::testing {
namespace {

enum Code : std::uint64_t {
  int16 = 2,
  int32 = 3,
  uint16 = 4,
  uint32 = 5,
  float32 = 6,
  float64 = 7,
  octet = 10,
  int64 = 11,
  uint64 = 12,
  record = 15,
  array = 20
};

/// What the data of an image are stored as.
struct Stored {
  Code code;
  std::size_t bytes;
};
Stored stored_as(int data_type) {
  switch (data_type) {
    case 1:
      return {int16, 2};
    case 2:
      return {float32, 4};
    case 6:
    case 9:
    case 14:
      return {octet, 1};
    case 7:
    case 8:
    case 23:
      return {int32, 4};
    case 10:
      return {uint16, 2};
    case 11:
      return {uint32, 4};
    case 12:
      return {float64, 8};
    case 39:
      return {int64, 8};
    case 40:
      return {uint64, 8};
    default:
      return {float32, 4};  // complex ones: their parts, in records of two
  }
}

class Writer {
 public:
  explicit Writer(const DmSpec& spec) : spec_(spec) {}

  std::string file() {
    const std::string root = group_body({{"DocumentObjectList", group({})},
                                         {"ImageList", images()},
                                         {"InImageMode", number(octet, std::uint8_t{0})},
                                         {"Thumbnails", thumbnails()}});
    std::string bytes = big(static_cast<std::uint32_t>(spec_.version));
    bytes += word(root.size() + 8);
    bytes += big(static_cast<std::uint32_t>(spec_.order == std::endian::little ? 1 : 0));
    return bytes + root + std::string(8, '\0');
  }

 private:
  /// What follows a tag's name, behind its kind.
  struct Body {
    char kind;
    std::string bytes;
  };
  using Tags = std::vector<std::pair<std::string, Body>>;

  template <class T>
  [[nodiscard]] static std::string in_order(T value, std::endian order) {
    std::string bytes(reinterpret_cast<const char*>(&value), sizeof(T));
    if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
    return bytes;
  }
  template <class T>
  [[nodiscard]] static std::string big(T value) {
    return in_order(value, std::endian::big);
  }
  [[nodiscard]] std::string word(std::uint64_t value) const {
    return spec_.version == 4 ? big(value) : big(static_cast<std::uint32_t>(value));
  }

  [[nodiscard]] std::string group_body(const Tags& tags) const {
    std::string bytes("\1\0", 2);
    bytes += word(tags.size());
    for (const auto& [name, body] : tags) {
      bytes += body.kind;
      bytes += big(static_cast<std::uint16_t>(name.size())) + name;
      if (spec_.version == 4) bytes += big(static_cast<std::uint64_t>(body.bytes.size()));
      bytes += body.bytes;
    }
    return bytes;
  }
  [[nodiscard]] Body group(const Tags& tags) const { return {20, group_body(tags)}; }
  [[nodiscard]] Body value(const std::vector<std::uint64_t>& codes, const std::string& data) const {
    std::string bytes = "%%%%" + word(codes.size());
    for (const auto code : codes) bytes += word(code);
    return {21, bytes + data};
  }
  template <class T>
  [[nodiscard]] Body number(Code code, T data) const {
    return value({code}, in_order(data, spec_.order));
  }
  [[nodiscard]] Body text(const std::u16string& characters) const {
    std::string bytes;
    for (const char16_t c : characters) bytes += in_order(c, spec_.order);
    return value({array, uint16, characters.size()}, bytes);
  }

  [[nodiscard]] Body axis(const DmAxisSpec& spec) const {
    return group({{"Origin", number(float32, static_cast<float>(spec.origin))},
                  {"Scale", number(float32, static_cast<float>(spec.scale))},
                  {"Units", text(spec.unit)}});
  }
  [[nodiscard]] Body data(const DmImageSpec& spec) const {
    const Stored stored = stored_as(spec.data_type);
    std::string bytes = spec.pixels;
    // Channels are bytes, whatever they are stored as.
    const bool colour = spec.data_type == 8 || spec.data_type == 23;
    if (spec_.order != std::endian::native && !colour) {
      for (std::size_t i = 0; i + stored.bytes <= bytes.size(); i += stored.bytes) {
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + stored.bytes));
      }
    }
    if (spec.data_type == 3) {
      return value({array, record, 0, 2, 0, float32, 0, float32, bytes.size() / 8}, bytes);
    }
    return value({array, stored.code, bytes.size() / stored.bytes}, bytes);
  }

  struct Tree {
    std::map<std::string, Tree> children;
    Body leaf = {};
  };
  [[nodiscard]] Body grow(const Tree& tree) const {
    if (tree.children.empty() && !tree.leaf.bytes.empty()) return tree.leaf;
    Tags tags;
    for (const auto& [name, child] : tree.children) tags.emplace_back(name, grow(child));
    return group(tags);
  }
  [[nodiscard]] static Tree& at(Tree& root, std::string path) {
    Tree* tree = &root;
    for (auto colon = path.find(':'); colon != std::string::npos; colon = path.find(':')) {
      tree = &tree->children[path.substr(0, colon)];
      path.erase(0, colon + 1);
    }
    return tree->children[path];
  }

  [[nodiscard]] Body image(const DmImageSpec& spec) const {
    Tags axes;
    Tags sizes;
    for (const auto& one : spec.axes) axes.emplace_back("", axis(one));
    for (const auto size : spec.sizes) {
      sizes.emplace_back("", number(uint32, static_cast<std::uint32_t>(size)));
    }
    Tree notes;
    for (const auto& [path, real] : spec.numbers) at(notes, path).leaf = number(float64, real);
    for (const auto& [path, words] : spec.texts) at(notes, path).leaf = text(words);
    const Body calibrations =
        group({{"Brightness", axis(spec.brightness)}, {"Dimension", group(axes)}});
    return group({{"ImageData",
                   group({{"Calibrations", calibrations},
                          {"Data", data(spec)},
                          {"DataType", number(uint32, static_cast<std::uint32_t>(spec.data_type))},
                          {"Dimensions", group(sizes)}})},
                  {"ImageTags", grow(notes)},
                  {"Name", text(spec.name)}});
  }
  [[nodiscard]] Body images() const {
    const Body small = image({u"thumbnail", 23, {2, 2}, "abcdefghijklmnop"});
    Tags tags;
    if (spec_.thumbnail == DmThumbnail::first) tags.emplace_back("", small);
    for (const auto& one : spec_.images) tags.emplace_back("", image(one));
    if (spec_.thumbnail == DmThumbnail::last) tags.emplace_back("", small);
    return group(tags);
  }
  [[nodiscard]] Body thumbnails() const {
    if (spec_.thumbnail == DmThumbnail::none) return group({});
    const auto place = spec_.thumbnail == DmThumbnail::first ? 0 : spec_.images.size();
    const Body entry = group({{"ImageIndex", number(uint32, static_cast<std::uint32_t>(place))}});
    return group({{"", entry}});
  }

  const DmSpec& spec_;
};

}  // namespace

std::string dm_bytes(const DmSpec& spec) {
  if (spec.version != 3 && spec.version != 4) throw std::invalid_argument("dm_bytes: version");
  return Writer(spec).file();
}

void write_dm(const std::filesystem::path& path, const DmSpec& spec) {
  write_bytes(path, dm_bytes(spec));
}

}  // namespace adatom::image::testing
