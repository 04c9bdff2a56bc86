// `adatom reconstruct` on particles whose atoms are known: files, bytes, what is wrong with the
// input, going on after a stop.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/runner.h"
#include "adatom/pipeline/stages.h"
#include "adatom/reconstruct/compare.h"
#include "adatom/simulate/project.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "folder_bytes.h"
#include "program.h"
#include "reconstruct/model_report.h"
#include "reconstruct/model_work.h"
#include "reconstruct/observed_table.h"
#include "reconstruct/reconstruct_run.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::run_program;
using testing::ScratchFolder;

/// A truncated octahedron of 79 atoms along [110], without the layer of one {111} facet that is
/// inclined to the beam, so that it is not symmetrical across it.
crystal::Structure known_particle() {
  auto particle = crystal::rotated(crystal::build_truncated_octahedron({}, 5, 1),
                                   crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110));
  const Eigen::Vector3d facet = Eigen::Vector3d(0.0, -1.0, std::sqrt(2.0)).normalized();
  double farthest = -1e9;
  for (const auto& atom : particle.atoms) {
    farthest = std::max(farthest, facet.dot(atom.position_angstrom));
  }
  std::erase_if(particle.atoms, [&](const crystal::Atom& atom) {
    return facet.dot(atom.position_angstrom) > farthest - 1.0;
  });
  return particle;
}

/// What a perfect measurement says of it.
std::string counts_of(const crystal::Structure& particle, std::int64_t frame = 0) {
  std::string text;
  for (const auto& column :
       simulate::project_columns(particle, 0.5, simulate::ScsLibrary::proportional(0.02))) {
    text += std::to_string(frame) + ',' + std::to_string(column.column_id) + ',' +
            storage::cell(column.x_angstrom) + ',' + storage::cell(column.y_angstrom) + ',' +
            storage::cell(column.scs_angstrom2) + ',' + std::to_string(column.atom_count) +
            ",0.999\n";
  }
  return text;
}

constexpr const char* counts_header =
    "frame,column_id,x_angstrom,y_angstrom,scs_angstrom2,atom_count,probability\n";

class Reconstruct : public ::testing::Test {
 protected:
  Reconstruct() { write("counts.csv", counts_header + counts_of(particle)); }

  void write(const std::string& name, const std::string& text) const {
    storage::write_file(scratch.path() / name, text);
  }
  testing::ProgramResult call(const std::string& folder, const std::vector<std::string>& more = {},
                              const std::string& counts = "counts.csv") const {
    std::vector<std::string> arguments = {
        "reconstruct", counts,     "-o",           folder, "--element",           "Au",
        "--potential", "smatb:Au", "--iterations", "200",  "--nearby-iterations", "200"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments, scratch.path());
  }
  testing::ProgramResult quench(const std::string& folder, std::vector<std::string> more = {},
                                const std::string& counts = "counts.csv") const {
    more.insert(more.end(), {"--relax-ns", "0", "--zone-axis", "110"});
    return call(folder, more, counts);
  }
  void expect_refused(const testing::ProgramResult& result, const std::string& why) const {
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_NE(result.messages.find(why), std::string::npos) << result.messages;
  }

  const crystal::Structure particle = known_particle();
  const ScratchFolder scratch;
};

std::ptrdiff_t partial_folders(const fs::path& folder) {
  return std::count_if(fs::directory_iterator(folder), fs::directory_iterator(),
                       [](const fs::directory_entry& entry) {
                         return entry.path().filename().string().starts_with(".partial-");
                       });
}

TEST_F(Reconstruct, FindsEveryAtomOfAKnownParticle) {
  const fs::path out = scratch.path() / "out";
  // Of a call with other options that was interrupted: it goes on with that.
  write("out/.partial-0123456789abcdef/relaxed-0000", "x");
  const auto result = quench("out");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_TRUE(fs::exists(out / ".partial-0123456789abcdef" / "relaxed-0000"));
  EXPECT_NE(result.messages.find("unfinished work of other calls"), std::string::npos)
      << result.messages;
  EXPECT_EQ(partial_folders(out), 1);
  const auto on_lattice = crystal::read_structure(out / "model_lattice.xyz");
  const auto found = reconstruct::compare(particle, on_lattice, {});
  EXPECT_EQ(found.pairs.size(), particle.atoms.size());
  EXPECT_TRUE(found.extra.empty());
  EXPECT_EQ(found.surface_right.right, found.surface_right.all);
  // Exact positions of a perfect crystal: rounding alone.
  EXPECT_LT(found.rmsd_angstrom, 1e-6);

  const auto model = crystal::read_structure(out / "model.xyz");
  std::vector<std::string> names;
  for (const auto& column : model.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"column_id", "grain", "confidence", "coordination",
                                             "facet"}));
  const auto candidates = storage::read_csv(out / "candidates.csv");
  const auto rank = candidates.integers("rank");
  EXPECT_EQ(std::ranges::count(rank, 1), 1);
  EXPECT_EQ(fs::exists(out / "fitness.svg"), std::ranges::count(rank, 2) == 1);
  EXPECT_EQ(candidates.integers("atoms").front(), static_cast<long long>(particle.atoms.size()));
  const auto columns = storage::read_csv(out / "model_columns.csv");
  EXPECT_EQ(columns.integers("observed_count"), columns.integers("model_count"));
  const auto json = read_json(out / "reconstruction.json");
  EXPECT_EQ(json.at("lattice").at("zone_axis"), "110");
  EXPECT_EQ(json.at("chosen").at("atoms"), particle.atoms.size());
  EXPECT_EQ(json.at("chosen").at("columns_with_other_counts"), 0);
  const std::string page = storage::read_file(out / "report.html");
  for (const char* text : {"Fitness", "Along the beam", "confidence", "Relaxed candidates"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
}

/// The known particle and an atom on it, in a column of its own, at the lattice site with so many
/// neighbours that is farthest from the middle.
crystal::Structure with_adatom(crystal::Structure particle, int neighbours) {
  const auto sites = crystal::rotated(crystal::build_truncated_octahedron({}, 9, 2),
                                      crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110));
  const auto near = [&](const Eigen::Vector3d& place, double reach, bool across) {
    return std::ranges::count_if(particle.atoms, [&](const crystal::Atom& atom) {
      Eigen::Vector3d apart = atom.position_angstrom - place;
      if (across) apart.z() = 0.0;
      return apart.norm() < reach;
    });
  };
  const crystal::Atom* chosen = nullptr;
  for (const auto& site : sites.atoms) {
    if (near(site.position_angstrom, 3.0, false) != neighbours) continue;
    if (near(site.position_angstrom, 0.5, true) > 0) continue;
    if (chosen == nullptr ||
        site.position_angstrom.norm() > chosen->position_angstrom.norm() + 1e-6) {
      chosen = &site;
    }
  }
  if (chosen != nullptr) particle.atoms.push_back(*chosen);
  return particle;
}

TEST_F(Reconstruct, AnAtomLeftOutIsWorthThatOfTheCrystal) {
  const auto larger = with_adatom(particle, 3);
  ASSERT_EQ(larger.atoms.size(), particle.atoms.size() + 1);
  std::string counts = counts_of(larger);
  for (auto at = counts.find(",1,0.999"); at != std::string::npos;
       at = counts.find(",1,0.999", at)) {
    counts.replace(at, 8, ",1,0.600");  // columns of one atom
  }
  write("doubtful.csv", counts_header + counts);
  const auto result = quench("out", {}, "doubtful.csv");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto json = read_json(scratch.path() / "out" / "reconstruction.json");
  // Three neighbours are less than the price of the count: it is left out.
  ASSERT_EQ(json.at("chosen").at("atoms"), particle.atoms.size());
  const auto candidates = storage::read_csv(scratch.path() / "out" / "candidates.csv");
  const auto rank = candidates.integers("rank");
  const auto best = static_cast<std::size_t>(std::ranges::find(rank, 1) - rank.begin());
  const double energy_ev = candidates.numbers("quenched_energy_ev").at(best);
  const double per_atom_ev = json.at("chosen").at("energy_per_atom_ev").get<double>();
  // Compared with candidates that have it, as if it were in the crystal: 3.81 eV (C. Kittel,
  // Introduction to Solid State Physics, 8th ed., table 3.1), which SMATB is fitted to.
  EXPECT_NEAR(per_atom_ev * static_cast<double>(larger.atoms.size()), energy_ev - 3.81, 0.01);
}

TEST_F(Reconstruct, SaysThatAtomsLeftTheirColumns) {
  const auto hot = call("hot", {"--zone-axis", "110", "--temperature-k", "2000", "--relax-ns",
                                "0.01", "--relax-candidates", "1"});
  ASSERT_EQ(hot.exit_code, 0) << hot.messages;
  EXPECT_NE(hot.messages.find("left the columns they were counted in"), std::string::npos)
      << hot.messages;
  const auto cold = quench("cold");
  EXPECT_EQ(cold.messages.find("left the columns"), std::string::npos) << cold.messages;
}

TEST_F(Reconstruct, OneCandidateAloneIsNoGraph) {
  const auto one = quench("out", {"--relax-candidates", "1"});
  ASSERT_EQ(one.exit_code, 0) << one.messages;
  EXPECT_FALSE(fs::exists(scratch.path() / "out" / "fitness.svg"));
  const std::string page = storage::read_file(scratch.path() / "out" / "report.html");
  EXPECT_NE(page.find("there was nothing to choose from"), std::string::npos);
  EXPECT_EQ(page.find("lines of equal fitness"), std::string::npos);
}

TEST_F(Reconstruct, BytesDoNotDependOnThreads) {
  const std::vector<std::string> dynamics = {
      "--relax-ns",      "0.0005", "--relax-candidates",   "3",
      "--temperature-k", "1500",   "--relaxation-windows", "2"};
  auto one = dynamics;
  one.insert(one.end(), {"--threads", "1"});
  auto two = dynamics;
  two.insert(two.end(), {"--threads", "2"});
  const auto first = call("one", one);
  ASSERT_TRUE(first.exit_code == 0 || first.exit_code == 3) << first.messages;
  ASSERT_EQ(call("two", two).exit_code, first.exit_code);
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "one"),
                                testing::result_bytes(scratch.path() / "two")),
            "");
  const auto json = read_json(scratch.path() / "one" / "reconstruction.json");
  EXPECT_GT(json.at("relaxed_candidates"), 1);
  EXPECT_GT(json.at("chosen").at("averaged_frames"), 0);
}

TEST_F(Reconstruct, FramesHaveFoldersAndASummary) {
  auto smaller = particle;
  smaller.atoms.pop_back();
  write("series.csv", counts_header + counts_of(particle, 3) + counts_of(smaller, 4));
  const auto result = quench("out", {}, "series.csv");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto summary = storage::read_csv(scratch.path() / "out" / "summary.csv");
  const auto atoms = static_cast<long long>(particle.atoms.size());
  EXPECT_EQ(summary.integers("frame"), (std::vector<long long>{3, 4}));
  EXPECT_EQ(summary.integers("atoms"), (std::vector<long long>{atoms, atoms - 1}));
  EXPECT_TRUE(fs::exists(scratch.path() / "out" / "frame_0004" / "model.xyz"));
  // A frame alone is the same as that among others, in the folder itself; the others go.
  ASSERT_EQ(quench("alone", {"--frame-index", "4"}, "series.csv").exit_code, 0);
  EXPECT_EQ(storage::read_file(scratch.path() / "alone" / "model.xyz"),
            storage::read_file(scratch.path() / "out" / "frame_0004" / "model.xyz"));
  ASSERT_EQ(quench("out", {"--frame-index", "4"}, "series.csv").exit_code, 0);
  EXPECT_FALSE(fs::exists(scratch.path() / "out" / "frame_0004"));
  expect_refused(quench("none", {"--frame-index", "5"}, "series.csv"), "has no frame 5");
}

TEST_F(Reconstruct, SaysWhatIsWrongWithTheInput) {
  expect_refused(run_program({"reconstruct", "counts.csv", "-o", "o"}, scratch.path()), "eam:FILE");
  write("no_counts.csv", "x_angstrom,y_angstrom\n0,0\n");
  expect_refused(quench("o", {}, "no_counts.csv"), "atom_count");
  write("thick.csv", "x_angstrom,y_angstrom,atom_count\n0,0,3\n2.5,0,100000\n");
  expect_refused(quench("o", {}, "thick.csv"), "thick.csv:3: atom_count is above 1000");
  write("twice.csv", "column_id,x_angstrom,y_angstrom,atom_count\n1,0,0,3\n1,2,0,3\n");
  expect_refused(quench("o", {}, "twice.csv"), "twice.csv:3: column_id 1 stands twice in frame 0");
  // What fits and counts hold: next to nothing can be fitted as less than nothing, but as a number.
  write("scs.csv", "x_angstrom,y_angstrom,atom_count,scs_angstrom2\n0,0,3,-0.001\n2.5,0,3,nan\n");
  expect_refused(quench("o", {}, "scs.csv"), "scs.csv:3: scs_angstrom2 is not finite");
  EXPECT_EQ(quench("o", {}, "scs.csv").messages.find("scs.csv:2"), std::string::npos);
  write("few.csv", "x_angstrom,y_angstrom,atom_count\n0,0,3\n2.5,0,3\n");
  expect_refused(quench("o", {}, "few.csv"), "columns");
  expect_refused(run_program({"reconstruct", "counts.csv", "-o", "o", "--element", "Xx",
                              "--potential", "smatb:Au"},
                             scratch.path()),
                 "Xx");
  expect_refused(quench("o", {"--support-normal", "up"}), "support-normal");
  EXPECT_FALSE(fs::exists(scratch.path() / "o"));
}

TEST_F(Reconstruct, StandsTheRightWayUpOnASupportBelow) {
  // The lowest layers of a truncated octahedron taken off: on a {100} facet wider than that above.
  auto standing = crystal::build_truncated_octahedron({}, 7, 1);
  std::erase_if(standing.atoms,
                [](const crystal::Atom& atom) { return atom.position_angstrom.z() < -2.1; });
  write("standing.csv", counts_header + counts_of(standing));
  const std::vector<std::string> along_100 = {"--relax-ns", "0", "--zone-axis", "100"};
  auto on_support = along_100;
  on_support.insert(on_support.end(), {"--support", "lj", "--support-normal", "beam"});
  reconstruct::CompareOptions as_it_stands;
  as_it_stands.align.freedom = reconstruct::Freedom::translation;
  as_it_stands.align.mirror = reconstruct::BeamMirror::keep;
  const auto result = call("out", on_support, "standing.csv");
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto model = crystal::read_structure(scratch.path() / "out" / "model_lattice.xyz");
  EXPECT_EQ(reconstruct::compare(standing, model, as_it_stands).pairs.size(),
            standing.atoms.size());
  // What of the energy is the support's: the rest is that of the atoms alone.
  const auto chosen = read_json(scratch.path() / "out" / "reconstruction.json").at("chosen");
  const double support_ev = chosen.at("support_energy_ev").get<double>();
  EXPECT_LT(support_ev, -0.1);
  const auto relaxed = crystal::read_structure(scratch.path() / "out" / "model.xyz");
  const auto potential = energetics::make_potential("smatb:Au");
  const auto alone =
      energetics::calculate_energies(*potential, energetics::element_numbers(*potential, relaxed),
                                     energetics::positions_of(relaxed), crystal::box_of(relaxed));
  EXPECT_NEAR(chosen.at("energy_ev").get<double>() - support_ev, alone.total_ev, 1e-4);
  const std::string page = storage::read_file(scratch.path() / "out" / "report.html");
  EXPECT_NE(page.find("of it with the support"), std::string::npos);
}

TEST_F(Reconstruct, ManyColumnsInNoLatticeAreBelowTheQualityAskedFor) {
  // More than a fifth of all columns, each halfway between those of the particle.
  const auto true_columns =
      simulate::project_columns(particle, 0.5, simulate::ScsLibrary::proportional(0.02));
  std::string text = counts_header + counts_of(particle);
  for (std::size_t i = 0; i < true_columns.size() / 3; ++i) {
    text += "0," + std::to_string(100 + i) + ',' +
            storage::cell(20.0 + 3.1 * static_cast<double>(i * i)) + ",40,0.02,1,0.9\n";
  }
  write("stray.csv", text);
  const auto result = quench("out", {}, "stray.csv");
  EXPECT_EQ(result.exit_code, 3) << result.messages;
  EXPECT_NE(result.messages.find("in no lattice"), std::string::npos) << result.messages;
  EXPECT_TRUE(fs::exists(scratch.path() / "out" / "model.xyz"));
}

/// Asks to stop once so many steps are done.
class StopRelaxing final : public Progress {
 public:
  explicit StopRelaxing(std::size_t steps) : left_(static_cast<long long>(steps)) {}
  void begin(std::string_view task, std::size_t) override {
    relaxing_ = task.starts_with("relaxing");
  }
  void advance(std::size_t steps) override {
    if (relaxing_) left_ -= static_cast<long long>(steps);
  }
  [[nodiscard]] bool cancelled() const override { return left_ <= 0; }

 private:
  std::atomic<long long> left_;
  std::atomic<bool> relaxing_ = false;
};

TEST_F(Reconstruct, WhatWasStoppedGoesOnToTheSameBytes) {
  ModelOptions options;
  options.potential = "smatb:Au";
  options.search.iterations = 200;
  options.nearby_iterations = 200;
  options.temperature_k = 1500.0;  // where several candidates are near
  options.relax.relax_ns = 0.0005;
  options.relax.windows = 2;
  options.relax.save_every_steps = 20;
  options.relax_candidates = 3;
  const auto potential = energetics::make_potential(options.potential);
  const auto columns = read_observed_columns(scratch.path() / "counts.csv").at(0).columns;
  const auto make = [&](WorkStore& store, Progress& progress) {
    return reconstruct_frame(columns, nullptr, options, potential, RandomStream(1), store,
                             progress);
  };
  NoProgress quiet;
  FolderStore whole_store(scratch.path() / "whole_parts");
  write_model(scratch.path() / "whole", make(whole_store, quiet), nullptr, options, "");
  // Within the first relaxations, and after some of them.
  for (const std::size_t steps : {std::size_t{30}, std::size_t{130}}) {
    FolderStore store(scratch.path() / "parts");
    StopRelaxing stop(steps);
    EXPECT_THROW((void)make(store, stop), Interrupted);
  }
  FolderStore store(scratch.path() / "parts");
  EXPECT_TRUE(store.load("relaxed-0000") || store.load("relaxing-0000")) << "nothing was kept";
  write_model(scratch.path() / "resumed", make(store, quiet), nullptr, options, "");
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                testing::result_bytes(scratch.path() / "resumed")),
            "");
}

TEST_F(Reconstruct, OneFrameInBetweenTakesNothingFromACallForAll) {
  auto smaller = particle;
  smaller.atoms.pop_back();
  write("series.csv", counts_header + counts_of(particle, 3) + counts_of(smaller, 4));
  ReconstructOptions options;
  options.potential = "smatb:Au";
  options.search.iterations = options.nearby_iterations = 200;
  options.temperature_k = 1500.0;
  options.relax.relax_ns = 0.0005;
  options.relax.windows = 2;
  options.relax_candidates = 2;
  std::vector<std::string> said;
  const auto run = [&](const std::string& folder, std::optional<std::int64_t> frame,
                       Progress&& progress) {
    said.clear();
    options.frame_index = frame;
    (void)run_reconstruct(
        options, scratch.path() / "series.csv", scratch.path() / folder,
        [&](const std::string& line) { said.push_back(line); }, progress);
  };
  run("whole", {}, NoProgress());
  // 101 steps a candidate: within the second of the first frame.
  EXPECT_THROW(run("out", {}, StopRelaxing(150)), Interrupted);
  for (const std::int64_t frame : {4, 3}) {
    run("out", frame, NoProgress());
    EXPECT_EQ(partial_folders(scratch.path() / "out"), 1) << frame;
  }
  run("out", {}, NoProgress());
  EXPECT_EQ(std::ranges::count(said, "frame 3: going on with what was finished before"), 1);
  EXPECT_EQ(std::ranges::count(said, "frame 4: going on with what was finished before"), 0);
  EXPECT_EQ(partial_folders(scratch.path() / "out"), 0);
  EXPECT_EQ(testing::difference(testing::result_bytes(scratch.path() / "whole"),
                                testing::result_bytes(scratch.path() / "out")),
            "");
}

/// Frames of the particle with the shot noise of 1e5 electrons per square angstrom, shifted a
/// little.
void add_frame(RunConfig& config, const fs::path& folder, const crystal::Structure& particle) {
  const std::size_t index = config.input.files.size();
  auto columns = simulate::project_columns(particle, 0.5, simulate::ScsLibrary::proportional(0.02));
  for (auto& column : columns) {
    column.x_angstrom += 10.0 + 0.1 * static_cast<double>(index);
    column.y_angstrom += 10.0;
  }
  simulate::FrameOptions options;
  options.width = 120;
  options.height = 120;
  options.pixel_size_angstrom = config.input.pixel_size_angstrom.value();
  options.dose_per_angstrom2 = 1e5;
  const Grid<double> frame =
      simulate::render_frame(columns, options, RandomStream(17).substream(index));
  const fs::path path = folder / ("f" + std::to_string(index) + ".tif");
  const std::array raw = {image::to_raw(frame, image::PixelType::float64)};
  image::write_series(path, raw, {});
  config.input.files.push_back({path.string()});
}

TEST_F(Reconstruct, AFrameMoreOfARunIsAModelMore) {
  RunConfig config;
  config.name = "particles";
  config.input.pixel_size_angstrom = 0.17;
  config.columns.fit.background = columns::BackgroundModel::none;
  std::string library = "atom_count,scs_angstrom2\n";
  for (int n = 1; n <= 8; ++n) {
    library += std::to_string(n) + ',' + storage::cell(0.02 * n) + '\n';
  }
  write("library.csv", library);
  config.counting.library.path = (scratch.path() / "library.csv").string();
  config.counting.options.method = counting::Method::library;
  config.models.enabled = true;
  config.models.potential = "smatb:Au";
  config.models.relax.relax_ns = 0.0;
  config.models.search.iterations = 200;
  config.models.nearby_iterations = 200;
  for (int i = 0; i < 2; ++i) add_frame(config, scratch.path(), particle);
  const RunDirectory directory(scratch.path() / "run");
  const auto run = [&] {
    NoListener listener;
    NoProgress progress;
    return run_stages(directory, make_stages(config), {}, listener, progress);
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.exit_code(), 0) << (outcome.shortfalls.empty() ? "" : outcome.shortfalls[0]);
  const auto models = [&] {
    std::map<std::string, fs::file_time_type> made;
    for (const auto& item : fs::directory_iterator(directory.stage("models").items())) {
      made[item.path().filename().string()] = fs::last_write_time(item.path() / "model.xyz");
    }
    return made;
  };
  const auto before = models();
  ASSERT_EQ(before.size(), 2U);
  for (const auto& [key, time] : before) {
    const fs::path item = directory.stage("models").items() / key;
    const auto found =
        reconstruct::compare(particle, crystal::read_structure(item / "model_lattice.xyz"), {});
    EXPECT_EQ(found.pairs.size(), particle.atoms.size());
    EXPECT_TRUE(found.extra.empty());
    // 1e4 pixels whose noise is Poisson: 1 with a standard deviation of some per cent; the columns'
    // fitted places, heights and widths take a few hundredths.
    const auto check = read_json(item / "reconstruction.json").at("image_check");
    EXPECT_GT(check.at("chi_square_per_pixel").get<double>(), 0.5);
    EXPECT_LT(check.at("chi_square_per_pixel").get<double>(), 3.0);
    EXPECT_EQ(storage::read_csv(item / "image_columns.csv").rows(),
              storage::read_csv(item / "model_columns.csv").rows());
  }
  const std::string page = storage::read_file(directory.path() / "report.html");
  EXPECT_NE(page.find("3D models"), std::string::npos);

  add_frame(config, scratch.path(), particle);
  (void)run();
  const auto after = models();
  ASSERT_EQ(after.size(), 3U);
  for (const auto& [key, time] : before) EXPECT_EQ(after.at(key), time) << "made again";
  EXPECT_EQ(storage::read_csv(directory.stage("models").result() / "models.csv").rows(), 3U);
}

}  // namespace
}  // namespace adatom::pipeline
