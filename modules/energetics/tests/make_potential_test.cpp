#include "adatom/energetics/make_potential.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/energetics/smatb.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::energetics {
namespace {

std::string message_of(const std::string& spec) {
  try {
    static_cast<void>(make_potential(spec));
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

void expect_message(const std::string& spec, const std::string& part) {
  EXPECT_NE(message_of(spec).find(part), std::string::npos) << spec << ": " << message_of(spec);
}

TEST(MakePotential, TakesTheFirstSetThatHasAllElements) {
  const auto parameters = [](const char* spec) {
    return dynamic_cast<const SmatbPotential&>(*make_potential(spec)).parameters(0, 0);
  };
  EXPECT_EQ(parameters("smatb:Au").p, 10.35);
  EXPECT_EQ(parameters("smatb:Au:cleri-rosato").p, 10.229);
  EXPECT_EQ(parameters("smatb:Pd").p, 10.867);
  EXPECT_EQ(parameters("smatb:Au,Pd").p, 10.229);  // one set for both
}

TEST(MakePotential, SaysWhatCanBeGiven) {
  expect_message("smatb:", "no element is named");
  expect_message("smatb:Qq", "cleri-rosato: Ni Cu Pd");
  expect_message("smatb:Au:nobody", "rapetti: Au Ag");
  expect_message("smatb:Pd:rapetti", "the set rapetti lacks");
  expect_message("smatb:Au,Au", "twice");
  expect_message("smatb:Au:a:b", "colons");
  expect_message("eam:", "no file is named");
  expect_message("eam:absent.eam", "absent.eam");
  expect_message("gold", "eam:FILE");
  expect_message("", "smatb:ELEMENTS");
}

TEST(MakePotential, ReadsParametersOfOnesOwn) {
  const adatom::testing::ScratchFolder folder;
  const auto file = (folder.path() / "mine.csv").string();
  const std::string header =
      "element_a,element_b,p,q,a_ev,xi_ev,r0_angstrom,cutoff_start_angstrom,"
      "cutoff_end_angstrom\n";
  const std::string gold = "Au,Au,10,4,0.2,1.8,2.9,4,5\n";
  const std::string copper = "Cu,Cu,11,2,0.1,1.3,2.6,3.6,4.4\n";
  const auto write = [&](const std::string& text) { storage::write_file(file, text); };
  write(header + gold + copper + "Cu,Au,12,3,0.15,1.5,2.7,3.8,4.7\n");
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& text) { warnings.push_back(text); };
  const auto alloy = make_potential("smatb:" + file, warn);
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(alloy->elements(), (std::vector<std::string>{"Au", "Cu"}));
  EXPECT_EQ(dynamic_cast<const SmatbPotential&>(*alloy).parameters(1, 0).p, 12.0);
  EXPECT_EQ(dynamic_cast<const SmatbPotential&>(*alloy).parameters(1, 1).p, 11.0);
  write(header + gold + copper);
  static_cast<void>(make_potential("smatb:" + file, warn));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("no row for Au-Cu"), std::string::npos);
  const std::string spec = "smatb:" + file;
  write(header);
  expect_message(spec, "no parameters");
  write(header + gold + gold);
  expect_message(spec, "mine.csv:3");
  write(header + "Au,Cu,12,3,0.15,1.5,2.7,3.8,4.7\n" + gold);
  expect_message(spec, "Cu,Cu");
  write("element_a,element_b,p\nAu,Au,ten\n");
  expect_message(spec, "mine.csv");
}

TEST(MakePotential, NamesItsFiles) {
  using Paths = std::vector<std::filesystem::path>;
  EXPECT_EQ(potential_files("smatb:Au"), Paths{});
  EXPECT_EQ(potential_files("smatb:a/b.csv"), Paths{"a/b.csv"});
  EXPECT_EQ(potential_files("eam:a,b"), (Paths{"a", "b"}));
}

}  // namespace
}  // namespace adatom::energetics
