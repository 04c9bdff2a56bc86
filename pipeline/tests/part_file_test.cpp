#include "run/part_file.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using Values = std::vector<double>;

class PartFileTest : public ::testing::Test {
 protected:
  static Values load(PartFile& file, std::size_t part, std::size_t count) {
    Values values(count, -1.0);
    return file.load(part, values) ? values : Values{};
  }
  const testing::ScratchFolder scratch;
  const fs::path path = scratch.path() / "out" / ".partial-1";
};

TEST_F(PartFileTest, KeepsWhatWasSaved) {
  {
    PartFile file(path);
    // Nothing is made before there is something to keep.
    EXPECT_FALSE(fs::exists(path.parent_path()));
    EXPECT_EQ(file.found(), 0U);
    EXPECT_TRUE(load(file, 0, 3).empty());
    file.save(7, Values{1.5, -2.0, 1e-300});
    file.save(2, Values{0.1});
    EXPECT_EQ(load(file, 7, 3), (Values{1.5, -2.0, 1e-300}));
  }
  PartFile again(path);
  EXPECT_EQ(again.found(), 2U);
  EXPECT_EQ(load(again, 7, 3), (Values{1.5, -2.0, 1e-300}));
  EXPECT_EQ(load(again, 2, 1), Values{0.1});
  EXPECT_TRUE(load(again, 3, 1).empty());
  // A part of another size is none.
  EXPECT_TRUE(load(again, 7, 2).empty());
  again.save(3, Values{4.0, 5.0});
  EXPECT_EQ(load(again, 3, 2), (Values{4.0, 5.0}));
  again.remove();
  EXPECT_FALSE(fs::exists(path));
}

// Wherever a killed program stopped writing, the parts before are good and the next takes the place
// of the torn one.
TEST_F(PartFileTest, LeavesATornRecordOut) {
  {
    PartFile file(path);
    file.save(0, Values{1.0, 2.0});
    file.save(1, Values{3.0, 4.0});
  }
  const std::string whole = storage::read_file(path);
  for (std::size_t size = whole.size() / 2; size < whole.size(); ++size) {
    fs::remove(path);
    storage::write_file(path, whole.substr(0, size));
    {
      PartFile file(path);
      ASSERT_EQ(file.found(), 1U) << size;
      EXPECT_EQ(load(file, 0, 2), (Values{1.0, 2.0}));
      EXPECT_TRUE(load(file, 1, 2).empty());
      file.save(1, Values{3.0, 4.0});
    }
    EXPECT_EQ(storage::read_file(path), whole);
  }
}

TEST_F(PartFileTest, LeavesAChangedRecordOut) {
  {
    PartFile file(path);
    file.save(0, Values{1.0, 2.0});
    file.save(1, Values{3.0, 4.0});
  }
  const std::string whole = storage::read_file(path);
  for (std::size_t i = whole.size() / 2; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    fs::remove(path);
    storage::write_file(path, changed);
    PartFile file(path);
    EXPECT_EQ(file.found(), 1U) << i;
  }
}

TEST_F(PartFileTest, IsForOneProgramAtATime) {
  PartFile file(path);
  file.save(0, Values{1.0});
  try {
    PartFile second(path);
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("another program is at work here"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace adatom::pipeline
