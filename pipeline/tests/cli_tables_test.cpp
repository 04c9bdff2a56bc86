// Tables from outside: what is taken, and what is refused with its line.
#include <gtest/gtest.h>

#include <cmath>

#include <string>

#include "adatom/base/error.h"
#include "adatom/pipeline/counting_library.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

class InputTables : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) const {
    storage::write_file(scratch.path() / "t.csv", text);
    return scratch.path() / "t.csv";
  }
  /// The message of the error, without the folder.
  template <class Read>
  std::string refusal(Read read, const std::string& text) const {
    try {
      (void)read(write(text));
    } catch (const InputError& error) {
      std::string message = error.complaints().front().text();
      const std::string folder = scratch.path().string() + '/';
      if (const auto at = message.find(folder); at != std::string::npos) {
        message.erase(at, folder.size());
      }
      return message;
    }
    return "(accepted)";
  }
  const testing::ScratchFolder scratch;
};

bool starts(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}

TEST_F(InputTables, ALibraryIsATableOrAPlainList) {
  for (const std::string text :
       {"atom_count,scs_angstrom2\n1,0.02\n2,0.05\n3,0.09\n",
        "element,atom_count,scs_angstrom2,beam_kev\nAu,3,0.09,300\nAu,1,0.02,300\nAu,2,0.05,300\n",
        "atom_count,scs_angstrom2\n0,0\n1,0.02\n2,0.05\n3,0.09\n",
        "scs_angstrom2\n0.02\n0.05\n0.09\n", "0.02\n0.05\n0.09\n", "  2e-2\r\n5e-2\r\n\r\n9e-2",
        "\n0.02\n0.05\n0.09"}) {
    const auto library = read_counting_library(write(text), {}).values;
    EXPECT_EQ(library.scs_angstrom2, (std::vector<double>{0.02, 0.05, 0.09})) << text;
  }
}

TEST_F(InputTables, AnAmbiguousOrDamagedLibraryIsRefused) {
  const auto refused = [&](const std::string& text) {
    return refusal([](const auto& path) { return read_counting_library(path, {}); }, text);
  };
  EXPECT_TRUE(starts(refused("atom_count,scs_angstrom2\n1,0.02\n2,0.05\n1,0.03\n"),
                     "t.csv:4: 1 atoms stand here again: the first is at "));
  EXPECT_TRUE(starts(refused("atom_count,scs_angstrom2\n1,0.02\n3,0.05\n"),
                     "t.csv:3: the library has no entry for 2 atoms"));
  EXPECT_TRUE(starts(refused("0.02\n0.05\nx\n"), "t.csv:3: not a cross-section"));
  for (const char* text :
       {"", "\n", "atom_count,scs_angstrom2\n", "atom_count,other\n1,2\n", "0.05\n0.02\n", "-1\n",
        "atom_count,scs_angstrom2\n1,nan\n", "nan\n", "atom_count,scs_angstrom2\n1.5,0.02\n"}) {
    EXPECT_NE(refused(text), "(accepted)") << text;
  }
}

TEST_F(InputTables, ColumnsNeedOnlyTheirCrossSections) {
  const auto bare = read_measured_columns(write("note,scs_angstrom2\na,0.5\nb,0.7\n"));
  EXPECT_EQ(bare.scs_angstrom2, (std::vector<double>{0.5, 0.7}));
  EXPECT_EQ(bare.frame, (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(bare.column_id, (std::vector<std::int64_t>{0, 1}));
  EXPECT_TRUE(bare.x_angstrom.empty());
  EXPECT_TRUE(bare.scs_stderr_angstrom2.empty());

  // Standard errors of an image without noise are not determined, its cross-sections are.
  const auto exact =
      read_measured_columns(write("scs_angstrom2,scs_stderr_angstrom2\n0.5,inf\n0.7,nan\n"));
  EXPECT_TRUE(std::isinf(exact.scs_stderr_angstrom2.at(0)));
  EXPECT_TRUE(std::isinf(exact.scs_stderr_angstrom2.at(1)));

  const auto two_frames =
      read_measured_columns(write("frame,scs_angstrom2\n3,0.5\n3,0.7\n4,0.6\n"));
  EXPECT_EQ(two_frames.column_id, (std::vector<std::int64_t>{0, 1, 0}));
  EXPECT_TRUE(starts(refusal(read_measured_columns, "scs_angstrom2,x_angstrom\n0.5,1\n0.6,inf\n"),
                     "t.csv:3: x_angstrom is not finite"));
  EXPECT_TRUE(starts(refusal(read_measured_columns, "scs_angstrom2\n0.5\nmany\n"), "t.csv:3: "));
  const std::string named = "frame,column_id,scs_angstrom2\n0,7,0.5\n1,7,0.7\n";
  EXPECT_EQ(read_measured_columns(write(named)).column_id, (std::vector<std::int64_t>{7, 7}));
  EXPECT_TRUE(starts(refusal(read_measured_columns, named + "1,7,0.6\n"),
                     "t.csv:4: column_id 7 stands twice in frame 1: the first is at "));
  EXPECT_NE(refusal(read_measured_columns, "scs\n0.5\n"), "(accepted)");
  EXPECT_NE(refusal(read_measured_columns, "scs_angstrom2\n"), "(accepted)");
}

TEST_F(InputTables, StartPositionsMayDifferFromFrameToFrame) {
  const auto same = read_start_positions(write("column_id,x_angstrom,y_angstrom\n0,1,2\n1,3,4\n"));
  EXPECT_EQ(same.of(0).size(), 2U);
  EXPECT_EQ(same.of(7).size(), 2U);
  const auto own =
      read_start_positions(write("x_angstrom,y_angstrom,frame\n1,2,0\n3,4,1\n5,6,1\n"));
  EXPECT_EQ(own.of(0).size(), 1U);
  ASSERT_EQ(own.of(1).size(), 2U);
  EXPECT_EQ(own.of(1)[1].x_angstrom, 5.0);
  EXPECT_TRUE(own.of(2).empty());
  EXPECT_NE(refusal(read_start_positions, "x_angstrom\n1\n"), "(accepted)");
}

}  // namespace
}  // namespace adatom::pipeline
