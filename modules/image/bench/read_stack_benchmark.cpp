// Reading stacks of 16-bit frames from beginning to end, each against `cat FILE >/dev/null` of the
// same warm file: the two take turns, `of_cat` is the ratio of their median rates.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/hdf5.h"
#include "support/avi_maker.h"
#include "support/dm_maker.h"
#include "support/mrc_maker.h"
#include "support/ser_maker.h"
#include "support/stream_maker.h"
#include "support/tiff_maker.h"

namespace {

using namespace adatom::image;
namespace fs = std::filesystem;

constexpr std::uint32_t side = 1024;  // 2 MiB a frame

RawImage ramp(std::size_t frame) {
  RawImage out{PixelType::uint16, side, side, adatom::Bytes(2 * side * side)};
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    out.bytes[i] = static_cast<std::byte>((i * 7 + frame) >> (i % 2 * 6));
  }
  return out;
}

/// By one of our own writers.
void write_ours(const fs::path& path, std::uint32_t frames, const WriteOptions& options = {}) {
  const auto writer = create_series(
      path, {.type = PixelType::uint16, .width = side, .height = side, .frames = frames}, options);
  for (std::uint32_t f = 0; f < frames; ++f) writer->add(ramp(f));
  writer->finish();
}

void write_berkeley(const fs::path& path, std::uint32_t frames) {
  using adatom::storage::Hdf5Type;
  adatom::storage::Hdf5Writer file(path);
  file.create_group("/data");
  file.create_group("/data/stack");
  file.set("/data/stack", "emd_group_type", std::int64_t{1});
  const std::string data = "/data/stack/data";
  file.create_dataset(data, Hdf5Type::uint16, std::vector<std::uint64_t>{frames, side, side});
  for (std::uint32_t f = 0; f < frames; ++f) {
    file.write(data, std::vector<std::uint64_t>{f, 0, 0}, std::vector<std::uint64_t>{1, side, side},
               ramp(f).bytes);
  }
  file.close();
}

void write_dm4(const fs::path& path, std::uint32_t frames) {
  using namespace adatom::image::testing;
  DmImageSpec stack{.data_type = 10, .sizes = {side, side, frames}};
  for (std::uint32_t f = 0; f < frames; ++f) {
    const RawImage frame = ramp(f);
    stack.pixels.append(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
  }
  write_dm(path, {.version = 4, .images = {stack}});
}

using Maker = std::function<void(const fs::path&, std::uint32_t frames)>;

const std::map<std::string, Maker>& makers() {
  using namespace adatom::image::testing;
  static const std::map<std::string, Maker> all = {
      {"a.tif", [](const auto& path, auto frames) { write_ours(path, frames); }},
      {"deflated.tif",
       [](const auto& path, auto frames) { write_ours(path, frames, {TiffCompression::deflate}); }},
      {"a.npy", [](const auto& path, auto frames) { write_ours(path, frames); }},
      {"a.hspy", [](const auto& path, auto frames) { write_ours(path, frames); }},
      {"berkeley.emd", write_berkeley},
      {"a.dm4", write_dm4},
      {"a.mrc",
       [](const auto& path, auto frames) {
         write_bytes(path, mrc_bytes({.width = side,
                                      .height = side,
                                      .frames = static_cast<std::int32_t>(frames)}));
       }},
      {"a.ser",
       [](const auto& path, auto frames) {
         write_bytes(path, ser_bytes({.width = side, .height = side, .frames = frames}));
       }},
      {"a.tvips",
       [](const auto& path, auto frames) {
         write_bytes(path, tvips_bytes({.width = side, .height = side, .frames = frames}));
       }},
      {"a.avi",
       [](const auto& path, auto frames) {
         write_bytes(
             path,
             avi_bytes(
                 {.pixels = AviPixels::grey16, .width = side, .height = side, .frames = frames}));
       }},
  };
  return all;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void cat(const fs::path& path) {
  std::string program = "cat";
  std::string file = path.string();
  char* words[] = {program.data(), file.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status = 1;
  if (posix_spawnp(&child, "cat", &actions, nullptr, words, environ) == 0) {
    waitpid(child, &status, 0);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) throw std::runtime_error("cat failed");
}

void read_all(const fs::path& path) {
  const auto reader = open_series(path);
  for (std::size_t f = 0; f < reader->info().frames; ++f) benchmark::DoNotOptimize(reader->read(f));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void read_stack(benchmark::State& state, const std::string& name) {
  // Not ScratchFolder's: that is in memory, where reading has no file system below it.
  const fs::path path = fs::temp_directory_path() / ("adatom-benchmark-" + name);
  makers().at(name)(path, static_cast<std::uint32_t>(state.range(0)));
  cat(path);
  std::vector<double> plain;
  std::vector<double> ours;
  for (auto _ : state) {
    plain.push_back(seconds_of([&] { cat(path); }));
    ours.push_back(seconds_of([&] { read_all(path); }));
    state.SetIterationTime(ours.back());
  }
  fs::remove(path);
  const double bytes = 2.0 * side * side * static_cast<double>(state.range(0));
  state.counters["GB/s"] = 1e-9 * bytes / median(ours);
  state.counters["of_cat"] = median(plain) / median(ours);
}

const bool registered = [] {
  for (const auto& [name, maker] : makers()) {
    for (const auto& [kind, frames, repeats] :
         {std::tuple{"read_stack_smoke/", 2, 2}, std::tuple{"read_stack_1GiB/", 512, 9}}) {
      benchmark::RegisterBenchmark((kind + name).c_str(), read_stack, name)
          ->Arg(frames)
          ->Iterations(repeats)
          ->UseManualTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return true;
}();

}  // namespace
