#include "labels.h"

#include <algorithm>
#include <string>

#include "adatom/base/error.h"

namespace adatom::dynamics {

void require_classes(std::size_t classes) {
  if (classes > 0 && classes < no_label) return;
  throw InputError({.what = std::to_string(classes) + " classes of atoms",
                    .where = {},
                    .why = "there may be 1 to 254",
                    .remedy = {}});
}

void take_labels(std::span<const std::uint8_t> labels, std::span<const std::uint8_t> mask,
                 std::size_t classes, std::vector<std::uint8_t>& taken) {
  if (!mask.empty() && mask.size() != labels.size()) {
    throw InputError(
        {.what = "a frame that does not fit the mask of atoms",
         .where = {},
         .why = std::to_string(labels.size()) + " atoms, " + std::to_string(mask.size()) + " flags",
         .remedy = "every frame needs the same atoms in the same order"});
  }
  std::uint8_t largest = 0;
  for (const std::uint8_t label : labels) {
    largest = std::max(largest, label == no_label ? std::uint8_t{0} : label);
  }
  if (largest >= classes) {
    throw InputError({.what = "an atom of class " + std::to_string(largest),
                      .where = {},
                      .why = "there are " + std::to_string(classes) + " classes",
                      .remedy = "give the dictionary that the labels were made with"});
  }
  const auto none = static_cast<std::uint8_t>(classes);
  taken.resize(labels.size());
  if (mask.empty()) {
    for (std::size_t i = 0; i < labels.size(); ++i) taken[i] = std::min(labels[i], none);
    return;
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    taken[count] = std::min(labels[i], none);
    count += mask[i] != 0 ? 1 : 0;
  }
  taken.resize(count);
}

void for_each_frame(LabelSource& source, std::size_t first, const char* task, Progress& progress,
                    const std::function<void(std::span<const std::uint8_t>)>& body) {
  source.rewind();
  progress.begin(task, source.frames());
  std::vector<std::uint8_t> labels(source.atoms());
  for (std::size_t frame = 0; source.next(labels); ++frame) {
    stop_if_cancelled(progress);
    if (frame >= first) body(labels);
    progress.advance(1);
  }
}

}  // namespace adatom::dynamics
