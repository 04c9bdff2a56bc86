// Real DM3, DM4, EMD, MRC and SER files against what HyperSpy and ncempy read from them. Where
// those two are wrong or give no image, the exception is named here and argued in the module's
// README.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "adatom/storage/files.h"
#include "external_data.h"
#include "io/calibration_rules.h"
#include "support/sha256_of.h"

namespace adatom::image {
namespace {

using nlohmann::json;

// One signal as a reference reader gives it.
struct Expected {
  std::string dtype;  // "[..." for records of colours
  std::vector<std::size_t> shape;
  std::string sha256;
  std::optional<Axis> x;
  std::optional<Axis> y;
};

Axis axis_of(const json& axis) {
  return {axis.at("scale").get<double>(), axis.at("offset").get<double>(),
          axis.at("units").get<std::string>()};
}

Expected from_hyperspy(const json& signal) {
  Expected out{signal.at("dtype").get<std::string>(),
               signal.at("shape").get<std::vector<std::size_t>>(),
               signal.value("sha256", ""),
               {},
               {}};
  const json& axes = signal.at("axes");
  if (axes.size() >= 2) {
    out.x = axis_of(axes[axes.size() - 1]);
    out.y = axis_of(axes[axes.size() - 2]);
  }
  return out;
}

Expected from_ncempy(const json& signal) {
  Expected out{signal.at("dtype"), signal.at("shape"), signal.at("sha256"), {}, {}};
  const auto sizes = signal.at("pixelSize").get<std::vector<double>>();
  std::vector<std::string> units(sizes.size(), "");
  if (signal.contains("pixelUnit")) units = signal.at("pixelUnit").get<std::vector<std::string>>();
  out.x = Axis{sizes[sizes.size() - 1], 0.0, units[sizes.size() - 1]};
  out.y = Axis{sizes[sizes.size() - 2], 0.0, units[sizes.size() - 2]};
  return out;
}

bool has_no_image(const Expected& signal) {
  return signal.shape.size() == 1 || signal.dtype.starts_with("complex");
}

// Both as angstrom or 1/angstrom, or as they are.
void expect_scale(const std::optional<Axis>& found, const Axis& wanted) {
  ASSERT_TRUE(found.has_value());
  const auto factor = [](const std::string& unit) {
    const auto length = angstrom_per(unit);
    return length ? *length : reciprocal_angstrom_per(unit).value_or(1.0);
  };
  EXPECT_EQ(angstrom_per(found->unit).has_value(), angstrom_per(wanted.unit).has_value());
  // The readers multiply by powers of ten in another order.
  EXPECT_NEAR(found->scale * factor(found->unit) / (wanted.scale * factor(wanted.unit)), 1.0,
              1e-12);
}

void expect_offset(const Axis& found, const Axis& wanted) {
  const auto factor = [](const std::string& unit) {
    const auto length = angstrom_per(unit);
    return length ? *length : reciprocal_angstrom_per(unit).value_or(1.0);
  };
  EXPECT_NEAR(found.offset * factor(found.unit), wanted.offset * factor(wanted.unit),
              1e-12 * std::abs(wanted.offset * factor(wanted.unit)));
}

class Vendor : public ::testing::Test {
 protected:
  void check(const std::string& name, const Expected& wanted, const std::string& signal) {
    const auto reader = open_series(folder_ / name, {.signal = signal});
    const auto& info = reader->info();
    const std::size_t rank = wanted.shape.size();
    EXPECT_EQ(info.width, wanted.shape[rank - 1]);
    EXPECT_EQ(info.height, wanted.shape[rank - 2]);
    EXPECT_EQ(info.frames, rank == 3 ? wanted.shape[0] : 1U);
    if (wanted.dtype.starts_with("[")) return;  // read as grey: no array to compare
    const bool velox = info.format == "EMD (Velox)";
    if (!velox) {
      EXPECT_EQ(name_of(info.type), wanted.dtype);
    }
    // Velox: the reference converts to double what the file holds as integer or float.
    EXPECT_EQ(testing::sha256_of(*reader, velox ? PixelType::float64 : info.type), wanted.sha256);
    compare_scale(name, info, wanted);
  }

 private:
  static void compare_scale(const std::string& name, const SeriesInfo& info,
                            const Expected& wanted) {
    if (!wanted.x || !wanted.y) return;
    if (unscaled_.contains(name)) {
      EXPECT_FALSE(info.calibration.axis_x.has_value());
      return;
    }
    expect_scale(info.calibration.axis_x, *wanted.x);
    expect_scale(info.calibration.axis_y, *wanted.y);
    if (offset_in_another_unit_.contains(name) || info.format == "MRC") return;
    expect_offset(*info.calibration.axis_x, *wanted.x);
    expect_offset(*info.calibration.axis_y, *wanted.y);
  }

 protected:
  std::filesystem::path folder_ = adatom::testing::external_data();
  // A cell of -10 for each pixel means none.
  inline static const std::set<std::string> unscaled_ = {"vendor/mrc/20241021_00405_movie.mrc",
                                                         "vendor/mrc/Custom_movie.mrc"};
  // HyperSpy turns scale and offset into handy units one by one, and gives the scale's unit to
  // both.
  inline static const std::set<std::string> offset_in_another_unit_ = {
      "vendor/emd/velox_ceta_imaging.emd", "vendor/emd/fei_example_tem_stack.emd"};
};

TEST_F(Vendor, FilesAgreeWithEstablishedReaders) {
  ADATOM_REQUIRE_EXTERNAL(folder_ / "vendor/reference_values.json");
  const json references = json::parse(storage::read_file(folder_ / "vendor/reference_values.json"));
  std::size_t images = 0;
  std::size_t refused = 0;
  for (const auto& [name, readers] : references.items()) {
    const bool ours = name.starts_with("vendor/dm") || name.starts_with("vendor/emd") ||
                      name.starts_with("vendor/mrc") || name.starts_with("vendor/ser");
    if (!ours || name.ends_with(".npy")) continue;
    SCOPED_TRACE(name);
    std::vector<Expected> wanted;
    if (readers.contains("hyperspy") && readers["hyperspy"].is_array()) {
      for (const json& signal : readers["hyperspy"]) wanted.push_back(from_hyperspy(signal));
    }
    // 200 frames declared, 5 recorded: HyperSpy gives 195 frames of zeros. MRC cells are in
    // angstrom: HyperSpy reads ten of them as a nanometre the wrong way round.
    const bool only_ncempy = wanted.empty() || name == "vendor/ser/scanning_preview_1.ser" ||
                             name == "vendor/mrc/temp.mrc";
    if (only_ncempy && readers.contains("ncempy") && readers["ncempy"].is_object()) {
      wanted = {from_ncempy(readers["ncempy"])};
      const char* unit = name.starts_with("vendor/mrc") ? "A" : "m";
      wanted[0].x->unit = wanted[0].y->unit = unit;
    }
    // Scale in 1/m, which neither reader sees.
    if (name == "vendor/ser/128x128x5-diffraction_preview_1.ser") {
      for (auto* axis : {&wanted[0].x, &wanted[0].y}) {
        *axis = Axis{42464134.612716675, -2717704615.2139454, "1/m"};
      }
    }
    // HyperSpy leaves the offset in metres beside a scale in nm.
    if (name.starts_with("vendor/ser") && wanted[0].x->unit == "nm") {
      for (auto* axis : {&wanted[0].x, &wanted[0].y}) (*axis)->offset *= 1e9;
    }
    if (name == "vendor/ser/scanning_preview_1.ser") {
      for (auto* axis : {&wanted[0].x, &wanted[0].y}) (*axis)->offset = -2.4598559200891207e-08;
    }
    ASSERT_FALSE(wanted.empty());
    if (wanted.size() == 1 && has_no_image(wanted[0])) {
      EXPECT_THROW((void)open_series(folder_ / name), InputError);
      ++refused;
      continue;
    }
    const auto signals = open_series(folder_ / name)->info().signals;
    if (wanted.size() > 1) {
      ASSERT_EQ(signals.size(), wanted.size());
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::string signal = wanted.size() > 1 ? signals[i] : "";
      SCOPED_TRACE(signal);
      if (has_no_image(wanted[i])) {
        EXPECT_THROW((void)open_series(folder_ / name, {.signal = signal}), InputError);
        ++refused;
      } else {
        check(name, wanted[i], signal);
        ++images;
      }
    }
  }
  // 33 DM, 7 EMD with 9 signals in one of them, 4 MRC and 6 SER files; a spectrum, two complex.
  EXPECT_EQ(images + refused, 58U);
  EXPECT_EQ(refused, 3U);
}

}  // namespace
}  // namespace adatom::image
