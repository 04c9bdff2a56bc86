#include "read_images.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "memory_file.h"

namespace adatom::fuzz {
namespace {

using image::Format;

const Format& format_of(const std::string& name) {
  for (const auto& format : image::formats()) {
    if (format.name == name) return format;
  }
  throw std::invalid_argument("no format " + name);
}

std::size_t read_signal(const Format& format, const std::filesystem::path& path,
                        const std::string& signal) {
  const auto reader = format.open(path, {.signal = signal});
  const auto& info = reader->info();
  if (info.frames == 0) throw std::logic_error("a series of no frames");
  if (info.signal != signal) throw std::logic_error("another signal than the one asked for");
  const std::size_t frames = std::min<std::size_t>(info.frames, 4);
  for (std::size_t f = 0; f < frames; ++f) {
    const auto raw = reader->read(f);
    if (raw.type != info.type || raw.width != info.width || raw.height != info.height ||
        raw.bytes.size() != info.width * info.height * size_of(info.type)) {
      throw std::logic_error("a frame unlike its description");
    }
  }
  return frames;
}

}  // namespace

std::size_t read_images(const std::string& name, std::span<const std::byte> bytes) {
  const Format& format = format_of(name);
  if (!format.recognises(bytes.first(std::min<std::size_t>(bytes.size(), 4096)))) return 0;
  const MemoryFile file(bytes);
  std::size_t frames = 0;
  try {
    std::vector<std::string> signals = format.open(file.path(), {})->info().signals;
    if (signals.empty()) signals.emplace_back();
    signals.resize(std::min<std::size_t>(signals.size(), 8));
    for (const auto& signal : signals) frames += read_signal(format, file.path(), signal);
  } catch (const InputError&) {
  }
  return frames;
}

}  // namespace adatom::fuzz
