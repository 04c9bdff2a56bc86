#include "reconstruct/model_work.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/base/physical_constants.h"
#include "adatom/energetics/energies.h"
#include "adatom/pipeline/sha256.h"
#include "reconstruct/candidate_set.h"
#include "reconstruct/image_work.h"
#include "reconstruct/relax_record.h"

namespace adatom::pipeline {
namespace {

using reconstruct::ObservedColumn;

// Streams of one frame.
constexpr std::uint64_t search_stream = 1;
constexpr std::uint64_t relax_stream = 2;
constexpr std::uint64_t confidence_stream = 3;
constexpr std::uint64_t nearby_stream = 4;

/// Candidates so far above the lowest weigh nothing: exp(-20) is 2e-9.
constexpr double window_in_kt = 20.0;

/// A lattice that lacks more of the columns than this was not found.
constexpr double most_outside = 0.2;
/// For a weight so many times smaller or larger the choice has to be much the same: no more than
/// such a share of the surface atoms elsewhere (published: 95 % of them are found).
constexpr double alpha_factor = 2.0;
constexpr double most_elsewhere = 0.05;

/// All relaxations are one task.
class RelaxProgress final : public Progress {
 public:
  explicit RelaxProgress(Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { whole_.advance(steps); }
  void advance_found(std::size_t steps) override { whole_.advance_found(steps); }
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  Progress& whole_;
};

class FrameReconstruction {
 public:
  FrameReconstruction(const FrameImage* image, const ModelOptions& options,
                      std::shared_ptr<const energetics::EmbeddedAtomPotential> potential,
                      const RandomStream& random, WorkStore& store, Progress& progress)
      : image_(image),
        options_(options),
        potential_(std::move(potential)),
        random_(random),
        store_(store),
        progress_(progress) {}

  FrameModel run(const std::vector<ObservedColumn>& columns) {
    find_candidates(columns);
    relax_candidates();
    choose();
    describe_model();
    check_image();
    remark();
    return std::move(model_);
  }

 private:
  void find_candidates(const std::vector<ObservedColumn>& columns) {
    model_.columns_seen = static_cast<std::int64_t>(columns.size());
    model_.lattice = reconstruct::find_column_lattice(columns, options_.lattice_options());
    std::vector<std::size_t> used;
    const auto start =
        reconstruct::start_model(columns, model_.lattice, options_.start_options(), used);
    for (const std::size_t i : used) model_.observed.push_back(columns[i]);
    const auto atoms = reconstruct::build_structure(start);
    surroundings_ = energetics::make_surroundings(options_.support_below(atoms), atoms);
    const auto* field = surroundings_.fields.empty() ? nullptr : surroundings_.fields[0].get();
    model_.search = reconstruct::search_minima(start, model_.observed, potential_, field,
                                               options_.search_options(),
                                               random_.substream(search_stream), progress_);
    stop_if_cancelled(progress_);
    const auto& candidates = model_.search.candidates;
    if (candidates.empty()) {
      throw InputError({.what = "the search found no arrangement of the columns",
                        .where = "search",
                        .why = "the start has no finite energy",
                        .remedy = "check --element, --zone-axis and the counts"});
    }
    model_.lattice_chi.resize(candidates.size());
    parallel_for(candidates.size(), [&](std::size_t i) {
      model_.lattice_chi[i] =
          reconstruct::measure_misfit(reconstruct::build_structure(candidates[i].model),
                                      model_.observed, options_.misfit)
              .chi;
    });
  }

  void relax_candidates() {
    std::size_t count = model_.search.candidates.size();
    if (options_.relax_candidates > 0) {
      count = std::min(count, static_cast<std::size_t>(options_.relax_candidates));
    }
    model_.relaxed.resize(count);
    const auto relax = options_.relax_options();
    const auto steps = static_cast<std::size_t>(reconstruct::relax_steps(relax)) + 1;
    progress_.begin("relaxing candidates", count * steps);
    parallel_for(count, [&](std::size_t i) {
      stop_if_cancelled(progress_);
      model_.relaxed[i].candidate = i;
      model_.relaxed[i].relaxed = relax_one(i, relax, steps);
      model_.relaxed[i].misfit = reconstruct::measure_misfit(model_.relaxed[i].relaxed.quenched,
                                                             model_.observed, options_.misfit);
    });
  }

  reconstruct::RelaxResult relax_one(std::size_t i, const reconstruct::RelaxOptions& relax,
                                     std::size_t steps) {
    const auto structure = reconstruct::build_structure(model_.search.candidates[i].model);
    const std::string done = fmt::format("relaxed-{:04}", i);
    const std::string under_way = fmt::format("relaxing-{:04}", i);
    if (const auto bytes = store_.load(done)) {
      if (auto result = decode_relaxed(*bytes, structure)) {
        progress_.advance_found(steps);
        return std::move(*result);
      }
    }
    reconstruct::RelaxState from;
    if (const auto bytes = store_.load(under_way)) {
      if (auto state = decode_relax_state(*bytes)) from = std::move(*state);
    }
    progress_.advance_found(static_cast<std::size_t>(reconstruct::relax_steps_done(relax, from)));
    RelaxProgress progress(progress_);
    auto result = reconstruct::relax_candidate(
        structure, potential_, surroundings_, relax, random_.substream(relax_stream).substream(i),
        std::move(from),
        [&](const reconstruct::RelaxState& state) {
          store_.save(under_way, encode_relax_state(state));
        },
        progress);
    store_.save(done, encode_relaxed(result));
    store_.drop(under_way);
    progress_.advance(1);
    return result;
  }

  void choose() {
    std::vector<reconstruct::FitnessInput> inputs;
    for (const RelaxedModel& one : model_.relaxed) {
      inputs.push_back({.energy_ev = one.relaxed.energy_ev,
                        .energy_stderr_ev = one.relaxed.energy_stderr_ev,
                        .atoms = static_cast<std::int64_t>(one.relaxed.quenched.atoms.size()),
                        .chi = one.misfit.chi});
    }
    std::int64_t counted = 0;
    for (const ObservedColumn& column : model_.observed) counted += column.atom_count;
    model_.fitness = reconstruct::rank_candidates(
        inputs, static_cast<std::int64_t>(model_.observed.size()), counted,
        options_.fitness_options(), model_.search.crystal_atom_ev);
    model_.confidence = reconstruct::measure_confidence(ensemble(), 0, options_.ensemble_options(),
                                                        random_.substream(confidence_stream));
  }

  /// The chosen one, the other relaxed ones, and those that were not relaxed: these at the energy
  /// on the lattice, moved by the mean that relaxation changes it by and with the scatter of that.
  [[nodiscard]] std::vector<reconstruct::EnsembleMember> ensemble() const {
    const auto& candidates = model_.search.candidates;
    const auto& ranked = model_.fitness.ranked;
    std::vector<reconstruct::EnsembleMember> members;
    std::vector<double> changes;
    for (const auto& one : ranked) {
      const auto& candidate = candidates[model_.relaxed[one.index].candidate];
      members.push_back({.model = candidate.model,
                         .free_energy_ev = one.free_energy_ev,
                         .free_energy_stderr_ev = one.free_energy_stderr_ev});
      changes.push_back(one.free_energy_ev - candidate.ranking_ev);
    }
    const auto count = static_cast<double>(changes.size());
    double mean = 0.0;
    for (const double change : changes) mean += change / count;
    double squares = 0.0;
    for (const double change : changes) squares += (change - mean) * (change - mean);
    // Of one or two nothing is known of the scatter.
    const double scatter = changes.size() > 2 ? std::sqrt(squares / (count - 1.0))
                                              : boltzmann_ev_per_k * options_.temperature_k;
    for (std::size_t i = model_.relaxed.size(); i < candidates.size(); ++i) {
      members.push_back({.model = candidates[i].model,
                         .free_energy_ev = candidates[i].ranking_ev + mean,
                         .free_energy_stderr_ev = scatter});
    }
    return members;
  }

  /// Both structures with what is known of every atom.
  void describe_model() {
    model_.on_lattice = reconstruct::build_structure(model_.chosen_candidate().model);
    model_.model = model_.chosen().relaxed.quenched;
    model_.misfit = model_.chosen().misfit;
    model_.lattice_surface = reconstruct::classify_surface(model_.on_lattice);
    model_.surface = reconstruct::classify_surface(model_.model);
    describe_atoms(model_.on_lattice, model_.lattice_surface);
    describe_atoms(model_.model, model_.surface);
    if (surroundings_.fields.empty()) return;
    const auto positions = energetics::positions_of(model_.model);
    std::vector<Eigen::Vector3d> forces(positions.size(), Eigen::Vector3d::Zero());
    double support_ev = 0.0;
    for (const auto& field : surroundings_.fields) support_ev += field->add(positions, forces);
    model_.support_energy_ev = support_ev;
  }

  void describe_atoms(crystal::Structure& structure, const reconstruct::SurfaceClasses& surface) {
    std::vector<std::int64_t> coordination(surface.coordination.begin(),
                                           surface.coordination.end());
    std::vector<std::string> facets;
    for (const auto one : surface.classes) {
      facets.emplace_back(
          EnumNames<reconstruct::SurfaceClass>::names[static_cast<std::size_t>(one)]);
    }
    structure.columns.push_back(
        {.name = "confidence", .width = 1, .values = model_.confidence.confidence});
    structure.columns.push_back(
        {.name = "coordination", .width = 1, .values = std::move(coordination)});
    structure.columns.push_back({.name = "facet", .width = 1, .values = std::move(facets)});
  }

  void check_image() {
    if (image_ == nullptr || options_.image_check == ImageCheckMethod::off) return;
    model_.image_check = check_model_image(*image_, model_.model, model_.observed, model_.misfit,
                                           options_, store_, model_.remarks.warnings, progress_);
  }

  void remark() {
    Remarks& remarks = model_.remarks;
    const auto add = [&](const std::vector<std::string>& warnings, const std::string& of) {
      for (const auto& warning : warnings) remarks.warnings.push_back(of + warning);
    };
    add(model_.lattice.warnings, "");
    add(model_.chosen().relaxed.warnings, "");
    if (model_.image_check) add(model_.image_check->warnings, "image check: ");
    const auto outside = model_.columns_seen - static_cast<std::int64_t>(model_.observed.size());
    const double share = static_cast<double>(outside) / static_cast<double>(model_.columns_seen);
    if (outside > 0) {
      const std::string text = fmt::format(
          "{} of {} columns are in no lattice and not in the model", outside, model_.columns_seen);
      (share > most_outside ? remarks.shortfalls : remarks.warnings).push_back(text);
    }
    if (const auto left = atoms_off_their_columns(); left > 0) {
      remarks.warnings.push_back(fmt::format(
          "{} of {} atoms left the columns they were counted in when the model was relaxed; "
          "model_lattice.xyz has them there",
          left, model_.model.atoms.size()));
    }
    remark_on_alpha(remarks);
    const auto& best = model_.fitness.ranked[0];
    remarks.metrics = {{"atoms", static_cast<double>(model_.model.atoms.size())},
                       {"columns", static_cast<double>(model_.observed.size())},
                       {"energy_per_atom_ev", best.energy_per_atom_ev},
                       {"energy_per_atom_stderr_ev", best.energy_per_atom_stderr_ev},
                       {"chi", best.chi},
                       {"fitness_ev", best.fitness_ev},
                       {"alpha_ev", model_.fitness.alpha_ev},
                       {"candidates", static_cast<double>(model_.search.candidates.size())},
                       {"relaxed_candidates", static_cast<double>(model_.relaxed.size())},
                       {"counts_changed", static_cast<double>(model_.observed.size()) -
                                              static_cast<double>(model_.misfit.columns_exact)},
                       {"expected_wrong_atoms", model_.confidence.expected_wrong_atoms}};
    if (model_.image_check) {
      remarks.metrics["image_chi_square_per_pixel"] = model_.image_check->chi_square_per_pixel;
    }
  }

  [[nodiscard]] std::int64_t atoms_off_their_columns() const {
    std::int64_t left = 0;
    std::size_t atom = 0;  // column by column, as `build_structure` has them
    const auto& columns = model_.chosen_candidate().model.columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::int64_t k = 0; k < columns[i].atoms; ++k, ++atom) {
        if (model_.misfit.atom_columns[atom] != static_cast<std::int64_t>(i)) ++left;
      }
    }
    return left;
  }

  /// A choice between candidates that differ in a few atoms is what the confidence tells.
  void remark_on_alpha(Remarks& remarks) const {
    const auto& fitness = model_.fitness;
    const double from = fitness.alpha_ev / alpha_factor;
    const double to = fitness.alpha_ev * alpha_factor;
    double most = 0.0;
    for (const auto& range : fitness.ranges) {
      if (range.index == fitness.ranked[0].index || range.from_ev > to) continue;
      if (range.to_ev && *range.to_ev < from) continue;
      most = std::max(most, atoms_elsewhere(range.index));
    }
    const auto surface = static_cast<double>(model_.lattice_surface.surface_atoms());
    if (most <= most_elsewhere * surface) return;
    remarks.shortfalls.push_back(fmt::format(
        "the chosen model depends on the weight of the misfit: between half and twice its {:.3g} "
        "eV another is the best that has {:.0f} of {:.0f} surface atoms elsewhere",
        fitness.alpha_ev, most, surface));
  }

  /// Of the chosen model, where a relaxed one has none.
  [[nodiscard]] double atoms_elsewhere(std::size_t relaxed) const {
    const std::vector<reconstruct::EnsembleMember> both = {
        {.model = model_.chosen_candidate().model},
        {.model = model_.search.candidates[model_.relaxed[relaxed].candidate].model}};
    // Of equal weight: what only one has is expected to be wrong by half.
    return 2.0 * reconstruct::measure_confidence(both, 0, options_.ensemble_options(),
                                                 random_.substream(confidence_stream))
                     .expected_wrong_atoms;
  }

  const FrameImage* image_;
  const ModelOptions& options_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  RandomStream random_;
  WorkStore& store_;
  Progress& progress_;
  energetics::Surroundings surroundings_;
  FrameModel model_;
};

}  // namespace

FrameModel reconstruct_frame(
    const std::vector<ObservedColumn>& columns, const FrameImage* image,
    const ModelOptions& options,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const RandomStream& random, WorkStore& store, Progress& progress) {
  return FrameReconstruction(image, options, potential, random, store, progress).run(columns);
}

std::string model_key(const std::vector<ObservedColumn>& columns, const FrameImage* image,
                      const std::vector<OptionValue>& options, std::uint64_t seed) {
  std::string text = fmt::format("model {}\nseed {}\n", model_version, seed);
  for (const auto& [name, value] : options) text += name + '=' + value + '\n';
  for (const ObservedColumn& column : columns) {
    text += fmt::format("{} {}", column.column_id, column.atom_count);
    for (const double value :
         {column.x_angstrom, column.y_angstrom, column.position_stderr_angstrom,
          column.scs_angstrom2, column.scs_stderr_angstrom2, column.probability}) {
      text += ' ' + shortest(value);
    }
    text += '\n';
  }
  if (image != nullptr) {
    const auto& values = image->image.values();
    std::string pixels(values.size() * sizeof(double), '\0');
    if (!pixels.empty()) std::memcpy(pixels.data(), values.data(), pixels.size());
    text += sha256(pixels) + ' ' + shortest(image->pixel_size_angstrom) + '\n';
    for (std::int64_t n = 1; image->library && n <= image->library->size(); ++n) {
      text += shortest(image->library->at(n)) + '\n';
    }
  }
  return sha256(text);
}

}  // namespace adatom::pipeline
