#include "ser_maker.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace adatom::image::testing {
namespace {

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

void put_value(std::string& out, std::uint16_t type, std::uint32_t value) {
  switch (type) {
    case 1:
      return put(out, static_cast<std::uint8_t>(value));
    case 2:
      return put(out, static_cast<std::uint16_t>(value));
    case 3:
      return put(out, value);
    case 4:
      return put(out, static_cast<std::int8_t>(value));
    case 5:
      return put(out, static_cast<std::int16_t>(value));
    case 6:
      return put(out, static_cast<std::int32_t>(value));
    case 7:
      return put(out, static_cast<float>(value));
    default:
      return put(out, static_cast<double>(value));
  }
}

}  // namespace

std::string ser_bytes(const SerSpec& spec) {
  const std::uint32_t declared = std::max(spec.declared, spec.frames);
  const bool wide = spec.version >= 0x220;
  std::string out;
  put(out, std::uint16_t{0x4949});
  put(out, std::uint16_t{0x0197});
  put(out, spec.version);
  put(out, spec.kind);
  put(out, std::uint32_t{0x4152});
  put(out, declared);
  put(out, spec.frames);
  const std::string dimension = "Number";
  const std::size_t table = (wide ? 34U : 30U) + 32U + dimension.size();
  if (wide) {
    put(out, std::uint64_t{table});
  } else {
    put(out, static_cast<std::uint32_t>(table));
  }
  put(out, std::uint32_t{1});
  put(out, declared);
  put(out, 0.0);
  put(out, 1.0);
  put(out, std::int32_t{0});
  put(out, static_cast<std::uint32_t>(dimension.size()));
  out += dimension;
  put(out, std::uint32_t{0});

  std::string body;
  std::vector<std::uint64_t> data(declared, 0);
  std::vector<std::uint64_t> tags(declared, 0);
  const std::size_t body_begin = table + 2U * declared * (wide ? 8U : 4U);
  std::uint32_t value = 0;
  for (std::uint32_t frame = 0; frame < spec.frames; ++frame) {
    data[frame] = body_begin + body.size();
    const std::uint32_t height = spec.height - (frame + 1 == spec.odd_frame ? 1U : 0U);
    for (int axis = 0; axis < 2; ++axis) {
      put(body, spec.offset);
      put(body, spec.scale);
      put(body, spec.element_at_offset);
    }
    put(body, spec.data_type);
    put(body, spec.width);
    put(body, height);
    for (std::uint32_t k = 0; k < spec.width * height; ++k) {
      put_value(body, spec.data_type, ++value);
    }
    tags[frame] = body_begin + body.size();
    put(body, std::uint16_t{0x4152});
    put(body, std::uint16_t{0});
    put(body, std::uint32_t{1'456'073'429} + frame);
  }
  for (const auto* offsets : {&data, &tags}) {
    for (const std::uint64_t offset : *offsets) {
      if (wide) {
        put(out, offset);
      } else {
        put(out, static_cast<std::uint32_t>(offset));
      }
    }
  }
  return out + body;
}

}  // namespace adatom::image::testing
