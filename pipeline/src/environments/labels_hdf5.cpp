#include "environments/labels_hdf5.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "environments/label_file.h"

namespace adatom::pipeline {
namespace {

using storage::Hdf5Type;

/// A chunk is about so large before it is packed: what HDF5's cache holds several of.
constexpr std::size_t chunk_bytes = 1U << 18U;

template <class T>
void write_list(storage::Hdf5Writer& file, const std::string& path, Hdf5Type type,
                const std::vector<T>& values) {
  const std::array<std::uint64_t, 1> shape = {values.size()};
  const std::array<std::uint64_t, 1> begin = {0};
  file.create_dataset(path, type, shape);
  file.write(path, begin, shape, std::as_bytes(std::span(values)));
}

std::string lines_of(const std::vector<std::string>& names) {
  std::string lines;
  for (const auto& name : names) lines += (lines.empty() ? "" : "\n") + name;
  return lines;
}

void describe(storage::Hdf5Writer& file, const TrajectoryPlan& plan,
              const dynamics::EnvironmentDictionary& dictionary,
              std::span<const std::uint8_t> counted) {
  file.set("/", "format", "adatom labels");
  file.set("/", "format_version", std::int64_t{1});
  file.set("/", "trajectory", plan.file);
  file.set("/", "element", dictionary.element);
  file.set("/", "environments", lines_of(dictionary.environments));
  file.set("/", "classes", lines_of(dictionary.classes));
  file.set("/", "axis_order", "frame, atom");
  file.set("/", "no_label", std::int64_t{255});
  std::vector<double> times;
  std::vector<std::uint64_t> frames;
  for (std::size_t i = 0; i < plan.frames.size(); ++i) {
    times.push_back(plan.time_ps(i));
    frames.push_back(plan.frames[i]);
  }
  write_list(file, "/class_of", Hdf5Type::uint8, dictionary.class_of);
  write_list(file, "/time_ps", Hdf5Type::float64, times);
  write_list(file, "/frame", Hdf5Type::uint64, frames);
  write_list(file, "/counted", Hdf5Type::uint8,
             std::vector<std::uint8_t>(counted.begin(), counted.end()));
}

}  // namespace

void write_labels_hdf5(const std::filesystem::path& path, const std::filesystem::path& labels,
                       const TrajectoryPlan& plan,
                       const dynamics::EnvironmentDictionary& dictionary,
                       std::span<const std::uint8_t> counted, Progress& progress) {
  // Whole or not at all, as all files: HDF5 writes by name.
  storage::FileWriter place(path);
  {
    storage::Hdf5Writer file(place.partial());
    describe(file, plan, dictionary, counted);
    const std::size_t frames = plan.frames.size();
    const std::size_t rows = std::clamp(chunk_bytes / plan.atoms, std::size_t{1}, frames);
    const std::array<std::uint64_t, 2> shape = {frames, plan.atoms};
    const std::array<std::uint64_t, 2> chunk = {rows, plan.atoms};
    file.create_packed_dataset("/environment", Hdf5Type::uint8, shape, chunk);
    file.create_packed_dataset("/distance", Hdf5Type::float32, shape, chunk);
    LabelFileReader reader(labels);
    LabelledFrame frame;
    std::vector<std::uint8_t> environments;
    std::vector<float> distances;
    for (std::size_t first = 0; first < frames; first += rows) {
      stop_if_cancelled(progress);
      environments.clear();
      distances.clear();
      const std::size_t count = std::min(rows, frames - first);
      for (std::size_t k = 0; k < count && reader.next(frame); ++k) {
        environments.insert(environments.end(), frame.environments.begin(),
                            frame.environments.end());
        for (const std::uint16_t steps : frame.distances) {
          distances.push_back(static_cast<float>(steps * label_distance_step));
        }
      }
      const std::array<std::uint64_t, 2> begin = {first, 0};
      const std::array<std::uint64_t, 2> block = {count, plan.atoms};
      file.write("/environment", begin, block, std::as_bytes(std::span(environments)));
      file.write("/distance", begin, block, std::as_bytes(std::span(distances)));
      progress.advance(count);
    }
    file.close();
  }
  place.commit();
}

}  // namespace adatom::pipeline
