// Packed datasets written and read back. Contiguous ones are tested with image's HyperSpy files.
#include "adatom/storage/hdf5.h"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstring>
#include <vector>

#include "adatom/base/system_failure.h"
#include "adatom/storage/files.h"
#include "program.h"

namespace adatom::storage {
namespace {

const std::vector<std::uint64_t> shape = {2, 3, 100};

std::vector<float> ramp() {
  std::vector<float> values(600);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.25F * static_cast<float>(i);
  return values;
}

void write_packed(const std::filesystem::path& path) {
  Hdf5Writer file(path);
  const std::vector<std::uint64_t> chunk = {1, 2, 64};
  file.create_packed_dataset("/values", Hdf5Type::float32, shape, chunk);
  const std::vector<float> values = ramp();
  const std::vector<std::uint64_t> begin = {0, 0, 0};
  file.write("/values", begin, shape, std::as_bytes(std::span(values)));
  file.set("/values", "units", "angstrom^2");
  file.set("/values", "step", 0.5);
  file.close();
}

class Hdf5 : public ::testing::Test {
 protected:
  testing::ScratchFolder folder_;
};

TEST_F(Hdf5, PackedDatasetReadsBackAndIsSmaller) {
  const auto path = folder_.path() / "a.h5";
  write_packed(path);
  const Hdf5Reader file(path);
  const Hdf5Dataset about = file.dataset("/values");
  EXPECT_EQ(about.type, Hdf5Type::float32);
  EXPECT_EQ(about.shape, shape);
  EXPECT_EQ(about.chunk, (std::vector<std::uint64_t>{1, 2, 64}));
  EXPECT_LT(about.stored_bytes, 600 * sizeof(float));
  const std::vector<std::uint64_t> begin = {0, 0, 0};
  const Bytes bytes = file.read("/values", begin, shape);
  const std::vector<float> values = ramp();
  ASSERT_EQ(bytes.size(), values.size() * sizeof(float));
  EXPECT_EQ(std::memcmp(bytes.data(), values.data(), bytes.size()), 0);
  EXPECT_EQ(file.text("/values", "units"), "angstrom^2");
  EXPECT_EQ(file.number("/values", "step"), 0.5);
}

TEST_F(Hdf5, SameCallsGiveTheSameBytes) {
  write_packed(folder_.path() / "a.h5");
  write_packed(folder_.path() / "b.h5");
  EXPECT_EQ(read_file(folder_.path() / "a.h5"), read_file(folder_.path() / "b.h5"));
  // Times have a resolution of one second, so equal bytes alone do not show that none is stored.
  const auto path = folder_.path() / "a.h5";
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  H5O_info_t info;
  ASSERT_GE(H5Oget_info_by_name2(file, "/values", &info, H5O_INFO_TIME, H5P_DEFAULT), 0);
  EXPECT_EQ(info.ctime, 0);
  EXPECT_EQ(info.mtime, 0);
  H5Fclose(file);
}

TEST_F(Hdf5, ChunksMustHaveTheRankOfTheDataset) {
  Hdf5Writer file(folder_.path() / "a.h5");
  const std::vector<std::uint64_t> chunk = {10};
  EXPECT_THROW(file.create_packed_dataset("/values", Hdf5Type::float32, shape, chunk),
               SystemFailure);
}

}  // namespace
}  // namespace adatom::storage
