// The readers of EMD and HyperSpy files, on files made from scratch.
#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "support/emd_maker.h"
#include "support/hostile.h"

namespace adatom::image {
namespace {

using storage::Hdf5Type;
using testing::velox_metadata;
using testing::write_velox;

class Emd : public ::testing::Test {
 protected:
  std::unique_ptr<FrameReader> open(const std::string& signal = "") {
    return open_series(folder_ / "a.emd", {.signal = signal});
  }
  std::string complaint(const std::string& signal = "") {
    try {
      (void)open(signal);
    } catch (const InputError& error) {
      return error.what();
    }
    return "(accepted)";
  }
  testing::ScratchFolder folder_;
};

void expect_pixels(FrameReader& reader) {
  for (std::size_t f = 0; f < reader.info().frames; ++f) {
    const Image image = to_image(reader.read(f));
    for (std::size_t y = 0; y < image.height(); ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        EXPECT_EQ(image(x, y), static_cast<double>(100 * f + 10 * y + x));
      }
    }
  }
}

TEST_F(Emd, VeloxHasFramesInTheLastAxis) {
  for (const auto& [type, pixel] : {std::pair{Hdf5Type::uint8, PixelType::uint8},
                                    std::pair{Hdf5Type::uint16, PixelType::uint16},
                                    std::pair{Hdf5Type::int32, PixelType::int32},
                                    std::pair{Hdf5Type::float32, PixelType::float32},
                                    std::pair{Hdf5Type::float64, PixelType::float64}}) {
    write_velox(folder_ / "a.emd", {{.metadata = velox_metadata("HAADF"), .type = type}});
    const auto reader = open();
    const auto& info = reader->info();
    EXPECT_EQ(info.type, pixel);
    EXPECT_EQ(info.width, 4U);
    EXPECT_EQ(info.height, 3U);
    ASSERT_EQ(info.frames, 2U);
    expect_pixels(*reader);
  }
}

TEST_F(Emd, VeloxMetadata) {
  write_velox(folder_ / "a.emd", {{.metadata = velox_metadata("HAADF")}});
  const auto info = open()->info();
  EXPECT_EQ(info.format, "EMD (Velox)");
  EXPECT_EQ(info.signal, "HAADF");
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 0.25);
  EXPECT_DOUBLE_EQ(info.calibration.axis_y.value().offset, -2e-9);
  EXPECT_DOUBLE_EQ(info.calibration.time_step_s.value(), 0.5);
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value(), 300.0);
  EXPECT_DOUBLE_EQ(info.acquisition.camera_length_mm.value(), 91.1);
  EXPECT_DOUBLE_EQ(info.acquisition.magnification.value(), 1.8e6);
  EXPECT_DOUBLE_EQ(info.acquisition.exposure_s.value(), 0.25);
}

TEST_F(Emd, VeloxWithoutOrWithDamagedMetadata) {
  for (const char* metadata : {"{}", "", "{\"BinaryResult\": 7}", "[1, 2]", "{\"BinaryResult\""}) {
    write_velox(folder_ / "a.emd", {{.metadata = metadata}});
    const auto reader = open();
    EXPECT_FALSE(reader->info().calibration.pixel_size_x_angstrom.has_value()) << metadata;
    EXPECT_EQ(reader->info().signal, "image 1");
    expect_pixels(*reader);
  }
}

TEST_F(Emd, SignalsAreChosenByName) {
  write_velox(folder_ / "a.emd", {{.id = "a", .metadata = velox_metadata("BF"), .width = 2},
                                  {.id = "b", .metadata = velox_metadata("HAADF"), .width = 5},
                                  {.id = "c", .metadata = velox_metadata("HAADF"), .width = 6}});
  EXPECT_EQ(open()->info().signals, (std::vector<std::string>{"BF", "HAADF", "HAADF (2)"}));
  EXPECT_EQ(open()->info().width, 2U);
  EXPECT_EQ(open("HAADF")->info().width, 5U);
  EXPECT_EQ(open("HAADF (2)")->info().width, 6U);
  EXPECT_NE(complaint("DF4").find("'BF', 'HAADF', 'HAADF (2)'"), std::string::npos);
}

TEST_F(Emd, BerkeleyHasFramesFirst) {
  testing::write_berkeley(folder_ / "a.emd", {{.name = "scan"}, {.name = "profile", .shape = {7}}});
  // In the order of their names the profile is the first; the first image is read.
  EXPECT_NE(complaint("profile").find("spectrum or profile"), std::string::npos);
  EXPECT_NE(complaint("profile").find("'profile', 'scan'"), std::string::npos);
  const auto reader = open();
  EXPECT_EQ(reader->info().signal, "scan");
  const auto& info = reader->info();
  EXPECT_EQ(info.format, "EMD (Berkeley)");
  ASSERT_EQ(info.frames, 2U);
  expect_pixels(*reader);
  EXPECT_NEAR(info.calibration.pixel_size_x_angstrom.value(), 0.2, 1e-12);  // 0.02 nm
  EXPECT_DOUBLE_EQ(info.calibration.axis_x.value().offset, -1.0);
  EXPECT_DOUBLE_EQ(info.calibration.time_step_s.value(), 0.5);
}

TEST_F(Emd, OtherFilesOfHdf5AreRefusedWithWhatTheyHold) {
  {
    storage::Hdf5Writer file(folder_ / "a.emd");
    file.create_group("/entry");
    file.close();
  }
  EXPECT_NE(complaint().find("it has entry"), std::string::npos) << complaint();
  {
    storage::Hdf5Writer file(folder_ / "a.emd");
    file.create_group("/Data");
    file.create_group("/Data/Image");
    file.create_group("/Data/SpectrumStream");
    file.close();
  }
  EXPECT_NE(complaint().find("SpectrumStream"), std::string::npos) << complaint();
}

TEST_F(Emd, VeloxNamesByDisplayOrDetectorNumber) {
  write_velox(folder_ / "a.emd",
              {{.id = "a", .metadata = R"({"BinaryResult": {"DetectorIndex": "3"},
                "Detectors": {"Detector-3": {"DetectorName": "Ceta", "ExposureTime": "0.5"}}})"}});
  EXPECT_EQ(open()->info().signal, "Ceta");
  EXPECT_DOUBLE_EQ(open()->info().acquisition.exposure_s.value(), 0.5);
  EXPECT_DOUBLE_EQ(open()->info().calibration.time_step_s.value(), 0.5);
}

TEST_F(Emd, BerkeleyStepsAreMeans) {
  testing::write_berkeley(folder_ / "a.emd",
                          {{.shape = {4, 3, 4}, .times_s = {0, 0.04, 0.1, 0.5}}});
  EXPECT_DOUBLE_EQ(open()->info().calibration.time_step_s.value(), 0.5 / 3.0);
  EXPECT_EQ(open()->info().warnings.size(), 1U);
  testing::write_berkeley(folder_ / "a.emd", {{.shape = {1, 3, 4}, .times_s = {7.0}}});
  EXPECT_FALSE(open()->info().calibration.time_step_s.has_value());
}

// HyperSpy's files are packed in chunks of some frames; every frame is the same in any order.
TEST_F(Emd, PackedChunksGiveEveryFrame) {
  for (const std::vector<std::uint64_t>& chunk :
       {std::vector<std::uint64_t>{1, 1, 3, 4}, {2, 3, 2, 2}, {1, 2, 3, 4}, {5, 7, 3, 4}}) {
    testing::write_packed_hspy(folder_ / "a.emd", {5, 7, 3, 4}, chunk);
    const auto reader = open();
    ASSERT_EQ(reader->info().frames, 35U);
    for (std::size_t i = 0; i < 35; ++i) {
      const std::size_t f = i * 11 % 35;
      const Image image = to_image(reader->read(f));
      for (std::size_t k = 0; k < 12; ++k) {
        ASSERT_EQ(image(k % 4, k / 4), static_cast<double>(12 * f + k)) << "frame " << f;
      }
    }
  }
}

TEST_F(Emd, OlderLayoutsOfHyperSpy) {
  {
    storage::Hdf5Writer file(folder_ / "a.emd");
    for (const char* group :
         {"/Experiments", "/Experiments/s", "/Experiments/s/_list_2_axes",
          "/Experiments/s/mapped_parameters", "/Experiments/s/mapped_parameters/TEM"}) {
      file.create_group(group);
    }
    file.set("/Experiments/s/mapped_parameters/TEM", "beam_energy", 200.0);
    file.set("/Experiments/s/mapped_parameters/TEM", "exposure", 0.5);
    for (const char* axis : {"/Experiments/s/_list_2_axes/0", "/Experiments/s/_list_2_axes/1"}) {
      file.create_group(axis);
      file.set(axis, "scale", 0.25);
      file.set(axis, "offset", 0.0);
      file.set(axis, "units", "nm");
      file.set_flag(axis, "navigate", false);
    }
    file.create_dataset("/Experiments/s/data", Hdf5Type::uint8, std::vector<std::uint64_t>{2, 2});
    file.close();
  }
  const auto info = open()->info();
  EXPECT_DOUBLE_EQ(info.calibration.pixel_size_x_angstrom.value(), 2.5);
  EXPECT_DOUBLE_EQ(info.acquisition.voltage_kv.value(), 200.0);
  EXPECT_DOUBLE_EQ(info.acquisition.exposure_s.value(), 0.5);
}

TEST_F(Emd, ACutFileIsRefused) { testing::expect_safe_when_cut(testing::berkeley_bytes()); }

}  // namespace
}  // namespace adatom::image
