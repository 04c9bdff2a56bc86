// The libraries of cross-sections that ship with the program.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "adatom/crystal/debye_waller.h"
#include "adatom/report/figure_curve.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(ADATOM_SOURCE_DIR) / "data" / "scs";

struct Metal {
  const char* symbol;
  const char* file;
  double one_atom;  ///< 300 kV, 20 mrad, 40-160 mrad: of a converged calculation by others
};
constexpr Metal metals[] = {
    {"Au", "au", 0.019683}, {"Pt", "pt", 0.019391}, {"Ag", "ag", 0.009244}, {"Cu", "cu", 0.004278}};

simulate::AngularLibrary read(const Metal& metal, const char* axis, int temperature) {
  return simulate::read_angular_library(folder /
                                        fmt::format("{}_{}_{}k.h5", metal.file, axis, temperature));
}

TEST(ShippedLibraries, AreWhatTheirNamesSay) {
  for (const Metal& metal : metals) {
    for (const char* axis : {"110", "100"}) {
      for (const int temperature : {300, 673}) {
        const auto library = read(metal, axis, temperature);
        const auto& conditions = library.conditions;
        const std::string name = fmt::format("{} {} {}", metal.symbol, axis, temperature);
        EXPECT_EQ(conditions.element, metal.symbol) << name;
        EXPECT_EQ(conditions.zone_axis, axis) << name;
        EXPECT_EQ(conditions.temperature_k, temperature) << name;
        EXPECT_EQ(conditions.rms_displacement_angstrom,
                  crystal::rms_displacement_angstrom(metal.symbol, temperature))
            << name;
        EXPECT_EQ(conditions.voltage_kv, 300.0) << name;
        EXPECT_EQ(conditions.aperture_mrad, 20.0) << name;
        EXPECT_EQ(library.atoms, 30) << name;
        EXPECT_EQ(library.largest_mrad(), 240.0) << name;
      }
    }
  }
}

// A single atom scatters the same whatever the axis and the temperature; more atoms scatter more;
// the errors are those the README of data states.
TEST(ShippedLibraries, HoldTheirYardsticks) {
  for (const Metal& metal : metals) {
    for (const char* axis : {"110", "100"}) {
      for (const int temperature : {300, 673}) {
        const auto values = scs_on_detector(read(metal, axis, temperature), 40.0, 160.0);
        const std::string name = fmt::format("{} {} {}", metal.symbol, axis, temperature);
        // 0.3 % of the value and two of its standard errors.
        EXPECT_NEAR(values[0].scs_angstrom2, metal.one_atom,
                    0.003 * metal.one_atom + 2.0 * values[0].stderr_angstrom2)
            << name;
        for (std::size_t n = 0; n < values.size(); ++n) {
          EXPECT_LT(values[n].stderr_angstrom2, 0.01 * values[n].scs_angstrom2) << name << ' ' << n;
          if (n > 0) {
            EXPECT_GT(values[n].scs_angstrom2, values[n - 1].scs_angstrom2) << name;
          }
        }
      }
    }
  }
}

// The figure in data/README.md is drawn from the files. To draw it anew, remove it and run this.
TEST(ShippedLibraries, AreDrawnInTheReadme) {
  std::vector<report::Curve> curves;
  for (const Metal& metal : metals) {
    report::Curve curve{.label = metal.symbol};
    for (const auto& value : scs_on_detector(read(metal, "110", 300), 40.0, 160.0)) {
      curve.x.push_back(static_cast<double>(curve.x.size() + 1));
      curve.y.push_back(value.scs_angstrom2);
      curve.y_error.push_back(value.stderr_angstrom2);
    }
    curves.push_back(std::move(curve));
  }
  const std::string drawn = report::svg_file(
      report::draw_curves(curves, {.title = "Columns along [110], 300 K, 300 kV, 40\u2013160 mrad",
                                   .x_label = "atoms in the column",
                                   .y_label = "scattering cross-section (\u00c5\u00b2)",
                                   .x_kind = report::AxisKind::integer}));
  const fs::path figure = folder / "libraries.svg";
  if (!fs::exists(figure)) storage::write_file(figure, drawn);
  EXPECT_EQ(storage::read_file(figure), drawn);
}

}  // namespace
}  // namespace adatom::pipeline
