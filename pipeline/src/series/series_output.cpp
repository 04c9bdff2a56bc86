#include "series/series_output.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "adatom/storage/npy.h"
#include "series/series_rows.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

std::size_t length_of(const SeriesRun& run, const SeriesArray& array) {
  return run.intervals - std::min(run.intervals, array.fewer);
}

/// The rows of one array from those of the series.
std::vector<double> made_rows(const SeriesRun& run, const SeriesArray& array, std::size_t count,
                              std::span<const double> rows) {
  if (!array.make) return {rows.begin(), rows.end()};
  const std::size_t length = length_of(run, array);
  std::vector<double> made(count * length);
  for (std::size_t k = 0; k < count && length > 0; ++k) {
    array.make(rows.subspan(k * run.intervals, run.intervals),
               std::span(made).subspan(k * length, length));
  }
  return made;
}

void write_npy(const SeriesRun& run, const std::vector<SeriesArray>& arrays, const fs::path& out,
               Progress& progress) {
  std::vector<std::unique_ptr<storage::FileWriter>> files;
  for (const auto& array : arrays) {
    const fs::path name = out.stem().string() + array.suffix + out.extension().string();
    files.push_back(std::make_unique<storage::FileWriter>(out.parent_path() / name));
    const std::array<std::size_t, 2> shape = {run.atoms, length_of(run, array)};
    files.back()->append(storage::encode_npy_header(storage::NpyType::float64, shape));
  }
  each_rows(run.parts->values_path(), run.atoms, run.intervals, progress,
            [&](std::size_t, std::size_t count, std::span<const double> rows) {
              for (std::size_t a = 0; a < arrays.size(); ++a) {
                const auto made = made_rows(run, arrays[a], count, rows);
                files[a]->append(std::as_bytes(std::span(made)));
              }
            });
  for (const auto& file : files) file->commit();
}

void write_extra(storage::Hdf5Writer& file, const SeriesRun& run) {
  const auto write = [&](const std::string& name, storage::Hdf5Type type, std::size_t count,
                         std::span<const std::byte> bytes) {
    const std::array<std::uint64_t, 1> shape = {count};
    const std::array<std::uint64_t, 1> begin = {0};
    file.create_dataset(name, type, shape);
    if (count > 0) file.write(name, begin, shape, bytes);
  };
  if (!run.time_ps.empty()) {
    write("/time_ps", storage::Hdf5Type::float64, run.time_ps.size(),
          std::as_bytes(std::span(run.time_ps)));
    file.set("/time_ps", "axes", "intervals");
    file.set("/time_ps", "unit", "ps");
  }
  if (!run.first.ids.empty()) {
    write("/atom_id", storage::Hdf5Type::int64, run.first.ids.size(),
          std::as_bytes(std::span(run.first.ids)));
    file.set("/atom_id", "axes", "atoms");
  }
}

void write_hdf5(const SeriesRun& run, const std::vector<SeriesArray>& arrays,
                const SeriesAttributes& attributes, const fs::path& out, Progress& progress) {
  storage::FileWriter place(out);
  storage::Hdf5Writer file(place.partial());
  for (const auto& array : arrays) {
    const std::string name = "/" + array.dataset;
    const std::array<std::uint64_t, 2> shape = {run.atoms, length_of(run, array)};
    file.create_dataset(name, storage::Hdf5Type::float64, shape);
    file.set(name, "axes", "atoms, intervals");
    file.set(name, "unit", array.unit);
    for (const auto& [key, value] : attributes.texts) file.set(name, key.c_str(), value);
    for (const auto& [key, value] : attributes.numbers) file.set(name, key.c_str(), value);
    file.set(name, "first_frame", static_cast<std::int64_t>(run.first_frame));
  }
  write_extra(file, run);
  each_rows(run.parts->values_path(), run.atoms, run.intervals, progress,
            [&](std::size_t first, std::size_t count, std::span<const double> rows) {
              for (const auto& array : arrays) {
                const auto made = made_rows(run, array, count, rows);
                if (made.empty()) continue;
                const std::array<std::uint64_t, 2> begin = {first, 0};
                const std::array<std::uint64_t, 2> size = {count, length_of(run, array)};
                file.write("/" + array.dataset, begin, size, std::as_bytes(std::span(made)));
              }
            });
  file.close();
  place.commit();
}

}  // namespace

SeriesTarget series_target(const fs::path& out) {
  const std::string extension = out.extension().string();
  std::error_code error;
  if (fs::is_directory(out, error) || !out.has_filename() || extension.empty()) {
    return SeriesTarget::folder;
  }
  if (extension == ".npy") return SeriesTarget::npy;
  if (extension == ".h5" || extension == ".hdf5") return SeriesTarget::hdf5;
  throw InputError({.what = "not a file that is written here",
                    .where = out.string(),
                    .why = fmt::format("its name ends in \"{}\"", extension),
                    .remedy = "NumPy arrays end in .npy, HDF5 in .h5; a folder has no ending"});
}

fs::path series_parts_folder(const fs::path& out, SeriesTarget target) {
  if (target == SeriesTarget::folder) return out / ".parts";
  return out.parent_path() / ("." + out.filename().string() + ".parts");
}

void write_series(const SeriesRun& run, const std::vector<SeriesArray>& arrays,
                  const SeriesAttributes& attributes, const fs::path& out, SeriesTarget target,
                  Progress& progress) {
  if (target == SeriesTarget::npy) {
    write_npy(run, arrays, out, progress);
  } else {
    write_hdf5(run, arrays, attributes, out, progress);
  }
}

}  // namespace adatom::pipeline
