#include "adatom/storage/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "adatom/base/error.h"

namespace adatom::storage {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "adatom-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Files, ReadsBackWhatWasWritten) {
  std::string bytes(200001, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 % 256);
  const auto path = folder_ / "deep" / "er" / "file.bin";
  write_file(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
  write_file(path, "");
  EXPECT_EQ(read_file(path), "");
}

TEST_F(Files, LeavesNothingElseBehind) {
  write_file(folder_ / "a", "1");
  write_file(folder_ / "a", "2");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, KeepsTheOldFileWhenWritingFails) {
  write_file(folder_ / "a", "old");
  EXPECT_THROW(write_file(folder_ / "a" / "below", "x"), InputError);
  EXPECT_THROW(write_file(folder_, "x"), InputError);
  EXPECT_EQ(read_file(folder_ / "a"), "old");
}

TEST_F(Files, TellsWhatCannotBeRead) {
  EXPECT_THROW((void)read_file(folder_), InputError);
  try {
    (void)read_file(folder_ / "absent.csv");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("absent.csv"), std::string::npos);
  }
}

TEST_F(Files, WritesIntoADeviceInsteadOfReplacingIt) {
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace adatom::storage
