#include "saed/saed_profiles.h"

#include <array>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "adatom/base/error.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

using storage::Hdf5Type;

std::string_view bytes_of(const std::vector<double>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)};
}

void write_axis(storage::Hdf5Writer& file, const std::string& path, const char* unit,
                const std::vector<double>& values) {
  const std::array<std::uint64_t, 1> shape = {values.size()};
  const std::array<std::uint64_t, 1> begin = {0};
  file.create_dataset(path, Hdf5Type::float64, shape);
  file.write(path, begin, shape, std::as_bytes(std::span(values)));
  file.set(path, "unit", unit);
}

std::vector<float> as_float(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

ProfileWriter::ProfileWriter(const fs::path& folder, std::int64_t bytes)
    : file_(folder / profile_numbers_file, bytes) {}

void ProfileWriter::append(const diffraction::Profile& profile) {
  for (const auto* values : {&profile.intensity, &profile.intensity_stderr, &profile.weight}) {
    file_.append(bytes_of(*values));
  }
}

diffraction::Profile read_profile(const fs::path& folder, const ProfileBins& bins,
                                  std::size_t frame) {
  const fs::path path = folder / profile_numbers_file;
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(frame * 3 * bins.count * sizeof(double)));
  diffraction::Profile profile;
  profile.s_first_per_angstrom = bins.s_first_per_angstrom;
  profile.s_step_per_angstrom = bins.s_step_per_angstrom;
  for (auto* values : {&profile.intensity, &profile.intensity_stderr, &profile.weight}) {
    values->resize(bins.count);
    file.read(reinterpret_cast<char*>(values->data()),
              static_cast<std::streamsize>(bins.count * sizeof(double)));
  }
  if (!file) {
    throw InputError({.what = "the profiles of earlier frames cannot be read",
                      .where = path.string(),
                      .why = "the file is missing or was cut off",
                      .remedy = "remove the output folder to begin anew"});
  }
  return profile;
}

void write_profiles_csv(const fs::path& folder, const ProfileBins& bins, std::size_t frames,
                        double frame_time_s) {
  storage::FileWriter file(folder / "profiles.csv");
  file.append(std::string_view("frame,time_s,s_per_angstrom,intensity,intensity_stderr\n"));
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const diffraction::Profile profile = read_profile(folder, bins, frame);
    const std::string begin = storage::cell(static_cast<long long>(frame)) + ',' +
                              storage::cell(static_cast<double>(frame) * frame_time_s) + ',';
    std::string rows;
    for (std::size_t bin = 0; bin < bins.count; ++bin) {
      if (!(profile.weight[bin] > 0.0)) continue;
      rows += begin + storage::cell(bins.s_per_angstrom(bin)) + ',' +
              storage::cell(profile.intensity[bin]) + ',' +
              storage::cell(profile.intensity_stderr[bin]) + '\n';
    }
    file.append(std::string_view(rows));
  }
  file.commit();
}

void write_profiles_hdf5(const fs::path& folder, const ProfileBins& bins, std::size_t frames,
                         double frame_time_s) {
  storage::FileWriter place(folder / "profiles.h5");
  {
    storage::Hdf5Writer file(place.partial());
    file.set("/", "format", "adatom profiles");
    file.set("/", "format_version", std::int64_t{1});
    std::vector<double> s;
    for (std::size_t bin = 0; bin < bins.count; ++bin) s.push_back(bins.s_per_angstrom(bin));
    write_axis(file, "/s_per_angstrom", "1/angstrom", s);
    std::vector<double> times;
    for (std::size_t i = 0; i < frames; ++i) times.push_back(static_cast<double>(i) * frame_time_s);
    write_axis(file, "/time_s", "s", times);
    const std::array<std::uint64_t, 2> shape = {frames, bins.count};
    for (const char* name : {"/intensity", "/intensity_stderr"}) {
      file.create_dataset(name, Hdf5Type::float32, shape);
      file.set(name, "axes", "time_s, s_per_angstrom");
      file.set(name, "unit", "counts per pixel");
    }
    const std::array<std::uint64_t, 2> one = {1, bins.count};
    for (std::size_t frame = 0; frame < frames; ++frame) {
      const diffraction::Profile profile = read_profile(folder, bins, frame);
      const std::array<std::uint64_t, 2> begin = {frame, 0};
      const auto intensity = as_float(profile.intensity);
      const auto error = as_float(profile.intensity_stderr);
      file.write("/intensity", begin, one, std::as_bytes(std::span(intensity)));
      file.write("/intensity_stderr", begin, one, std::as_bytes(std::span(error)));
    }
    file.close();
  }
  place.commit();
}

}  // namespace adatom::pipeline
