#include "stages/environments_item.h"

#include <set>
#include <system_error>
#include <vector>

#include "adatom/base/error.h"
#include "environments/label_file.h"
#include "md/replica.h"
#include "run/file_system.h"
#include "run/link_files.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

bool begins_alike(const fs::path& labels, const LabelFileHead& head, std::uint64_t first_digest) {
  std::error_code error;
  if (!fs::is_regular_file(labels, error)) return false;
  try {
    LabelFileReader reader(labels);
    if (reader.head().atoms != head.atoms || reader.head().identity != head.identity) return false;
    LabelledFrame first;
    return reader.next(first) && first.digest == first_digest;
  } catch (const InputError&) {
    return false;
  }
}

/// Labels of the same frames, as far as another item has them.
void copy_labels(const TrajectoryPlan& plan, const LabelFileHead& head,
                 const std::vector<fs::path>& others, const fs::path& to) {
  const std::uint64_t first = digest_of(plan.reader->read(plan.frames.front()));
  for (const fs::path& folder : others) {
    const fs::path labels = folder / to.filename();
    if (!begins_alike(labels, head, first)) continue;
    duplicate_file(labels, to);
    return;
  }
}

/// As far as they are known before there are models.
std::set<std::string> elements_of_run(const RunConfig& config) {
  std::set<std::string> elements;
  if (!config.md.structures.empty()) {
    for (const auto& input : read_inputs(config.md, nullptr)) {
      for (const auto& atom : input->structure.atoms) elements.insert(atom.element);
    }
  } else {
    elements.insert(config.models.lattice.element);
  }
  return elements;
}

}  // namespace

ChosenDictionary dictionary_of_run(const RunConfig& config) {
  return choose_dictionary(config.environments, elements_of_run(config));
}

std::string labels_file(const fs::path& structures) {
  return structures.stem().string() + ".labels";
}

TrajectoryPlan plan_file(const fs::path& file, const EnvironmentsOptions& options) {
  EnvironmentsOptions one = options;
  one.trajectories = {{file.string()}};
  return plan_trajectories(one).front();
}

Remarks label_item(const Item& item, const EnvironmentsOptions& options,
                   const ChosenDictionary& dictionary, const Work& work) {
  const FrameLabeller labeller(dictionary.dictionary, options);
  create_folder(work.kept);
  Remarks remarks;
  std::vector<fs::path> others;
  bool asked = false;
  for (const Input& input : item.inputs) {
    const TrajectoryPlan plan = plan_file(input.path, options);
    const fs::path labels = work.kept / labels_file(input.path);
    const LabelFileHead head = label_head(plan, labeller, dictionary, options);
    if (!plan.is_single() && !fs::exists(labels)) {
      if (!asked) others = work.others();
      asked = true;
      copy_labels(plan, head, others, labels);
    }
    LabelFile file(labels, head);
    (void)reconcile(plan, file);
    work.progress.begin("environments", plan.frames.size());
    work.progress.advance_found(file.frames());
    label_frames(plan, labeller, file, work.progress);
    remarks.warnings.insert(remarks.warnings.end(), plan.warnings.begin(), plan.warnings.end());
    remarks.metrics["frames"] = static_cast<double>(plan.frames.size());
  }
  link_files(work.kept, work.folder);
  return remarks;
}

}  // namespace adatom::pipeline
