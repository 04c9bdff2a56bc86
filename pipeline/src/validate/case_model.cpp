#include "validate/case_model.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>

#include "adatom/base/error.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/energetics/force_field.h"
#include "adatom/reconstruct/compare.h"
#include "adatom/storage/files.h"
#include "environments/dictionary_choice.h"
#include "environments/frame_labels.h"
#include "reconstruct/model_work.h"
#include "reconstruct/relax_record.h"

namespace adatom::pipeline {
namespace {

using reconstruct::Share;

/// The only dictionary that ships.
constexpr std::string_view dictionary_element = "Au";

enum ModelStream : std::uint64_t { model_search_stream = 0, model_truth_stream = 1 };

void add_share(Share& sum, const Share& share) {
  sum.right += share.right;
  sum.all += share.all;
}

/// Sums over the frames of a case.
struct ModelScore {
  Share sites;
  Share classes;
  Share environments;
  std::int64_t atoms = 0;
  std::int64_t matched = 0;
  double square_angstrom2 = 0.0;
  double largest_angstrom = 0.0;
};

std::vector<reconstruct::ObservedColumn> observed_columns(const ChainFrame& frame) {
  std::vector<reconstruct::ObservedColumn> observed;
  for (std::size_t i = 0; i < frame.fitted.fit.columns.size(); ++i) {
    if (frame.series_counts[i] < 1) continue;
    const auto& column = frame.fitted.fit.columns[i];
    const auto known = [](double error) { return std::isfinite(error) ? error : 0.0; };
    observed.push_back(
        {.column_id = static_cast<std::int64_t>(i),
         .x_angstrom = column.x_angstrom,
         .y_angstrom = column.y_angstrom,
         .position_stderr_angstrom =
             known(std::hypot(column.x_stderr_angstrom, column.y_stderr_angstrom) / std::sqrt(2.0)),
         .scs_angstrom2 = column.scs_angstrom2,
         .scs_stderr_angstrom2 = known(column.scs_stderr_angstrom2),
         .atom_count = frame.series_counts[i],
         .probability = frame.series_probabilities[i]});
  }
  return observed;
}

crystal::Structure relaxed_truth(
    const crystal::Structure& truth,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const ModelOptions& options, const RandomStream& random, WorkStore& store,
    const std::string& name, Progress& progress) {
  if (const auto bytes = store.load(name)) {
    if (auto stored = decode_relaxed(*bytes, truth)) return std::move(stored->quenched);
  }
  reconstruct::RelaxState from;
  if (const auto bytes = store.load(name + "_state")) {
    if (auto state = decode_relax_state(*bytes)) from = std::move(*state);
  }
  const auto save = [&](const reconstruct::RelaxState& state) {
    store.save(name + "_state", encode_relax_state(state));
  };
  auto result = reconstruct::relax_candidate(truth, potential, {}, options.relax_options(), random,
                                             std::move(from), save, progress);
  store.save(name, encode_relaxed(result));
  store.drop(name + "_state");
  return std::move(result.quenched);
}

/// Of all atoms of the truth, those whose partner has the same class of environment.
Share same_environments(const crystal::Structure& truth, const crystal::Structure& model,
                        const std::vector<reconstruct::PointPair>& pairs) {
  const EnvironmentsOptions defaults;
  const auto chosen =
      choose_dictionary(defaults, std::set<std::string>{std::string(dictionary_element)});
  const FrameLabeller labeller(chosen.dictionary, defaults);
  const auto true_labels = labeller.label(truth, "truth").environments;
  const auto labels = labeller.label(model, "model").environments;
  Share share;
  share.all = static_cast<std::int64_t>(truth.atoms.size());
  for (const auto& pair : pairs) {
    const auto& class_of = chosen.dictionary.class_of;
    if (class_of[true_labels[pair.a]] == class_of[labels[pair.b]]) ++share.right;
  }
  return share;
}

double share_number(const Share& share) {
  return share.all > 0 ? share.value() : CaseResult::not_measured;
}

}  // namespace

ModelOptions model_options_of(const CaseOptions& options, double temperature_k,
                              const ModelOptions& models) {
  ModelOptions all = models;
  all.lattice.element = options.particle.element;
  all.lattice.lattice_parameter_angstrom = options.particle.lattice_parameter_angstrom;
  if (all.zone_axis == ModelZoneAxis::automatic) {
    // Named in the same order, after "auto".
    all.zone_axis =
        static_cast<ModelZoneAxis>(static_cast<std::size_t>(options.particle.zone_axis) + 1);
  }
  all.temperature_k = temperature_k;
  all.image_check = ImageCheckMethod::off;
  return all;
}

void model_frames(const std::vector<ChainFrame>& chain, const ModelOptions& options,
                  const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                  double site_tolerance_angstrom, std::uint64_t seed,
                  const std::filesystem::path& folder, CaseResult& result, Progress& progress) {
  FolderStore store(folder / ".partial-model");
  ModelScore sum;
  std::vector<crystal::Structure> found;
  std::vector<crystal::Structure> models;
  std::vector<crystal::Structure> truths;
  reconstruct::CompareOptions sites;
  sites.align.tolerance_angstrom = site_tolerance_angstrom;
  sites.align.freedom = reconstruct::Freedom::translation;
  reconstruct::CompareOptions places = sites;
  places.align.freedom = reconstruct::Freedom::about_beam;
  for (std::size_t f = 0; f < chain.size(); ++f) {
    stop_if_cancelled(progress);
    const RandomStream random = RandomStream(seed).substream(f);
    const auto model = reconstruct_frame(observed_columns(chain[f]), nullptr, options, potential,
                                         random.substream(model_search_stream), store, progress);
    for (const auto& text : model.remarks.shortfalls) result.warnings.push_back(text);
    const auto& truth = chain[f].known.structure;
    const auto compared = reconstruct::compare(truth, model.on_lattice, sites);
    add_share(sum.sites, compared.surface_at_site);
    add_share(sum.classes, compared.surface_right);
    auto relaxed = relaxed_truth(truth, potential, options, random.substream(model_truth_stream),
                                 store, "truth_" + std::to_string(f), progress);
    const auto moved = reconstruct::compare(relaxed, model.model, places);
    sum.atoms += static_cast<std::int64_t>(truth.atoms.size());
    sum.matched += static_cast<std::int64_t>(moved.pairs.size());
    for (const auto& pair : moved.pairs) {
      sum.square_angstrom2 += pair.distance_angstrom * pair.distance_angstrom;
      sum.largest_angstrom = std::max(sum.largest_angstrom, pair.distance_angstrom);
    }
    if (options.lattice.element == dictionary_element) {
      add_share(sum.environments, same_environments(relaxed, model.model, moved.pairs));
    }
    found.push_back(compared.moved_b);
    models.push_back(moved.moved_b);
    truths.push_back(std::move(relaxed));
  }
  result.surface_right = share_number(sum.sites);
  result.surface_class_right = share_number(sum.classes);
  result.environments_right = share_number(sum.environments);
  if (sum.matched > 0) {
    result.rmsd_angstrom = std::sqrt(sum.square_angstrom2 / static_cast<double>(sum.matched));
    result.largest_angstrom = sum.largest_angstrom;
  }
  result.atoms_matched = share_number({sum.matched, sum.atoms});
  storage::write_file(folder / "model_lattice.xyz", crystal::format_extended_xyz(found));
  storage::write_file(folder / "model.xyz", crystal::format_extended_xyz(models));
  storage::write_file(folder / "truth_relaxed.xyz", crystal::format_extended_xyz(truths));
  store.remove();
}

}  // namespace adatom::pipeline
