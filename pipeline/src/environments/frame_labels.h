#pragma once
// The environment of every atom of every frame.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/descriptors/soap.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/pipeline/environments_options.h"
#include "environments/label_file.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

/// What turns structures into labels. Can be used from several threads.
class FrameLabeller {
 public:
  /// @throws InputError: a dictionary that is none
  FrameLabeller(const dynamics::EnvironmentDictionary& dictionary,
                const EnvironmentsOptions& options);

  [[nodiscard]] std::string kernel_name() const { return soap_.kernel_name(); }
  /// @throws InputError: no atom of the element, a position that is not finite, a box without
  /// volume where --periodic asks for one
  [[nodiscard]] LabelledFrame label(const crystal::Structure& structure,
                                    const std::string& where) const;

 private:
  std::string element_;
  NeighbourChoice surroundings_;
  PeriodicChoice periodic_;
  descriptors::Soap soap_;
  dynamics::Classifier classifier_;
};

/// The same for the same atoms in the same places, wherever they were read from.
[[nodiscard]] std::uint64_t digest_of(const crystal::Structure& structure);

/// Labels the frames of `plan` that `file` does not hold yet, several at once, and appends them in
/// order. Labels of frames that have changed since are made anew.
/// @param say takes a line for the user
/// @throws InputError: a damaged frame; atoms whose elements change. Interrupted: what is labelled
/// stays
void label_frames(const TrajectoryPlan& plan, const FrameLabeller& labeller, LabelFile& file,
                  Progress& progress);

/// Frames of `plan` that are to be labelled; frames of the file that are no longer those of the
/// trajectory are cut off first.
/// @returns why labels were cut off, or nothing
[[nodiscard]] std::string reconcile(const TrajectoryPlan& plan, LabelFile& file);

}  // namespace adatom::pipeline
