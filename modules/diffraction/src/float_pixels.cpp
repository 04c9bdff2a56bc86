#include "float_pixels.h"

#include "adatom/base/cpu_clones.h"
#include "adatom/base/parallel.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t pixels_at_once = 65536;

ADATOM_CLONES void narrow(const double* from, std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}
ADATOM_CLONES void narrow(const std::uint16_t* from, std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}

template <class T>
std::unique_ptr<float[]> narrowed(std::span<const T> frame) {
  auto own = std::make_unique_for_overwrite<float[]>(frame.size());
  parallel_ranges(frame.size(), pixels_at_once, [&](std::size_t from, std::size_t to) {
    narrow(frame.data() + from, to - from, own.get() + from);
  });
  return own;
}

}  // namespace

FloatPixels::FloatPixels(const Pixels& frame) {
  if (const auto* floats = std::get_if<std::span<const float>>(&frame)) {
    data_ = floats->data();
    return;
  }
  if (const auto* doubles = std::get_if<std::span<const double>>(&frame)) {
    own_ = narrowed(*doubles);
  } else {
    own_ = narrowed(std::get<std::span<const std::uint16_t>>(frame));
  }
  data_ = own_.get();
}

std::size_t FloatPixels::size_of(const Pixels& frame) {
  return std::visit([](const auto& pixels) { return pixels.size(); }, frame);
}

}  // namespace adatom::diffraction
