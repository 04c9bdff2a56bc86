#pragma once
// Checked labels of one frame, and frames of a source one after another.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/label_source.h"

namespace adatom::dynamics {

/// @throws InputError: no class, or more than 254
void require_classes(std::size_t classes);

/// The labels of the atoms that the mask lets through (all if it is empty), `no_label` as
/// `classes`.
/// @throws InputError: a label that is no class, or not as many as flags
void take_labels(std::span<const std::uint8_t> labels, std::span<const std::uint8_t> mask,
                 std::size_t classes, std::vector<std::uint8_t>& taken);

/// Calls body(labels) for every frame from `first` on.
void for_each_frame(LabelSource& source, std::size_t first, const char* task, Progress& progress,
                    const std::function<void(std::span<const std::uint8_t>)>& body);

}  // namespace adatom::dynamics
