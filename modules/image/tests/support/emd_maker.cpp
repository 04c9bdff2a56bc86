#include "emd_maker.h"

#include <hdf5.h>

#include <array>
#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "adatom/image/writer.h"
#include "support/tiff_maker.h"

namespace adatom::image::testing {
namespace {

using storage::Hdf5Type;

template <class T>
Bytes numbers(const std::vector<double>& values) {
  Bytes bytes(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T value = static_cast<T>(values[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

Bytes as_type(const std::vector<double>& values, Hdf5Type type) {
  switch (type) {
    case Hdf5Type::uint8:
      return numbers<std::uint8_t>(values);
    case Hdf5Type::uint16:
      return numbers<std::uint16_t>(values);
    case Hdf5Type::int32:
      return numbers<std::int32_t>(values);
    case Hdf5Type::float32:
      return numbers<float>(values);
    default:
      return numbers<double>(values);
  }
}

void put(storage::Hdf5Writer& file, const std::string& path, Hdf5Type type,
         const std::vector<std::uint64_t>& shape, const std::vector<double>& values) {
  file.create_dataset(path, type, shape);
  file.write(path, std::vector<std::uint64_t>(shape.size(), 0), shape, as_type(values, type));
}

double pixel(std::uint64_t frame, std::uint64_t y, std::uint64_t x) {
  return static_cast<double>(100 * frame + 10 * y + x);
}

}  // namespace

std::string velox_metadata(const std::string& detector) {
  return R"({"BinaryResult": {"Detector": ")" + detector +
         R"(", "PixelSize": {"width": "2.5e-11", "height": "2.5e-11"},
             "Offset": {"x": "-1e-9", "y": "-2e-9"}, "PixelUnitX": "m", "PixelUnitY": "m"},
             "Optics": {"AccelerationVoltage": "300000", "CameraLength": "0.0911",
                        "NominalMagnification": "1800000"},
             "Detectors": {"Detector-0": {"DetectorName": ")" +
         detector + R"(", "ExposureTime": "0.25"}}, "Scan": {"FrameTime": "0.5"}})";
}

void write_velox(const std::filesystem::path& path, const std::vector<VeloxImage>& images) {
  storage::Hdf5Writer file(path);
  file.create_group("/Data");
  file.create_group("/Data/Image");
  for (const VeloxImage& image : images) {
    const std::string group = "/Data/Image/" + image.id;
    file.create_group(group);
    std::vector<double> values;
    for (std::uint64_t y = 0; y < image.height; ++y) {
      for (std::uint64_t x = 0; x < image.width; ++x) {
        for (std::uint64_t f = 0; f < image.frames; ++f) values.push_back(pixel(f, y, x));
      }
    }
    put(file, group + "/Data", image.type, {image.height, image.width, image.frames}, values);
    std::vector<double> letters(1000 * image.frames, 0.0);
    for (std::size_t i = 0; i < image.metadata.size(); ++i) {
      letters[i * image.frames] = static_cast<unsigned char>(image.metadata[i]);
    }
    put(file, group + "/Metadata", Hdf5Type::uint8, {1000, image.frames}, letters);
  }
  file.close();
}

void write_berkeley(const std::filesystem::path& path, const std::vector<BerkeleySignal>& signals) {
  storage::Hdf5Writer file(path);
  file.create_group("/data");
  for (const BerkeleySignal& signal : signals) {
    const std::string group = "/data/" + signal.name;
    file.create_group(group);
    file.set(group, "emd_group_type", std::int64_t{1});
    std::uint64_t count = 1;
    for (const auto size : signal.shape) count *= size;
    std::vector<double> values(count);
    const std::size_t rank = signal.shape.size();
    for (std::uint64_t k = 0; k < count; ++k) {
      const std::uint64_t width = signal.shape[rank - 1];
      const std::uint64_t height = rank > 1 ? signal.shape[rank - 2] : 1;
      values[k] = pixel(k / width / height, k / width % height, k % width);
    }
    put(file, group + "/data", Hdf5Type::float32, signal.shape, values);
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const std::string dim = group + "/dim" + std::to_string(axis + 1);
      const bool frames = axis + 2 < rank;
      std::vector<double> steps;
      for (std::uint64_t i = 0; i < signal.shape[axis]; ++i) {
        steps.push_back(axis == 0 && !signal.times_s.empty()
                            ? signal.times_s.at(i)
                            : (frames ? 0.5 : 0.02) * static_cast<double>(i) - 1.0);
      }
      put(file, dim, Hdf5Type::float64, {signal.shape[axis]}, steps);
      file.set(dim, "name", frames ? "t" : "x");
      file.set(dim, "units", frames ? "[s]" : "[n_m]");
    }
  }
  file.close();
}

void write_packed_hspy(const std::filesystem::path& path, const std::vector<std::uint64_t>& shape,
                       const std::vector<std::uint64_t>& chunk) {
  {
    storage::Hdf5Writer file(path);
    for (const char* group : {"/Experiments", "/Experiments/s"}) file.create_group(group);
    file.close();
  }
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  const std::vector<hsize_t> chunks(chunk.begin(), chunk.end());
  std::vector<std::uint16_t> values(
      std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>()));
  std::iota(values.begin(), values.end(), std::uint16_t{0});
  const int rank = static_cast<int>(shape.size());
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(rank, sizes.data(), nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, rank, chunks.data());
  H5Pset_deflate(layout, 4);
  const hid_t data = H5Dcreate2(file, "/Experiments/s/data", H5T_STD_U16LE, space, H5P_DEFAULT,
                                layout, H5P_DEFAULT);
  const herr_t written =
      H5Dwrite(data, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(data);
  H5Pclose(layout);
  H5Sclose(space);
  H5Fclose(file);
  if (written < 0) throw std::runtime_error("H5Dwrite");
}

std::string velox_bytes() {
  const ScratchFolder folder;
  write_velox(folder / "a", {{.metadata = velox_metadata("HAADF")}});
  return read_bytes(folder / "a");
}

std::string berkeley_bytes() {
  const ScratchFolder folder;
  write_berkeley(folder / "a", {{}});
  return read_bytes(folder / "a");
}

std::string hspy_bytes() {
  const ScratchFolder folder;
  const std::array frames = {noise(PixelType::uint16, 4, 3, 1), noise(PixelType::uint16, 4, 3, 2)};
  write_series(folder / "a.hspy", frames, {0.2, 0.2, 0.5});
  return read_bytes(folder / "a.hspy");
}

}  // namespace adatom::image::testing
