#include "md/checkpoint.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

MdCheckpoint make_checkpoint() {
  MdCheckpoint checkpoint;
  checkpoint.identity = {{"ensemble", "langevin"}, {"structure", "sha256:0123456789abcdef"}};
  checkpoint.phase = MdPhase::production;
  checkpoint.state.step = 123456789012;
  // Numbers that text would lose.
  checkpoint.state.positions_angstrom = {{1.0 / 3.0, -0.0, 5e-324}, {1e300, 0.1, -2.5}};
  checkpoint.state.velocities_angstrom_per_ps = {{1, 2, 3}, {-1, std::nextafter(2.0, 3.0), 0}};
  checkpoint.state.list_positions_angstrom = {{0.3, 0.2, 0.1}, {7, 8, 9}};
  checkpoint.state.thermostat = {0.7, -1e-17};
  checkpoint.files["thermo.csv"] = {.bytes = 1234567, .last_step = 200};
  checkpoint.facts["relaxed_ev"] = "-3.5";
  return checkpoint;
}

bool same_bits(const std::vector<Eigen::Vector3d>& a, const std::vector<Eigen::Vector3d>& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(Eigen::Vector3d)) == 0;
}

std::string complaint_of(const std::string& bytes) {
  try {
    (void)decode_checkpoint(bytes, "run/checkpoint");
  } catch (const InputError& error) {
    return error.complaints().front().text();
  }
  return "none";
}

TEST(MdCheckpoint, KeepsEveryBit) {
  const MdCheckpoint before = make_checkpoint();
  const MdCheckpoint after = decode_checkpoint(encode_checkpoint(before), "checkpoint");
  EXPECT_EQ(after.identity, before.identity);
  EXPECT_EQ(after.phase, before.phase);
  EXPECT_EQ(after.state.step, before.state.step);
  EXPECT_TRUE(same_bits(after.state.positions_angstrom, before.state.positions_angstrom));
  EXPECT_TRUE(
      same_bits(after.state.velocities_angstrom_per_ps, before.state.velocities_angstrom_per_ps));
  EXPECT_TRUE(same_bits(after.state.list_positions_angstrom, before.state.list_positions_angstrom));
  EXPECT_EQ(after.state.thermostat, before.state.thermostat);
  EXPECT_EQ(after.files, before.files);
  EXPECT_EQ(after.facts, before.facts);
}

TEST(MdCheckpoint, EverySingleDamageIsSeen) {
  const std::string bytes = encode_checkpoint(make_checkpoint());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_NE(complaint_of(broken).find("the checkpoint is damaged"), std::string::npos) << i;
    EXPECT_NE(complaint_of(bytes.substr(0, i)).find("damaged"), std::string::npos) << i;
  }
  EXPECT_NE(complaint_of(bytes + "x").find("damaged"), std::string::npos);
}

TEST(MdCheckpoint, NumbersThatAreNoneAreRefusedByName) {
  MdCheckpoint checkpoint = make_checkpoint();
  checkpoint.state.velocities_angstrom_per_ps[1].y() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(complaint_of(encode_checkpoint(checkpoint))
                .find("run/checkpoint: the checkpoint is damaged: the velocity of atom 2 is not a "
                      "finite number; remove the folder"),
            std::string::npos);
  checkpoint = make_checkpoint();
  checkpoint.state.positions_angstrom[0].x() = std::numeric_limits<double>::infinity();
  EXPECT_NE(complaint_of(encode_checkpoint(checkpoint)).find("the position of atom 1"),
            std::string::npos);
}

// Counts that lie lead to a message, not to a huge allocation.
TEST(MdCheckpoint, AbsurdCountsAreRefused) {
  std::string bytes = encode_checkpoint(make_checkpoint());
  bytes.resize(bytes.size() - 64);
  const auto at = bytes.find("\"atoms\":2");
  ASSERT_NE(at, std::string::npos);
  for (const char* count :
       {"\"atoms\":99999999999999", "\"atoms\":-1", "\"atoms\":3", "\"at\":2"}) {
    std::string lying = bytes;
    lying.replace(at, 9, count);
    EXPECT_NE(complaint_of(lying + sha256(lying)).find("damaged"), std::string::npos) << count;
  }
}

TEST(MdCheckpoint, OfAnotherRunSaysWhatDiffers) {
  const MdCheckpoint checkpoint = make_checkpoint();
  EXPECT_NO_THROW(require_same_run(checkpoint.identity, checkpoint, "c"));
  const std::vector<OptionValue> other = {
      {"ensemble", "nve"}, {"structure", "sha256:0123456789abcdef"}, {"seed", "2"}};
  try {
    require_same_run(other, checkpoint, "run/checkpoint");
    FAIL() << "another run is taken for the same";
  } catch (const InputError& error) {
    EXPECT_EQ(error.complaints().front().text(),
              "run/checkpoint: the checkpoint belongs to another run: ensemble is langevin there "
              "and nve here, seed is nothing there and 2 here; name another folder with -o, or "
              "remove that one to begin again");
  }
}

std::string kernel_complaint(const MdCheckpoint& checkpoint, const std::string& kernel) {
  try {
    require_same_kernel(checkpoint, kernel, "run/checkpoint");
  } catch (const InputError& error) {
    return error.complaints().front().text();
  }
  return "none";
}

TEST(MdCheckpoint, OfAnotherKernelIsNotGoneOnFrom) {
  MdCheckpoint checkpoint = make_checkpoint();
  EXPECT_EQ(kernel_complaint(checkpoint, "double precision, AVX2"), "none");
  checkpoint.facts["kernel"] = "double precision, AVX-512";
  EXPECT_EQ(kernel_complaint(checkpoint, "double precision, AVX-512"), "none");
  EXPECT_EQ(kernel_complaint(checkpoint, "double precision, AVX2"),
            "run/checkpoint: the run was begun with another kernel: double precision, AVX-512 "
            "there, double precision, AVX2 here; they round differently; go on with "
            "--instruction-set avx512 on a processor that has it, or name another folder with -o");
}

TEST(MdCheckpoint, TheInstructionSetMayBeNamedAfterwards) {
  MdCheckpoint checkpoint = make_checkpoint();
  checkpoint.identity = {{"instruction_set", "best"}};
  const auto accepted = [&](const char* set) {
    try {
      require_same_run({{"instruction_set", set}}, checkpoint, "c");
      return true;
    } catch (const InputError&) {
      return false;
    }
  };
  EXPECT_TRUE(accepted("best"));
  EXPECT_FALSE(accepted("avx512")) << "of which kernel it is is not known";
  checkpoint.facts["kernel"] = "mixed precision, AVX-512";
  EXPECT_TRUE(accepted("best"));
  EXPECT_TRUE(accepted("avx512"));
  EXPECT_FALSE(accepted("avx2"));
  checkpoint.identity = {{"instruction_set", "avx512"}};
  EXPECT_TRUE(accepted("best")) << "where that is another, the kernel tells";
  EXPECT_FALSE(accepted("portable"));
}

}  // namespace
}  // namespace adatom::pipeline
