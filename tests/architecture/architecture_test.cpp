// The floors of the house, read from the sources; and that the reading itself finds mistakes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "rules.h"

namespace adatom::architecture {
namespace {

namespace fs = std::filesystem;

const fs::path root = ADATOM_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool is_code(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cpp";
}

Part part_of(const fs::path& relative) {
  const std::string top = relative.begin()->string();
  if (top == "include") return Part::public_header;
  return top == "src" ? Part::source : Part::test;
}

TEST(Architecture, NoUpwardOrSidewaysIncludes) {
  const auto modules = find_modules(root);
  ASSERT_GE(modules.size(), 5U);
  std::size_t files = 0;
  for (const auto& [name, module] : modules) {
    const fs::path folder = name == "pipeline" ? root / name : root / "modules" / name;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || !is_code(entry.path())) continue;
      ++files;
      const auto part = part_of(fs::relative(entry.path(), folder));
      for (const auto& problem : check_includes(modules, name, part, read(entry.path()))) {
        ADD_FAILURE() << entry.path() << ": " << problem;
      }
    }
  }
  EXPECT_GT(files, 20U);
}

TEST(Architecture, EveryModuleHasItsReadme) {
  for (const auto& [name, module] : find_modules(root)) {
    const fs::path folder = name == "pipeline" ? root / name : root / "modules" / name;
    EXPECT_TRUE(fs::exists(folder / "README.md")) << name;
  }
}

TEST(Architecture, NoFileIsTooLong) {
  for (const char* top : {"modules", "pipeline", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !is_code(entry.path())) continue;
      const std::string text = read(entry.path());
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 600) << entry.path();
    }
  }
}

TEST(Rules, FindPlantedMistakes) {
  const std::map<std::string, Module> modules = {
      {"base", {0, {}}}, {"low", {1, {"base"}}}, {"side", {1, {"base"}}}, {"high", {2, {"low"}}}};
  const auto problems = [&](const std::string& module, Part part, const std::string& text) {
    return check_includes(modules, module, part, text).size();
  };
  EXPECT_EQ(problems("low", Part::source, "#include \"adatom/base/a.h\"\n"), 0U);
  EXPECT_EQ(problems("low", Part::source, "#include \"adatom/high/a.h\"\n"), 1U);
  EXPECT_EQ(problems("low", Part::source, "#include \"adatom/side/a.h\"\n"), 1U);
  EXPECT_EQ(problems("low", Part::source, "#include \"adatom/none/a.h\"\n"), 1U);
  EXPECT_EQ(problems("high", Part::source, "#include \"adatom/side/a.h\"\n"), 1U);
  EXPECT_EQ(problems("high", Part::test, "#include \"adatom/side/a.h\"\n"), 0U);
  EXPECT_EQ(problems("low", Part::source, "#include \"../../side/a.h\"\n"), 1U);
  EXPECT_EQ(problems("low", Part::public_header, "#include <fftw3.h>\n"), 1U);
  EXPECT_EQ(problems("low", Part::public_header, "#include <Eigen/Core>\n#include <vector>\n"), 0U);
  EXPECT_EQ(problems("low", Part::source, "#include <fftw3.h>\n"), 0U);
}

TEST(Rules, ReadTheModuleCall) {
  const auto [name, module] =
      parse_module("# adatom_module(no)\nadatom_module(x FLOOR 3\n  DEPENDS a b PRIVATE_LIBS c)");
  EXPECT_EQ(name, "x");
  EXPECT_EQ(module.floor, 3);
  EXPECT_EQ(module.depends, (std::set<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace adatom::architecture
