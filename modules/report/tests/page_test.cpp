#include "adatom/report/page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/demo.h"

namespace adatom::report {
namespace {

TEST(Page, Demo) {
  const auto frames = testing::make_demo_frames(5, 256);
  const std::string html = testing::demo_page(frames);
  if (const char* folder = std::getenv("ADATOM_REPORT_DEMO")) {
    std::ofstream(std::filesystem::path(folder) / "report.html") << html;
    for (const auto& [name, figure] : testing::demo_figures(frames)) {
      std::ofstream(std::filesystem::path(folder) / (name + ".svg")) << svg_file(figure);
    }
  }
  EXPECT_LT(html.size(), 10'000'000U);
}

}  // namespace
}  // namespace adatom::report
