// Bytes per second of reading and writing trajectories, beside those of reading alone.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/trajectory.h"

namespace {

using namespace adatom::crystal;

constexpr int frames = 1000;

/// Positions and velocities of 976 atoms with all their digits, about 110 MB.
class File {
 public:
  explicit File(const std::string& extension)
      : path_(std::filesystem::temp_directory_path() /
              ("trajectory_benchmark_" + std::to_string(::getpid()) + extension)) {
    write();
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write() const {
    auto particle = build_truncated_octahedron(fcc_crystal("Au"), 12, 4);
    particle.velocities_angstrom_per_ps.resize(particle.atoms.size());
    for (std::size_t i = 0; i < particle.atoms.size(); ++i) {
      auto& r = particle.atoms[i].position_angstrom;
      r += Eigen::Vector3d(1, 2, 3) * (static_cast<double>(i) / 7e5);
      particle.velocities_angstrom_per_ps[i] = r / 37.0;
    }
    TrajectoryWriter writer(path_);
    for (int n = 0; n < frames; ++n) {
      particle.timestep = n;
      writer.add(particle);
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void set_bytes(benchmark::State& state) const {
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(std::filesystem::file_size(path_)));
  }

 private:
  std::filesystem::path path_;
};

void read_bytes(benchmark::State& state) {
  const File file(".xyz");
  std::vector<char> block(1 << 18);
  for (auto _ : state) {
    std::ifstream stream(file.path(), std::ios::binary);
    while (stream.read(block.data(), static_cast<std::streamsize>(block.size()))) {
    }
  }
  file.set_bytes(state);
}

void write_frames(benchmark::State& state, const std::string& extension) {
  const File file(extension);
  for (auto _ : state) file.write();
  file.set_bytes(state);
}

void index_frames(benchmark::State& state, const std::string& extension) {
  const File file(extension);
  for (auto _ : state) benchmark::DoNotOptimize(TrajectoryReader(file.path()).frames().size());
  file.set_bytes(state);
}

void read_frames(benchmark::State& state, const std::string& extension) {
  const File file(extension);
  for (auto _ : state) {
    TrajectoryReader reader(file.path());
    while (const auto structure = reader.next()) benchmark::DoNotOptimize(structure->atoms.data());
  }
  file.set_bytes(state);
}

BENCHMARK(read_bytes)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(index_frames, xyz, ".xyz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(index_frames, dump, ".dump")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_frames, xyz, ".xyz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_frames, dump, ".dump")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_frames, xyz, ".xyz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_frames, dump, ".dump")->Unit(benchmark::kMillisecond);

}  // namespace
