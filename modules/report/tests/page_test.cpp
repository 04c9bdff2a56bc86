#include "adatom/report/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/demo.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;

std::vector<Element> of_class(const std::vector<Element>& elements, const std::string& name) {
  std::vector<Element> out;
  for (const Element& element : elements) {
    const auto found = element.attributes.find("class");
    if (found != element.attributes.end() && found->second == name) out.push_back(element);
  }
  return out;
}

// With ADATOM_REPORT_DEMO set to a folder, the page and figures are left there to be looked at.
TEST(Page, OfAWholeRunIsSelfContainedAndSmall) {
  const auto frames = testing::make_demo_frames(10, 256);
  const std::string html = testing::demo_page(frames);
  const char* folder = std::getenv("ADATOM_REPORT_DEMO");
  if (folder != nullptr && *folder != '\0') {
    std::ofstream(std::filesystem::path(folder) / "report.html") << html;
    for (const auto& [name, figure] : testing::demo_figures(frames)) {
      std::ofstream(std::filesystem::path(folder) / (name + ".svg")) << svg_file(figure);
    }
  }
  EXPECT_LT(html.size(), 10'000'000U);
  EXPECT_EQ(html, testing::demo_page(frames));
  const auto elements = parse_xml(html);
  for (const Element& element : elements) {
    for (const char* key : {"src", "href"}) {
      const auto link = element.attributes.find(key);
      if (link == element.attributes.end()) continue;
      const bool inside = link->second.starts_with("data:") || link->second.starts_with("#");
      EXPECT_TRUE(inside) << link->second.substr(0, 80);
    }
    for (const auto& [key, value] : element.attributes) {
      EXPECT_FALSE(key.starts_with("on")) << key;
      if (key != "xmlns") {
        EXPECT_EQ(value.find("http"), std::string::npos) << key;
      }
    }
  }
  EXPECT_EQ(html.find("@import"), std::string::npos);
  EXPECT_EQ(html.find("url("), std::string::npos);
  // Every link of the contents leads somewhere; no id occurs twice.
  std::vector<std::string> ids;
  for (const Element& element : elements) {
    const auto id = element.attributes.find("id");
    if (id != element.attributes.end()) ids.push_back(id->second);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  for (const Element& link : named(elements, "a")) {
    EXPECT_TRUE(std::binary_search(ids.begin(), ids.end(), link.attributes.at("href").substr(1)));
  }
}

TEST(Page, EscapesAllText) {
  const std::string evil = "<script>alert('x & \"y\"')</script>";
  Page page(evil, evil);
  page.section(evil);
  page.paragraph(evil);
  const std::vector<std::string> warnings = {evil};
  page.warnings(warnings);
  const std::vector<Fact> facts = {{evil, evil}};
  page.key_numbers(facts);
  page.facts(facts, Fold::closed);
  page.verbatim(evil, evil);
  page.table({evil, {{evil, evil}}, {{evil}}});
  page.table({evil, {{evil, evil}}, {{evil}}}, Fold::closed);
  const Figure figure{.svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", .summary = "s"};
  page.figure(figure, evil);
  const std::vector<SliderStep> steps = {{evil, {figure}}, {evil, {figure}}};
  page.slider(steps, {.name = evil, .caption = evil});
  const auto elements = parse_xml(page.html());
  EXPECT_EQ(named(elements, "script").size(), 1U);  // the page's own
  for (const char* name : {"h1", "h2", "title", "li", "pre", "td", "summary"}) {
    const auto found = named(elements, name);
    const bool shown = std::any_of(found.begin(), found.end(), [&](const Element& element) {
      return element.text.find(evil) != std::string::npos;
    });
    EXPECT_TRUE(shown || std::string(name) == "li") << name;
  }
}

TEST(Page, SliderShowsOneStepAndCountsThem) {
  const Figure figure{.svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", .summary = "s"};
  std::vector<SliderStep> steps;
  for (int i = 0; i < 120; ++i) steps.push_back({"frame " + std::to_string(i), {figure, figure}});
  Page page("p");
  page.slider(steps, {.caption = "Frames."});
  const std::string html = page.html();
  const auto elements = parse_xml(html);
  const auto shown = of_class(elements, "step");
  ASSERT_EQ(shown.size(), 50U);
  EXPECT_EQ(shown.front().attributes.at("data-label"), "frame 0");
  EXPECT_EQ(shown.back().attributes.at("data-label"), "frame 119");
  EXPECT_EQ(std::count_if(shown.begin(), shown.end(),
                          [](const Element& e) { return e.attributes.count("hidden") == 0; }),
            1);
  EXPECT_DOUBLE_EQ(named(elements, "input").at(0).number("max"), 49.0);
  EXPECT_NE(html.find("50 of 120 are shown here"), std::string::npos);
}

TEST(Page, SliderKeepsToItsBytes) {
  const Figure figure{
      .svg = "<svg xmlns=\"http://www.w3.org/2000/svg\">" + std::string(1000, ' ') + "</svg>",
      .summary = "s"};
  std::vector<SliderStep> steps(20, {"frame", {figure, figure, figure}});
  Page page("p");
  page.slider(steps, {.caption = "Frames.", .max_bytes = 10'000});
  EXPECT_LT(page.html().size(), 25'000U);
  EXPECT_NE(page.html().find("of 20 are shown here"), std::string::npos);
  Page least("p");
  least.slider(steps, {.max_bytes = 1});
  EXPECT_NE(least.html().find("1 of 20"), std::string::npos);
}

TEST(Page, AVideoIsWithinThePage) {
  Page page("t");
  page.video("Man", "a <film>");  // base64 as in RFC 4648: TWFu
  const std::string html = page.html();
  EXPECT_NE(html.find("src=\"data:video/mp4;base64,TWFu\"></video>"), std::string::npos);
  EXPECT_NE(html.find("<strong>Figure 1.</strong> a &lt;film&gt;"), std::string::npos);
}

TEST(Page, ALargeVideoStandsBesideThePage) {
  Page page("t");
  page.video_beside("films/a b.mp4", "c");
  page.link("a&\"b/report.html", "one <run>");
  const std::string html = page.html();
  EXPECT_NE(html.find("src=\"films/a%20b.mp4\"></video>"), std::string::npos);
  EXPECT_NE(html.find("<a href=\"a%26%22b/report.html\">one &lt;run&gt;</a>"), std::string::npos);
}

TEST(Page, TablesFillShortRows) {
  Page page("p");
  page.table({"t", {{"a", "Å", Align::left}, {"b"}}, {{"1", "2"}, {"3"}}});
  const auto cells = named(parse_xml(page.html()), "td");
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_EQ(cells[3].text, "");
  EXPECT_EQ(cells[0].attributes.count("class"), 0U);
  EXPECT_EQ(cells[1].attributes.at("class"), "right");
}

TEST(Page, SaysThatThereAreNoWarnings) {
  Page page("p");
  page.warnings({});
  EXPECT_NE(page.html().find("No warnings."), std::string::npos);
}

TEST(SpreadSteps, AreEvenAndKeepTheEnds) {
  EXPECT_EQ(spread_steps(10, 20).size(), 10U);
  EXPECT_EQ(spread_steps(9, 5), (std::vector<std::size_t>{0, 2, 4, 6, 8}));
  EXPECT_EQ(spread_steps(100, 2), (std::vector<std::size_t>{0, 99}));
  EXPECT_EQ(spread_steps(100, 1), (std::vector<std::size_t>{0}));
  EXPECT_TRUE(spread_steps(0, 5).empty());
  const auto steps = spread_steps(1000, 37);
  ASSERT_EQ(steps.size(), 37U);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    // 999 / 36 = 27.75
    EXPECT_GE(steps[i] - steps[i - 1], 27U);
    EXPECT_LE(steps[i] - steps[i - 1], 28U);
  }
}

}  // namespace
}  // namespace adatom::report
