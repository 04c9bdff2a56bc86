#include "soap/soap_run.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/pipeline/option_values.h"
#include "adatom/pipeline/sha256.h"
#include "cli/frame_choice.h"
#include "cli/structure_files.h"
#include "series/frame_print.h"
#include "soap/soap_elements.h"
#include "soap/soap_output.h"
#include "soap/soap_parts.h"

namespace adatom::pipeline {
namespace {

/// Atoms whose spectra are in memory at once, and those that a thread takes together.
constexpr std::size_t chunk_atoms = 4096;
constexpr std::size_t grain_atoms = 32;
/// Atoms of the frames that are prepared at once.
constexpr std::size_t block_atoms = 100'000;

/// A frame that is ready for its spectra.
struct Prepared {
  std::size_t number = 0;
  crystal::Structure structure;
  std::vector<std::uint32_t> species;
  std::optional<descriptors::NeighbourSearch> search;
};

class Runner {
 public:
  Runner(const SoapTask& task, const descriptors::Soap& soap, const SoapElements& elements,
         crystal::TrajectoryReader& reader, FrameRange chosen, Progress& progress)
      : task_(task),
        soap_(soap),
        elements_(elements),
        reader_(reader),
        chosen_(chosen),
        progress_(progress),
        first_(reader.read(chosen.first)) {}

  /// Frames are read and prepared many at once; then the atoms of one frame after the other are
  /// shared out.
  void go(SoapParts& parts) {
    const std::size_t atoms = first_.atoms.size();
    next_ = chosen_.first + parts.frames();
    progress_.begin("SOAP", (chosen_.last - chosen_.first) * atoms);
    progress_.advance_found((next_ - chosen_.first) * atoms);
    const std::size_t most = std::clamp<std::size_t>(block_atoms / std::max<std::size_t>(1, atoms),
                                                     1, 2 * thread_count());
    std::vector<Prepared> block;
    while (next_ < chosen_.last) {
      block.resize(std::min(most, chosen_.last - next_));
      for (auto& frame : block) read(frame);
      parallel_for(block.size(), [&](std::size_t i) { prepare(block[i]); });
      for (const auto& frame : block) {
        if (!add_spectra(frame, parts)) {
          if (parts.frames() > 0) save(parts);
          throw Interrupted();
        }
        parts.end_frame();
        if (parts.wants_checkpoint()) save(parts);
      }
    }
  }

 private:
  void read(Prepared& frame) {
    frame.number = next_++;
    frame.structure = reader_.read(frame.number);
    const auto& structure = frame.structure;
    if (structure.atoms.size() == first_.atoms.size() && structure.ids == first_.ids) return;
    throw InputError(
        {.what = fmt::format("frame {} has other atoms than the first", frame.number),
         .where = task_.trajectory.string(),
         .why =
             fmt::format("it has {}, the first {}{}", structure.atoms.size(), first_.atoms.size(),
                         structure.ids == first_.ids ? "" : ", with other ids"),
         .remedy = "a file of spectra has the same atoms in all frames: choose such frames with "
                   "--frames"});
  }

  void prepare(Prepared& frame) const {
    try {
      frame.species = elements_.of(frame.structure);
      std::vector<Eigen::Vector3d> positions;
      positions.reserve(frame.structure.atoms.size());
      for (const auto& atom : frame.structure.atoms) positions.push_back(atom.position_angstrom);
      const auto box = series_box(frame.structure, task_.options.input.periodic);
      frame.search.emplace(positions, box, soap_.reach_angstrom());
    } catch (const InputError& error) {
      auto complaints = error.complaints();
      for (auto& complaint : complaints) {
        const auto place = fmt::format("{}, frame {}", task_.trajectory.string(), frame.number);
        complaint.where = complaint.where.empty() ? place : place + ", " + complaint.where;
      }
      throw InputError(std::move(complaints));
    }
  }

  /// False: the user asked to stop before the frame was whole.
  [[nodiscard]] bool add_spectra(const Prepared& frame, SoapParts& parts) {
    const auto& options = task_.options;
    const std::size_t atoms = frame.structure.atoms.size();
    const std::size_t size =
        descriptors::spectrum_size(options.soap, soap_.species(), options.layout);
    for (std::size_t first = 0; first < atoms; first += chunk_atoms) {
      if (progress_.cancelled()) return false;
      const std::size_t count = std::min(chunk_atoms, atoms - first);
      spectra_.resize(count * size);
      parallel_ranges(count, grain_atoms, [&](std::size_t begin, std::size_t end) {
        fill(frame, first + begin, std::span(spectra_).subspan(begin * size, (end - begin) * size));
      });
      parts.append(spectra_);
      progress_.advance(count);
    }
    return true;
  }

  /// Spectra of as many atoms as fit, from `first` on.
  void fill(const Prepared& frame, std::size_t first, std::span<double> spectra) const {
    const auto& options = task_.options;
    const std::size_t size =
        descriptors::spectrum_size(options.soap, soap_.species(), options.layout);
    std::vector<std::uint32_t> centres(spectra.size() / size);
    std::iota(centres.begin(), centres.end(), static_cast<std::uint32_t>(first));
    thread_local descriptors::NeighbourVectors neighbours;
    frame.search->find(first, first + centres.size(), neighbours);
    if (options.layout == descriptors::SpectrumLayout::unique) {
      soap_.compute(neighbours, frame.species, centres, spectra);
    } else {
      std::vector<double> unique(centres.size() * soap_.size());
      soap_.compute(neighbours, frame.species, centres, unique);
      descriptors::lay_out(options.soap, soap_.species(), options.layout, unique, spectra);
    }
    if (options.normalise) descriptors::normalise(spectra, size);
  }

  void save(SoapParts& parts) {
    const auto& last = reader_.frames()[chosen_.first + parts.frames() - 1];
    parts.checkpoint(print_of(task_.trajectory, last));
  }

  const SoapTask& task_;
  const descriptors::Soap& soap_;
  const SoapElements& elements_;
  crystal::TrajectoryReader& reader_;
  FrameRange chosen_;
  Progress& progress_;
  crystal::Structure first_;
  std::size_t next_ = 0;
  std::vector<double> spectra_;
};

/// Everything that decides the numbers, but the frames behind the first.
std::string soap_key(const SoapTask& task, const SoapElements& elements, const std::string& kernel,
                     const std::string& first_print) {
  auto values = option_values("soap", task.options);
  leave_out(values, "soap.frames");
  leave_out(values, "soap.elements");
  leave_out(values, "soap.instruction_set");
  std::string text = kernel + '\n' + first_print + '\n';
  for (const auto& name : elements.names()) text += name + ' ';
  for (const auto& value : values) text += '\n' + value.name + '=' + value.value;
  return sha256(text);
}

/// Frames of an interrupted run are taken as far as they are asked for and have not changed.
void keep_what_fits(const SoapTask& task, FrameRange chosen,
                    const std::vector<crystal::TrajectoryFrame>& frames, SoapParts& parts,
                    const Say& say) {
  if (parts.frames() == 0) return;
  const std::size_t last = chosen.first + parts.frames() - 1;
  if (last >= frames.size() || print_of(task.trajectory, frames[last]) != parts.last_frame()) {
    say("the trajectory has changed since the interrupted run: begun anew");
    parts.cut(0);
  } else if (parts.frames() > chosen.last - chosen.first) {
    parts.cut(chosen.last - chosen.first);
  }
}

std::filesystem::path parts_folder(const std::filesystem::path& out) {
  return out.parent_path() / (".partial-" + out.filename().string());
}

std::vector<double> times_of(const std::vector<crystal::TrajectoryFrame>& frames,
                             FrameRange chosen) {
  std::vector<double> times;
  for (std::size_t frame = chosen.first; frame < chosen.last; ++frame) {
    if (!frames[frame].time_ps) return {};
    times.push_back(*frames[frame].time_ps);
  }
  return times;
}

}  // namespace

SoapSummary run_soap(const SoapTask& task, Progress& progress, const Say& say) {
  (void)soap_format(task.out);
  const auto& options = task.options;
  crystal::TrajectoryReader reader(task.trajectory, type_elements(options.input.type_elements));
  const auto& frames = reader.frames();
  const auto chosen = chosen_frames(options.input.frames, frames.size(), task.trajectory.string());
  const auto first = reader.read(chosen.first);
  if (first.atoms.empty()) {
    throw InputError({.what = "the structure holds no atom",
                      .where = task.trajectory.string(),
                      .why = {},
                      .remedy = {}});
  }
  const SoapElements elements(options.elements, first, task.trajectory.string());
  const descriptors::Soap soap(options.soap, elements.names().size(), options.method,
                               options.instruction_set);
  SoapFacts facts{
      .frames = chosen.last - chosen.first,
      .atoms = first.atoms.size(),
      .values = descriptors::spectrum_size(options.soap, elements.names().size(), options.layout),
      .options = options,
      .elements = elements.names(),
      .reach_angstrom = soap.reach_angstrom(),
      .kernel = soap.kernel_name(),
      .atom_ids = first.ids,
      .time_ps = times_of(frames, chosen)};
  SoapParts parts(
      parts_folder(task.out),
      soap_key(task, elements, facts.kernel, print_of(task.trajectory, frames[chosen.first])),
      facts.atoms * facts.values);
  keep_what_fits(task, chosen, frames, parts, say);
  const std::size_t before = parts.frames();
  if (before < facts.frames) Runner(task, soap, elements, reader, chosen, progress).go(parts);
  for (const auto& damage : reader.damage()) say("warning: " + damage.text());
  write_soap(task.out, facts, parts, progress);
  return {.frames = facts.frames,
          .atoms = facts.atoms,
          .values = facts.values,
          .elements = facts.elements,
          .reach_angstrom = facts.reach_angstrom,
          .kernel = facts.kernel,
          .frames_before = before};
}

}  // namespace adatom::pipeline
