// Reading a stack of 512 x 512 frames against a plain read of the same bytes.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"

namespace {

using namespace adatom::image;

constexpr std::size_t side = 512;
constexpr std::size_t frame_bytes = side * side * 2;

/// A file with so many frames of 16-bit ramps, removed at the end.
class Stack {
 public:
  Stack(const std::string& extension, std::size_t count, TiffCompression compression)
      : path_(std::filesystem::temp_directory_path() / ("adatom-benchmark" + extension)) {
    std::vector<RawImage> frames(count);
    for (std::size_t f = 0; f < count; ++f) {
      frames[f] = {PixelType::uint16, side, side, std::vector<std::byte>(frame_bytes)};
      for (std::size_t i = 0; i < frame_bytes; ++i) {
        frames[f].bytes[i] = static_cast<std::byte>((i * 7 + f) >> (i % 2 * 6));
      }
    }
    write_series(path_, frames, {}, {compression});
  }
  ~Stack() { std::filesystem::remove(path_); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void report(benchmark::State& state, std::size_t count) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(count * frame_bytes));
}

void read_frames(benchmark::State& state, const std::string& extension,
                 TiffCompression compression) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const Stack stack(extension, count, compression);
  for (auto _ : state) {
    const auto reader = open_series(stack.path());
    for (std::size_t i = 0; i < count; ++i) benchmark::DoNotOptimize(reader->read(i));
  }
  report(state, count);
}

void plain_read(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const Stack stack(".npy", count, TiffCompression::none);
  for (auto _ : state) {
    std::ifstream file(stack.path(), std::ios::binary);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<char> bytes(frame_bytes);
      file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      benchmark::DoNotOptimize(bytes);
    }
  }
  report(state, count);
}

void npy(benchmark::State& state) { read_frames(state, ".npy", TiffCompression::none); }
void tiff(benchmark::State& state) { read_frames(state, ".tif", TiffCompression::none); }
void tiff_deflate(benchmark::State& state) { read_frames(state, ".tif", TiffCompression::deflate); }

BENCHMARK(tiff)->Name("read_stack/smoke")->Arg(4)->Unit(benchmark::kMillisecond);
BENCHMARK(plain_read)->Name("plain_read")->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK(npy)->Name("read_stack/npy")->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK(tiff)->Name("read_stack/tiff")->Arg(256)->Unit(benchmark::kMillisecond);
BENCHMARK(tiff_deflate)->Name("read_stack/tiff_deflate")->Arg(64)->Unit(benchmark::kMillisecond);

}  // namespace
