#include "adatom/report/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/report/page.h"
#include "support/particle.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::named;
using testing::parse_xml;

/// A particle coloured by its neighbours and by its distance from the middle, whole and less one
/// layer.
Model demo_model() {
  Model model{.title = "Particle",
              .colourings = {{.name = "neighbours", .kinds = coordination_kinds()},
                             value_colouring("distance", "Å", {0.0, 16.0})},
              .frame_name = "State"};
  for (const int cube : {6, 4}) {
    const auto particle = testing::make_octahedron(10, cube, 4.08);
    ModelFrame frame{.label = cube == 6 ? "at the start" : "later",
                     .x_angstrom = particle.x,
                     .y_angstrom = particle.y,
                     .z_angstrom = particle.z,
                     .radius_angstrom = particle.radius,
                     .kinds = {particle.kind, {}}};
    for (std::size_t i = 0; i < particle.x.size(); ++i) {
      const double distance = std::hypot(particle.x[i], particle.y[i], particle.z[i]);
      frame.kinds[1].push_back(value_kind(model.colourings[1], distance));
    }
    model.frames.push_back(std::move(frame));
  }
  return model;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

/// What stands between two texts, the first time.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

std::vector<unsigned> base64_bytes(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned> bytes;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6U | static_cast<std::uint32_t>(letters.find(c));
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes.push_back(bits >> static_cast<unsigned>(have) & 0xffU);
  }
  return bytes;
}

// With ADATOM_REPORT_DEMO set to a folder, the page is left there to be looked at.
TEST(Model, OfAPageIsWholeAndStandsOnce) {
  const auto make = [] {
    Page page("Models");
    page.model(demo_model(), "Atoms.");
    return page.html();
  };
  const std::string html = make();
  const char* folder = std::getenv("ADATOM_REPORT_DEMO");
  if (folder != nullptr && *folder != '\0') {
    std::ofstream(std::filesystem::path(folder) / "model.html") << html;
  }
  EXPECT_EQ(html, make());
  const auto elements = parse_xml(html);  // well formed, scripts included
  // Data, the page's own script, three.js, the viewer.
  EXPECT_EQ(named(elements, "script").size(), 4U);
  EXPECT_EQ(count_of(html, "</script>"), 4U);
  EXPECT_EQ(count_of(html, "class=\"model-data\""), 1U);
  EXPECT_EQ(count_of(html, "THE SOFTWARE IS PROVIDED \"AS IS\""), 1U);
  EXPECT_GE(named(elements, "svg").size(), 1U);  // the still picture
  for (const auto& element : elements) {
    EXPECT_EQ(element.attributes.count("src"), 0U);
  }
  EXPECT_LT(html.size(), 1'200'000U);
  // Two models share one viewer; a page without any has none.
  Page two("p");
  two.model(demo_model(), "One.");
  two.model(demo_model(), "Two.");
  EXPECT_EQ(count_of(two.html(), "THE SOFTWARE IS PROVIDED"), 1U);
  EXPECT_EQ(count_of(two.html(), "class=\"model-data\""), 2U);
  EXPECT_LT(Page("p").html().size(), 20'000U);
}

TEST(Model, HoldsThePlacesAndKindsOfItsAtoms) {
  Model model{.colourings = {{.name = "k", .kinds = {{"a", {1, 2, 3}}, {"b", {4, 5, 6}}}}},
              .frames = {{.label = "f",
                          .x_angstrom = {-10.0, 30.0, std::nan("")},
                          .y_angstrom = {0.0, 1.0, 0.0},
                          .z_angstrom = {0.0, 2.0, 0.0},
                          .radius_angstrom = {1.5, 1.25, 1.0},
                          .kinds = {{1, 0, 1}}}}};
  Page page("p");
  page.model(model, "c");
  const std::string html = page.html();
  const double step = std::stod(between(html, "\"step\":", ","));
  EXPECT_LT(step, 1e-3);
  const auto bytes = base64_bytes(between(html, "\"xyz\":\"", "\""));
  ASSERT_EQ(bytes.size(), 12U);  // the third atom is nowhere
  const double middle[3] = {10.0, 0.5, 1.0};
  const double expected[6] = {-10.0, 0.0, 0.0, 30.0, 1.0, 2.0};
  for (std::size_t k = 0; k < 6; ++k) {
    const auto value = static_cast<std::int16_t>(bytes[2 * k] | bytes[2 * k + 1] << 8U);
    // Rounded to whole steps.
    EXPECT_NEAR(value * step + middle[k % 3], expected[k], 0.51 * step) << k;
  }
  EXPECT_EQ(base64_bytes(between(html, "\"radii\":\"", "\"")),
            (std::vector<unsigned>{1500 & 255, 1500 >> 8, 1250 & 255, 1250 >> 8}));
  EXPECT_EQ(base64_bytes(between(html, "\"kinds\":[\"", "\"")), (std::vector<unsigned>{1, 0}));
  EXPECT_NE(html.find("\"atom\":[1,2]"), std::string::npos);
  EXPECT_NE(html.find("[\"b\",\"#040506\"]"), std::string::npos);
}

TEST(Model, CannotBreakOutOfItsScript) {
  const std::string evil = "</script><script>alert('\\x & \"y\"')//\n]]>\xff";
  Model model = demo_model();
  model.title = evil;
  model.frame_name = evil;
  model.frames[0].label = evil;
  model.colourings[0].name = evil;
  model.colourings[0].kinds[0].label = evil;
  Page page("p");
  page.model(model, evil);
  const std::string html = page.html();
  EXPECT_EQ(named(parse_xml(html), "script").size(), 4U);
  EXPECT_EQ(count_of(html, "</script>"), 4U);
  EXPECT_NE(html.find("\\u003c/script\\u003e\\u003cscript\\u003ealert(\\u0027\\\\x \\u0026"),
            std::string::npos);
}

TEST(Model, KeepsToItsBytes) {
  Model model = demo_model();
  const ModelFrame frame = model.frames.front();
  model.frames.assign(40, frame);
  model.max_bytes = 200'000;
  Page page("p");
  page.model(model, "Frames.");
  EXPECT_LT(page.html().size(), 1'400'000U);
  EXPECT_NE(page.html().find("of 40 are shown here"), std::string::npos);
  model.max_bytes = 1;
  Page least("p");
  least.model(model, "Frames.");
  EXPECT_NE(least.html().find("1 of 40"), std::string::npos);
}

TEST(Model, ColoursQuantitiesInSteps) {
  const auto colouring = value_colouring("q", "", {-1.0, 1.0});
  ASSERT_EQ(colouring.kinds.size(), 64U);
  EXPECT_EQ(value_kind(colouring, -5.0), 0U);
  EXPECT_EQ(value_kind(colouring, -1.0), 0U);
  EXPECT_EQ(value_kind(colouring, 0.01), 32U);
  EXPECT_EQ(value_kind(colouring, 1.0), 63U);
  EXPECT_EQ(value_kind(colouring, std::nan("")), 0U);
  EXPECT_EQ(value_kind(value_colouring("q", "", {1.0, 1.0}), 1.0), 0U);
  EXPECT_EQ(colouring.kinds.front().colour, colour_at(colour_table(ColourMap::viridis), 0.0));
  // The still picture of such a colouring has six steps with their ranges.
  Model model = demo_model();
  std::swap(model.colourings[0], model.colourings[1]);
  for (auto& frame : model.frames) std::swap(frame.kinds[0], frame.kinds[1]);
  EXPECT_NE(draw_model_still(model).svg.find("2.7 to 5.3"), std::string::npos);
}

TEST(Model, SaysWhatIsWrong) {
  EXPECT_THROW(require_whole_model({}), InputError);
  Model model = demo_model();
  require_whole_model(model);
  model.frames[1].kinds[1].pop_back();
  EXPECT_THROW(require_whole_model(model), InputError);
  model = demo_model();
  model.frames[0].kinds[0][3] = 99;
  EXPECT_THROW((void)draw_model_still(model), InputError);
  model = demo_model();
  model.colourings[0].kinds.resize(257);
  EXPECT_THROW(require_whole_model(model), InputError);
}

}  // namespace
}  // namespace adatom::report
