#include "adatom/report/model.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "adatom/base/error.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/number_format.h"

namespace adatom::report {
namespace {

constexpr std::size_t most_kinds = 256;
constexpr std::size_t value_steps = 64;
/// Of a quantity in the legend of a still picture.
constexpr std::size_t still_steps = 6;

[[noreturn]] void refuse_model(const std::string& why) {
  throw InputError({.what = "the parts of a model of atoms do not belong together",
                    .where = "model",
                    .why = why,
                    .remedy = "give each frame one entry for every atom"});
}

/// 64 steps become 6 with a label each.
std::vector<AtomKind> coarse_kinds(const ModelColouring& colouring) {
  std::vector<AtomKind> kinds;
  const Range& range = *colouring.range;
  for (std::size_t k = 0; k < still_steps; ++k) {
    const auto share = [&](double place) {
      return range.low + (range.high - range.low) * place / static_cast<double>(still_steps);
    };
    const std::size_t middle = (2 * k + 1) * colouring.kinds.size() / (2 * still_steps);
    kinds.push_back({fmt::format("{} to {}", significant(share(static_cast<double>(k)), 2),
                                 significant(share(static_cast<double>(k) + 1.0), 2)),
                     colouring.kinds[middle].colour});
  }
  return kinds;
}

}  // namespace

ModelColouring value_colouring(const std::string& name, const std::string& unit, const Range& range,
                               ColourMap map) {
  ModelColouring colouring{.name = name, .kinds = {}, .range = range, .unit = unit};
  const ColourTable table = colour_table(map);
  for (std::size_t k = 0; k < value_steps; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(value_steps - 1);
    colouring.kinds.push_back({{}, colour_at(table, share)});
  }
  return colouring;
}

std::size_t value_kind(const ModelColouring& colouring, double value) {
  const std::size_t steps = colouring.kinds.size();
  if (!colouring.range || steps == 0 || std::isnan(value)) return 0;
  const double span = colouring.range->high - colouring.range->low;
  if (!(span > 0.0)) return 0;
  const double share = std::clamp((value - colouring.range->low) / span, 0.0, 1.0);
  return std::min(static_cast<std::size_t>(share * static_cast<double>(steps)), steps - 1);
}

void require_whole_model(const Model& model) {
  if (model.frames.empty()) refuse_model("there is no frame");
  if (model.colourings.empty()) refuse_model("there is no colouring");
  for (const auto& colouring : model.colourings) {
    if (colouring.kinds.empty()) refuse_model("a colouring has no kinds");
    if (colouring.kinds.size() > most_kinds) refuse_model("a colouring has more than 256 kinds");
  }
  for (const auto& frame : model.frames) {
    const std::size_t atoms = frame.x_angstrom.size();
    bool fits = frame.y_angstrom.size() == atoms && frame.z_angstrom.size() == atoms &&
                frame.radius_angstrom.size() == atoms &&
                frame.kinds.size() == model.colourings.size();
    for (const auto& kinds : frame.kinds) fits = fits && kinds.size() == atoms;
    if (!fits) refuse_model(fmt::format("frame '{}' has lists of different lengths", frame.label));
    for (std::size_t c = 0; c < frame.kinds.size(); ++c) {
      const std::size_t known = model.colourings[c].kinds.size();
      if (std::ranges::any_of(frame.kinds[c], [&](std::size_t kind) { return kind >= known; })) {
        refuse_model(fmt::format("frame '{}' has a kind that is not there", frame.label));
      }
    }
  }
}

Figure draw_model_still(const Model& model) {
  require_whole_model(model);
  const ModelFrame& frame = model.frames.front();
  const ModelColouring& colouring = model.colourings.front();
  std::vector<std::size_t> kinds = frame.kinds.front();
  AtomFigureOptions options{
      .title = model.title, .kinds = colouring.kinds, .kinds_label = colouring.name};
  if (colouring.range) {
    options.kinds = coarse_kinds(colouring);
    for (std::size_t& kind : kinds) kind = kind * still_steps / colouring.kinds.size();
  }
  return draw_atoms(
      {frame.x_angstrom, frame.y_angstrom, frame.z_angstrom, frame.radius_angstrom, kinds},
      options);
}

}  // namespace adatom::report
