// Real TIFF files against tifffile 2023.2.28 (pixels: SHA-256 of the array's bytes, little-endian,
// C order) and against the scales their tags state.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "adatom/image/load.h"
#include "adatom/image/reader.h"
#include "external_data.h"
#include "support/sha256_of.h"

namespace adatom::image {
namespace {

struct Expected {
  std::string path;
  PixelType type;
  std::size_t width;
  std::size_t height;
  std::size_t frames;
  std::string sha256;
  std::optional<double> x_angstrom;
  std::optional<double> y_angstrom;
  std::optional<double> time_step_s;
};

const std::optional<double> none;

const std::vector<Expected> expected = {
    // 93 dots per inch: a printer's.
    {"vendor/tiff/JEOL-SightX-SAED-dummy.tif", PixelType::uint16, 556, 556, 1,
     "7f76386ddc9a91833b37d710cb5ffc29852ccc37567065fd00d6cac04e11126c", none, none, none},
    {"vendor/tiff/optical_Zeiss_AxioVision_BW.tif", PixelType::uint8, 13, 10, 1,
     "abf30c970d2081dea49c4cac5866bdeb6d2354dea9bc2196f28548609834e865", none, none, none},
    // DigitalMicrograph: 0.16867469251155853 um.
    {"vendor/tiff/test_loading_image_saved_with_DM.tif", PixelType::int32, 68, 68, 1,
     "4070ab174269b258921b736d1a8c257cf67ceeca9324106a690a83c5e340ba20", 1686.7469251155853,
     1686.7469251155853, none},
    {"vendor/tiff/test_loading_image_saved_with_DM_stack.tif", PixelType::float32, 68, 68, 2,
     "e8fc707861e8418ac94518130c66632cd78b85da1eb20a15bbb0de12dbf65934", 1686.7400705814362,
     16867.400407791138, 2.5},
    // ImageJ: 5928571/1000000 pixels per micron.
    {"vendor/tiff/test_loading_image_saved_with_imageJ.tif", PixelType::float32, 68, 68, 1,
     "9a82f4d1064472fadaad487ea8c288b5df80183a8e8a4ae4ac5c9b81bd22d1c0", 1686.7471098853332,
     1686.7471098853332, none},
    {"vendor/tiff/test_loading_image_saved_with_imageJ_stack.tif", PixelType::float32, 68, 68, 2,
     "e8fc707861e8418ac94518130c66632cd78b85da1eb20a15bbb0de12dbf65934", 1686.7471098853332,
     1686.7471098853332, none},
    // 4294967295/52012054 pixels per nm.
    {"stem/PtIr/ptir_frame.tif", PixelType::float32, 512, 512, 1,
     "cbd59628c9cffce4ddac914d4758d595afaeaaefec666dc5484713c51aadeb19", 0.12110000013399404,
     0.12110000013399404, none},
    {"diffraction/au_xgrating_20cm.tif", PixelType::float32, 256, 256, 1,
     "f6cb4f59c07547f3709f555935bdc542abde5e2e8095fd5ba74a93a13fcbfa23", none, none, none},
    {"single_atoms/021.tif", PixelType::uint32, 512, 512, 1,
     "28da3348e816b1833afec416f8bebf763cfb401b7ff5a13caba1e2203cb142a5", 0.29296875, 0.29296875,
     none},
    {"single_atoms/045.tif", PixelType::uint32, 512, 512, 1,
     "b7334d883f138297252da85bccf3b46b4be083fa007215b21ce7c2ff4f110b53", 0.29296875, 0.29296875,
     none},
    {"single_atoms/066.tif", PixelType::uint32, 512, 512, 1,
     "66b1539932dc35c6a126b171ffce43c5da397cb7da4288fdf4c84160603e53ba", 0.29296875, 0.29296875,
     none},
    {"single_atoms/078.tif", PixelType::uint32, 512, 512, 1,
     "cc032d2a4b1714710e5cac3bb7e5ae24f440533ecec2748cb5d8b43ea3a5113a", 0.29296875, 0.29296875,
     none}};

void expect_scale(const std::optional<double>& found, const std::optional<double>& wanted) {
  ASSERT_EQ(found.has_value(), wanted.has_value());
  // Both come from the same tags by one division or product.
  if (wanted) {
    EXPECT_NEAR(*found / *wanted, 1.0, 1e-14);
  }
}

TEST(VendorTiff, PixelsAndScalesAgreeWithTifffile) {
  for (const auto& file : expected) {
    const auto path = adatom::testing::external_data() / file.path;
    ADATOM_REQUIRE_EXTERNAL(path);
    SCOPED_TRACE(file.path);
    const auto reader = open_series(path);
    const auto& info = reader->info();
    EXPECT_EQ(info.type, file.type);
    EXPECT_EQ(info.width, file.width);
    EXPECT_EQ(info.height, file.height);
    EXPECT_EQ(info.frames, file.frames);
    EXPECT_EQ(testing::sha256_of(*reader, info.type), file.sha256);
    expect_scale(info.calibration.pixel_size_x_angstrom, file.x_angstrom);
    expect_scale(info.calibration.pixel_size_y_angstrom, file.y_angstrom);
    expect_scale(info.calibration.time_step_s, file.time_step_s);
  }
}

TEST(VendorTiff, JpegColourBecomesGrey) {
  const auto path = adatom::testing::external_data() / "vendor/tiff/olympus_SIS.tif";
  ADATOM_REQUIRE_EXTERNAL(path);
  const auto reader = open_series(path);
  EXPECT_EQ(reader->info().type, PixelType::uint8);
  EXPECT_EQ(reader->info().width, 112u);
  EXPECT_EQ(reader->info().height, 101u);
  EXPECT_EQ(reader->read(0).bytes.size(), 112u * 101u);
  EXPECT_FALSE(reader->info().calibration.pixel_size_x_angstrom.has_value());
}

TEST(VendorTiff, SingleAtomFramesMakeASeries) {
  const auto folder = adatom::testing::external_data() / "single_atoms";
  ADATOM_REQUIRE_EXTERNAL(folder);
  const FrameSeries series({folder / "021.tif", folder / "025.tif", folder / "034.tif"});
  EXPECT_EQ(series.frames(), 3u);
  EXPECT_DOUBLE_EQ(series.pixel_size_angstrom(), 0.29296875);
  // Range as tifffile gives it.
  const auto frame = series.read(1);
  const auto values = frame.image.values();
  EXPECT_EQ(*std::min_element(values.begin(), values.end()), 173090.0);
  EXPECT_EQ(*std::max_element(values.begin(), values.end()), 1716522.0);
}

}  // namespace
}  // namespace adatom::image
