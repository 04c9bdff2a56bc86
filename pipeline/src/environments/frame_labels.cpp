#include "environments/frame_labels.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/crystal/box.h"
#include "adatom/descriptors/neighbour_vectors.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

/// Spectra of so many atoms are in memory at once in each thread: 330 kB.
constexpr std::size_t centres_at_once = 128;

/// Frames in memory at once hold at most so many atoms, unless one alone has more.
constexpr std::size_t atoms_at_once = 200'000;

/// Between two waits for the disk.
constexpr std::chrono::seconds sync_every{30};

crystal::Box box_for(const crystal::Structure& structure, PeriodicChoice choice,
                     const std::string& where) {
  crystal::Structure cell;
  cell.cell_angstrom = structure.cell_angstrom;
  cell.origin_angstrom = structure.origin_angstrom;
  if (choice == PeriodicChoice::automatic) cell.periodic = structure.periodic;
  if (choice == PeriodicChoice::yes) cell.periodic = {true, true, true};
  try {
    return crystal::box_of(cell);
  } catch (const InputError&) {
    throw InputError({.what = "the frame has no cell that could be periodic",
                      .where = where,
                      .why = "its vectors span no volume",
                      .remedy = "leave out --periodic yes, or give the file a cell"});
  }
}

}  // namespace

FrameLabeller::FrameLabeller(const dynamics::EnvironmentDictionary& dictionary,
                             const EnvironmentsOptions& options)
    : element_(dictionary.element),
      surroundings_(options.surroundings),
      periodic_(options.periodic),
      soap_(dictionary.soap, 1),
      classifier_(dictionary) {}

LabelledFrame FrameLabeller::label(const crystal::Structure& structure,
                                   const std::string& where) const {
  std::vector<Eigen::Vector3d> positions;
  std::vector<std::uint32_t> centres;   // numbers among the positions
  std::vector<std::uint32_t> labelled;  // numbers among all atoms
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const bool of_element = structure.atoms[i].element == element_;
    if (!of_element && surroundings_ == NeighbourChoice::element) continue;
    if (of_element) {
      centres.push_back(static_cast<std::uint32_t>(positions.size()));
      labelled.push_back(static_cast<std::uint32_t>(i));
    }
    positions.push_back(structure.atoms[i].position_angstrom);
  }
  if (centres.empty()) {
    throw InputError({.what = "no atom has environments of the dictionary",
                      .where = where,
                      .why = "the dictionary is of " + element_ + ", and there is none",
                      .remedy = "name another --dictionary, or what the types are by "
                                "--type-elements"});
  }
  const descriptors::NeighbourSearch search(positions, box_for(structure, periodic_, where),
                                            soap_.reach_angstrom());
  LabelledFrame frame;
  frame.digest = digest_of(structure);
  frame.environments.assign(structure.atoms.size(), dynamics::no_label);
  frame.distances.assign(structure.atoms.size(), 0);
  parallel_ranges(centres.size(), centres_at_once, [&](std::size_t begin, std::size_t end) {
    // Kept: memory that is new costs a tenth of the time.
    thread_local descriptors::NeighbourVectors neighbours;
    thread_local std::vector<double> spectra;
    search.find(centres[begin], centres[end - 1] + 1, neighbours);
    spectra.resize((end - begin) * soap_.size());
    std::vector<dynamics::Classified> found(end - begin);
    soap_.compute(neighbours, {}, std::span(centres).subspan(begin, end - begin), spectra);
    classifier_.classify(spectra, found);
    for (std::size_t i = begin; i < end; ++i) {
      frame.environments[labelled[i]] = found[i - begin].environment;
      frame.distances[labelled[i]] = distance_steps(found[i - begin].distance);
    }
  });
  return frame;
}

std::uint64_t digest_of(const crystal::Structure& structure) {
  Sha256 hash;
  const auto add = [&hash](const auto& value) {
    hash.add(std::string_view(reinterpret_cast<const char*>(&value), sizeof(value)));
  };
  for (const auto& atom : structure.atoms) {
    hash.add(atom.element);
    add(atom.position_angstrom);
  }
  add(structure.cell_angstrom);
  add(structure.periodic);
  return std::stoull(hash.hex().substr(0, 16), nullptr, 16);
}

std::string reconcile(const TrajectoryPlan& plan, LabelFile& file) {
  const std::size_t before = file.frames();
  if (before == 0) return {};
  file.cut(plan.frames.size());
  // Trajectories grow at their end: where the first and the last are the same, all are.
  for (const std::size_t frame : {std::size_t{0}, file.frames() - 1}) {
    if (digest_of(plan.reader->read(plan.frames[frame])) == file.digest(frame)) continue;
    file.cut(0);
    return fmt::format("frame {} of {} has changed", plan.frames[frame], plan.file);
  }
  if (file.frames() == before) return {};
  return fmt::format("{} has {} frames fewer", plan.file, before - file.frames());
}

void label_frames(const TrajectoryPlan& plan, const FrameLabeller& labeller, LabelFile& file,
                  Progress& progress) {
  const std::size_t batch = std::clamp(atoms_at_once / std::max<std::size_t>(plan.atoms, 1),
                                       std::size_t{1}, 4 * thread_count());
  auto synced = std::chrono::steady_clock::now();
  while (file.frames() < plan.frames.size()) {
    if (progress.cancelled()) {
      file.sync();
      throw Interrupted();
    }
    const std::size_t begin = file.frames();
    const std::size_t count = std::min(batch, plan.frames.size() - begin);
    std::vector<LabelledFrame> labels(count);
    // The frames' places are known by now, so each thread reads its own.
    parallel_for(count, [&](std::size_t k) {
      if (progress.cancelled()) return;
      const std::size_t frame = plan.frames[begin + k];
      labels[k] = labeller.label(plan.reader->read(frame),
                                 fmt::format("{}, frame {}", plan.path.string(), frame));
      progress.advance(1);
    });
    for (const LabelledFrame& frame : labels) {
      if (frame.environments.empty()) break;  // interrupted
      file.append(frame);
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - synced < sync_every) continue;
    file.sync();
    synced = now;
  }
  file.sync();
}

}  // namespace adatom::pipeline
