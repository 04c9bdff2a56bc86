// Libraries for conditions that none which ships is for: what is calculated, under which name it is
// kept and found again. Nothing here calculates one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "adatom/base/error.h"
#include "adatom/pipeline/counting_library.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "run/part_file.h"
#include "stages/stage_list.h"
#include "tables/library_cache.h"
#include "tables/slab_options.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

LibraryChoice gold_at_500_k() {
  return {.element = "Au",
          .zone_axis = "110",
          .temperature_k = 500.0,
          .voltage_kv = 300.0,
          .aperture_mrad = 20.0,
          .detector_mrad = "40:160"};
}

/// As calculated for these options, but n atoms scatter n / 10000 angstrom^2 into every bin: 0.012
/// n on a detector of 40 to 160 mrad. Two batches that differ by 1 %.
simulate::AngularLibrary fake_library(const simulate::SlabLibraryOptions& options) {
  simulate::AngularLibrary library;
  library.conditions.element = options.element;
  library.conditions.zone_axis = "110";
  library.conditions.lattice_parameter_angstrom = 4.0786;
  library.conditions.temperature_k = options.temperature_k;
  library.conditions.rms_displacement_angstrom = 0.1;
  library.conditions.voltage_kv = options.voltage_kv;
  library.conditions.aperture_mrad = options.aperture_mrad;
  library.batches = 2;
  library.atoms = options.atoms;
  library.bins = static_cast<std::int64_t>(options.largest_angle_mrad);
  for (const float share : {0.995F, 1.005F}) {
    for (std::int64_t n = 1; n <= library.atoms; ++n) {
      library.scs_angstrom2.insert(library.scs_angstrom2.end(),
                                   static_cast<std::size_t>(library.bins),
                                   share * 1e-4F * static_cast<float>(n));
    }
  }
  return library;
}

/// Of a user who stops as soon as a calculation begins.
class StopAtOnce final : public Progress {
 public:
  void begin(std::string_view task, std::size_t) override { begun = task; }
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return true; }
  std::string begun;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <class Work>
std::string complaint(const Work& work) {
  try {
    (void)work();
  } catch (const InputError& error) {
    return error.what();
  }
  return "(accepted)";
}

class CalculatedLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(scratch_.path() / "data" / "scs");
    ::setenv("ADATOM_DATA", (scratch_.path() / "data").c_str(), 1);
    ::setenv("ADATOM_CACHE", cache_.c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("ADATOM_DATA");
    ::unsetenv("ADATOM_CACHE");
  }
  /// What is said until a calculation begins, which is then stopped; "(no calculation)" if none
  /// did.
  static std::string said(const simulate::SlabLibraryOptions& options,
                          const std::optional<fs::path>& folder) {
    std::string lines;
    const auto say = [&lines](const std::string& line) { lines += line + '\n'; };
    StopAtOnce progress;
    try {
      (void)find_or_calculate(options, folder, say, progress);
    } catch (const Interrupted&) {
      EXPECT_EQ(progress.begun, "cross-sections");
      return lines;
    }
    return lines + "(no calculation)";
  }

  const testing::ScratchFolder scratch_;
  const fs::path cache_ = scratch_.path() / "a" / "cache";
};

TEST(CacheFolder, FollowsTheVariables) {
  EXPECT_EQ(find_cache_folder("/here", "/xdg", "/home/me"), "/here");
  EXPECT_EQ(find_cache_folder("", "/xdg", "/home/me"), "/xdg/adatom");
  EXPECT_EQ(find_cache_folder(nullptr, nullptr, "/home/me"), "/home/me/.cache/adatom");
  // The specification asks to ignore relative paths.
  EXPECT_EQ(find_cache_folder(nullptr, "xdg", "/home/me"), "/home/me/.cache/adatom");
  EXPECT_FALSE(find_cache_folder(nullptr, nullptr, nullptr));
  EXPECT_FALSE(find_cache_folder("", "", ""));
}

TEST(SlabOptions, AreTheDefaultsButForTheConditions) {
  auto choice = gold_at_500_k();
  choice.zone_axis = "112";
  choice.voltage_kv = 200.0;
  choice.aperture_mrad = 25.5;
  const auto options = slab_options(choice);
  EXPECT_EQ(options.element, "Au");
  EXPECT_EQ(options.zone_axis, crystal::ZoneAxis::axis_112);
  EXPECT_EQ(options.temperature_k, 500.0);
  EXPECT_EQ(options.voltage_kv, 200.0);
  EXPECT_EQ(options.aperture_mrad, 25.5);
  EXPECT_EQ(options.atoms, 30);
  const simulate::SlabLibraryOptions defaults;
  EXPECT_EQ(options.largest_angle_mrad, defaults.largest_angle_mrad);
  EXPECT_EQ(options.configurations, defaults.configurations);
  EXPECT_EQ(options.beam_directions, defaults.beam_directions);
  EXPECT_EQ(options.seed, defaults.seed);
  // A detector that reaches further, to the next whole milliradian.
  choice.detector_mrad = "60:230.5";
  EXPECT_EQ(slab_options(choice).largest_angle_mrad, 231.0);
}

TEST(SlabOptions, EveryConditionIsInTheKeyAndTheDetectorIsNot) {
  const auto key = [](const auto& change) {
    auto choice = gold_at_500_k();
    change(choice);
    EXPECT_EQ(calculated_library_key(choice), slab_key(slab_options(choice)));
    return calculated_library_key(choice);
  };
  const auto as_it_is = key([](LibraryChoice&) {});
  EXPECT_EQ(as_it_is.size(), 64U);
  EXPECT_EQ(key([](LibraryChoice& choice) { choice.detector_mrad = "60:180"; }), as_it_is);
  const std::set<std::string> keys = {
      as_it_is,
      key([](LibraryChoice& choice) { choice.element = "Pt"; }),
      key([](LibraryChoice& choice) { choice.zone_axis = "111"; }),
      key([](LibraryChoice& choice) { choice.temperature_k = 501.0; }),
      key([](LibraryChoice& choice) { choice.voltage_kv = 200.0; }),
      key([](LibraryChoice& choice) { choice.aperture_mrad = 21.0; }),
      key([](LibraryChoice& choice) { choice.detector_mrad = "60:181"; })};
  EXPECT_EQ(keys.size(), 7U);
  EXPECT_EQ(cache_file_name(slab_options(gold_at_500_k())),
            "au_110_500k_" + as_it_is.substr(0, 16) + ".h5");
}

TEST(SlabOptions, WhatTheTablesDoNotHoldIsAskedOfTheUser) {
  const auto refused = [](const auto& change) {
    auto choice = gold_at_500_k();
    change(choice);
    return complaint([&] { return slab_options(choice); });
  };
  EXPECT_EQ(refused([](LibraryChoice&) {}), "(accepted)");
  EXPECT_EQ(refused([](LibraryChoice& choice) { choice.temperature_k = 0.0; }), "(accepted)");
  const auto iridium = refused([](LibraryChoice& choice) { choice.element = "Ir"; });
  EXPECT_TRUE(holds(iridium, "no library of Ir at 500 K")) << iridium;
  EXPECT_TRUE(holds(iridium,
                    "adatom simulate scs-library --element Ir --zone-axis 110 --atoms 30 "
                    "--rms-displacement-angstrom U --voltage-kv 300 --aperture-mrad 20 "
                    "--detector-mrad 40:160 -o ir_110_500k"))
      << iridium;
  for (const double temperature : {79.0, 1001.0}) {
    const auto text = refused([&](LibraryChoice& choice) { choice.temperature_k = temperature; });
    EXPECT_TRUE(holds(text, "from 80 to 1000 K")) << text;
    EXPECT_TRUE(holds(text, "--rms-displacement-angstrom U")) << text;
  }
  const auto tungsten = refused([](LibraryChoice& choice) { choice.element = "W"; });
  EXPECT_TRUE(holds(tungsten, "no fcc lattice parameter")) << tungsten;
  EXPECT_TRUE(holds(tungsten, "table of Debye-Waller factors")) << tungsten;
  EXPECT_TRUE(holds(tungsten, "--lattice-parameter-angstrom A --zone-axis 110")) << tungsten;
  EXPECT_TRUE(holds(tungsten, "--structure")) << tungsten;
  const auto axis = refused([](LibraryChoice& choice) { choice.zone_axis = "113"; });
  EXPECT_TRUE(holds(axis, "100, 110, 111 and 112")) << axis;
  EXPECT_TRUE(holds(axis, "--structure CELL --atoms 30 --temperature-k 500")) << axis;
  const auto wide = refused([](LibraryChoice& choice) { choice.detector_mrad = "40:600"; });
  EXPECT_TRUE(holds(wide, "600 is outside [10, 500]")) << wide;
}

// ---- the folder ---------------------------------------------------------------------------------

TEST_F(CalculatedLibrary, OneThatIsKeptIsUsed) {
  const auto options = slab_options(gold_at_500_k());
  const auto fake = fake_library(options);
  simulate::write_angular_library(fake, cache_ / cache_file_name(options));
  EXPECT_TRUE(holds(said(options, cache_), "(no calculation)"));
  StopAtOnce progress;
  const auto found = find_or_calculate(
      options, cache_, [](const std::string&) {}, progress);
  EXPECT_EQ(found.scs_angstrom2, fake.scs_angstrom2);
  // Others are not.
  auto choice = gold_at_500_k();
  choice.temperature_k = 501.0;
  const auto text = said(slab_options(choice), cache_);
  EXPECT_TRUE(holds(text,
                    "calculating the library of cross-sections of Au [110] at 501 K, 300 kV, "
                    "aperture 20 mrad, angles up to 180 mrad, 1 to 30 atoms"))
      << text;
  EXPECT_TRUE(holds(text, "kept in " + (cache_ / "au_110_501k").string())) << text;
}

TEST_F(CalculatedLibrary, OneThatIsDamagedOrAnothersIsNotUsed) {
  const auto options = slab_options(gold_at_500_k());
  const fs::path file = cache_ / cache_file_name(options);
  storage::write_file(file, "no HDF5");
  auto text = said(options, cache_);
  EXPECT_TRUE(holds(text, "a library kept before is not used")) << text;
  EXPECT_TRUE(holds(text, "calculating")) << text;
  const auto not_used = [&](const simulate::AngularLibrary& library) {
    simulate::write_angular_library(library, file);
    return holds(said(options, cache_), "of other conditions than its name says");
  };
  auto other = fake_library(options);
  EXPECT_FALSE(not_used(other));
  other.conditions.voltage_kv = 200.0;
  EXPECT_TRUE(not_used(other));
  auto fewer = options;
  fewer.atoms = 29;
  EXPECT_TRUE(not_used(fake_library(fewer)));
  auto narrower = options;
  narrower.largest_angle_mrad = 160.0;
  EXPECT_TRUE(not_used(fake_library(narrower)));
}

TEST_F(CalculatedLibrary, AFolderThatCannotBeWrittenIsNoHindrance) {
  const auto options = slab_options(gold_at_500_k());
  storage::write_file(scratch_.path() / "file", "");
  for (const fs::path& folder : {scratch_.path() / "file", scratch_.path() / "file" / "below"}) {
    const auto text = said(options, folder);
    EXPECT_TRUE(holds(text, "warning: calculating")) << text;
    EXPECT_TRUE(holds(text, "ADATOM_CACHE")) << text;
  }
  const auto text = said(options, {});
  EXPECT_TRUE(holds(text, "HOME are not set")) << text;
}

// Between a look at the file and the first part, another program may have made it.
TEST_F(CalculatedLibrary, PartsOfAnotherProgramAreLeftAlone) {
  const fs::path file = scratch_.path() / "parts";
  PartFile parts(file);
  storage::write_file(file, "of the other");
  const int other = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  const std::vector<double> values = {1.0, 2.0};
  for (int call = 0; call < 2; ++call) EXPECT_THROW(parts.save(0, values), InputError);
  parts.remove();
  EXPECT_EQ(storage::read_file(file), "of the other");
  ::close(other);
}

// ---- the command and the run --------------------------------------------------------------------

TEST_F(CalculatedLibrary, CommandCountsByOneThatIsKept) {
  const auto options = slab_options(gold_at_500_k());
  const fs::path file = cache_ / cache_file_name(options);
  simulate::write_angular_library(fake_library(options), file);
  std::string columns = "scs_angstrom2\n";
  for (int i = 0; i < 40; ++i) {
    columns += std::to_string(0.012 * (1 + i % 4) + 1e-4 * std::sin(1.7 * i)) + '\n';
  }
  storage::write_file(scratch_.path() / "columns.csv", columns);
  const auto done =
      testing::run_program({"count-atoms", "columns.csv", "-o", "out", "--element", "Au",
                            "--zone-axis", "110", "--temperature-k", "500", "--voltage-kv", "300",
                            "--aperture-mrad", "20", "--detector-mrad", "40:160"},
                           scratch_.path());
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  EXPECT_TRUE(holds(done.messages, "kept in " + file.string())) << done.messages;
  // Of two values m (1 -+ 0.005) the error of the mean is 0.005 m.
  EXPECT_TRUE(holds(done.messages, "on 40:160 mrad have standard errors of at most 0.50 %"))
      << done.messages;
  const auto library = storage::read_csv(scratch_.path() / "out" / "library.csv");
  ASSERT_EQ(library.rows(), 30U);
  EXPECT_NEAR(library.numbers("scs_angstrom2")[29], 0.36, 1e-6);  // stored as float32
  const auto atoms =
      storage::read_csv(scratch_.path() / "out" / "counts.csv").integers("atom_count");
  ASSERT_EQ(atoms.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(atoms[i], static_cast<long long>(1 + i % 4));
}

TEST_F(CalculatedLibrary, KeyOfARunHoldsTheCalculation) {
  RunConfig config;
  config.counting.choice = gold_at_500_k();
  const auto hash_in_key = [&](const std::string& name) -> std::string {
    for (const auto& option : make_counts_stage(config)->options()) {
      if (option.name == name) return option.value;
    }
    return "none";
  };
  const std::string calculated = hash_in_key("counting.calculated_library");
  EXPECT_EQ(calculated, "sha256:" + calculated_library_key(gold_at_500_k()));
  EXPECT_EQ(hash_in_key("counting.shipped_library"), "none");
  EXPECT_FALSE(fs::exists(cache_));  // nothing was calculated for it
  // Whether it is there already, and what is in the file, is all the same.
  const auto options = slab_options(gold_at_500_k());
  simulate::write_angular_library(fake_library(options), cache_ / cache_file_name(options));
  EXPECT_EQ(hash_in_key("counting.calculated_library"), calculated);
  // One that ships is preferred.
  const fs::path shipped = scratch_.path() / "data" / "scs" / "au_110_500k.h5";
  simulate::write_angular_library(fake_library(options), shipped);
  EXPECT_EQ(hash_in_key("counting.calculated_library"), "none");
  EXPECT_EQ(hash_in_key("counting.shipped_library"), "sha256:" + sha256_of_file(shipped));
  // What is not read does not count.
  fs::remove(shipped);
  config.counting.options.method = counting::Method::equidistant;
  EXPECT_EQ(hash_in_key("counting.calculated_library"), "none");
}

TEST_F(CalculatedLibrary, WrongConditionsShowBeforeTheRun) {
  RunConfig config;
  config.counting.choice = gold_at_500_k();
  config.counting.choice.element = "Ir";
  EXPECT_TRUE(holds(complaint([&] { return make_counts_stage(config); }),
                    "adatom simulate scs-library --element Ir"));
}

}  // namespace
}  // namespace adatom::pipeline
