#include "phase_map/mapped_frame.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include <fmt/core.h>

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace {

using diffraction::Fringe;
using nlohmann::ordered_json;

Grid<float> as_float(const Grid<double>& values) {
  Grid<float> result(values.width(), values.height());
  std::ranges::transform(values.values(), result.values().begin(),
                         [](double value) { return static_cast<float>(value); });
  return result;
}

/// The moving particle nearest to a particle of the map, if it lies within its radius.
const MovingParticle* track_of(const diffraction::ParticleAsymmetry& particle,
                               const std::vector<MovingParticle>& moving) {
  const MovingParticle* nearest = nullptr;
  double least = std::sqrt(particle.area_nm2 / std::numbers::pi);
  for (const auto& other : moving) {
    const double off = std::hypot(other.x_nm - particle.x_nm, other.y_nm - particle.y_nm);
    if (off > least) continue;
    least = off;
    nearest = &other;
  }
  return nearest;
}

std::vector<MappedParticle> particles_of(const diffraction::PhaseMapResult& map, std::int64_t frame,
                                         const PhaseMapPlan& plan) {
  using diffraction::OutlineKind;
  const bool given = !plan.particles.empty();
  diffraction::MapParticles found;
  if (given) {
    found.number = plan.particles;
    found.count = static_cast<std::size_t>(std::ranges::max(plan.particles.values()));
  } else {
    found = diffraction::find_map_particles(map.labels, plan.pixel_size_nm,
                                            plan.options.particle_area_min_nm2);
  }
  const OutlineKind outline = given ? OutlineKind::fixed : OutlineKind::mapped;
  std::vector<MappedParticle> particles;
  for (std::size_t i = 1; i <= found.count; ++i) {
    const auto number = static_cast<std::int32_t>(i);
    if (given && std::ranges::find(found.number.values(), number) == found.number.values().end())
      continue;
    const auto at = [&](double direction_rad) {
      return diffraction::phase_asymmetry(map, found.number, number, outline, plan.pixel_size_nm,
                                          direction_rad);
    };
    MappedParticle particle;
    particle.number = number;
    particle.direction_rad = plan.options.direction_deg * std::numbers::pi / 180.0;
    particle.moments = at(particle.direction_rad);
    if (plan.directions.given()) {
      const auto* track = track_of(particle.moments, plan.directions.in_frame(frame));
      if (track == nullptr) continue;
      particle.track = track->id;
      particle.direction_rad = track->direction_rad;
      particle.moments = at(particle.direction_rad);
    }
    particles.push_back(std::move(particle));
  }
  return particles;
}

/// The strongest two fringes of a phase that cross at 20 degrees or more.
std::optional<std::pair<Fringe, Fringe>> crossing(const std::vector<Fringe>& fringes,
                                                  std::size_t phase) {
  constexpr double least_sine = 0.34;
  std::vector<Fringe> list;
  for (const auto& fringe : fringes) {
    if (fringe.phase == phase) list.push_back(fringe);
  }
  std::ranges::stable_sort(
      list, [](const Fringe& a, const Fringe& b) { return a.significance > b.significance; });
  for (std::size_t j = 1; j < list.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const double cross =
          list[i].kx_per_nm * list[j].ky_per_nm - list[i].ky_per_nm * list[j].kx_per_nm;
      const double lengths =
          diffraction::length_per_nm(list[i]) * diffraction::length_per_nm(list[j]);
      if (std::abs(cross) > least_sine * lengths) return std::pair(list[i], list[j]);
    }
  }
  return std::nullopt;
}

void add_strain(const Grid<double>& image, const PhaseMapPlan& plan, MappedFrame& frame) {
  const auto& options = plan.options;
  const auto phase = static_cast<std::size_t>(options.strain_phase) - 1;
  const auto pair = crossing(frame.fringes, phase);
  if (!pair) {
    frame.warnings.push_back("no strain: phase " + plan.phases[phase].name +
                             " shows no two fringes that cross");
    return;
  }
  diffraction::Mask reference;
  if (!options.strain_reference.empty()) {
    reference = diffraction::Mask(image.width(), image.height(), 0);
    for (std::size_t y = 0; y < image.height(); ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        const double x_nm = plan.pixel_size_nm * static_cast<double>(x);
        const double y_nm = plan.pixel_size_nm * static_cast<double>(y);
        const auto& box = options.strain_reference;
        if (x_nm >= box[0] && y_nm >= box[1] && x_nm <= box[2] && y_nm <= box[3])
          reference(x, y) = 1;
      }
    }
  }
  std::vector<Fringe> others = frame.fringes;
  others.insert(others.end(), frame.others.begin(), frame.others.end());
  const auto strain = diffraction::map_strain(image, plan.pixel_size_nm, pair->first, pair->second,
                                              others, reference,
                                              {.sigma_k_per_nm = options.map.sigma_k_per_nm,
                                               .noise_percentile = options.map.noise_percentile});
  for (const auto* map : {&strain.xx, &strain.yy, &strain.xy, &strain.rotation_rad})
    frame.strain.push_back(as_float(map->value));
  for (const auto* map : {&strain.xx, &strain.yy, &strain.xy, &strain.rotation_rad})
    frame.strain.push_back(as_float(map->standard_error));
}

ordered_json json_of(const Fringe& f) {
  return {f.kx_per_nm,
          f.ky_per_nm,
          f.k_stderr_per_nm,
          f.significance,
          f.phase ? static_cast<std::int64_t>(*f.phase) : -1,
          f.hkl};
}

Fringe fringe_from(const ordered_json& j) {
  Fringe fringe{
      .kx_per_nm = j[0], .ky_per_nm = j[1], .k_stderr_per_nm = j[2], .significance = j[3]};
  if (const std::int64_t phase = j[4]; phase >= 0) fringe.phase = static_cast<std::size_t>(phase);
  fringe.hkl = j[5];
  return fringe;
}

ordered_json json_of(const MappedParticle& p) {
  ordered_json json = {{"number", p.number},
                       {"track", p.track.value_or(-1)},
                       {"direction", p.direction_rad},
                       {"place", {p.moments.x_nm, p.moments.y_nm, p.moments.area_nm2}},
                       {"phases", ordered_json::array()}};
  for (const auto& a : p.moments.phases) {
    json["phases"].push_back({a.area_nm2, a.share, a.share_stderr, a.asymmetry, a.asymmetry_stderr,
                              a.offset_nm, a.offset_stderr_nm});
  }
  return json;
}

MappedParticle particle_from(const ordered_json& j) {
  MappedParticle p;
  p.number = j.at("number");
  if (const std::int64_t track = j.at("track"); track >= 0) p.track = track;
  p.direction_rad = j.at("direction");
  p.moments = {.x_nm = j.at("place")[0],
               .y_nm = j.at("place")[1],
               .area_nm2 = j.at("place")[2],
               .phases = {}};
  for (const auto& a : j.at("phases")) {
    p.moments.phases.push_back({a[0], a[1], a[2], a[3], a[4], a[5], a[6]});
  }
  return p;
}

/// Pixels as they are in memory, eight bytes in each number.
class PixelWriter {
 public:
  explicit PixelWriter(std::vector<double>& numbers) : numbers_(numbers) {}
  template <class Pixel>
  void add(const Grid<Pixel>& grid) {
    const std::size_t bytes = grid.size() * sizeof(Pixel);
    const std::size_t begin = numbers_.size();
    numbers_.resize(begin + (bytes + sizeof(double) - 1) / sizeof(double), 0.0);
    std::memcpy(numbers_.data() + begin, grid.values().data(), bytes);
  }

 private:
  std::vector<double>& numbers_;
};

class PixelReader {
 public:
  explicit PixelReader(const std::vector<double>& numbers) : numbers_(numbers) {}
  template <class Pixel>
  bool fill(Grid<Pixel>& grid) {
    const std::size_t bytes = grid.size() * sizeof(Pixel);
    const std::size_t count = (bytes + sizeof(double) - 1) / sizeof(double);
    if (used_ + count > numbers_.size()) return false;
    std::memcpy(grid.values().data(), numbers_.data() + used_, bytes);
    used_ += count;
    return true;
  }

 private:
  const std::vector<double>& numbers_;
  std::size_t used_ = 0;
};

}  // namespace

MappedFrame map_frame(const Grid<double>& image, std::int64_t frame, const PhaseMapPlan& plan,
                      Progress& progress) {
  MappedFrame mapped;
  mapped.fringes = plan.given;
  if (plan.given.empty()) {
    auto found =
        diffraction::find_fringes(image, plan.pixel_size_nm, plan.families, plan.options.search);
    mapped.fringes = std::move(found.fringes);
    mapped.others = std::move(found.others);
  }
  const std::size_t count = plan.phases.size();
  if (mapped.fringes.empty()) {
    mapped.phases.resize(count);
    mapped.labels = diffraction::PhaseLabels(image.width(), image.height(), 0);
    mapped.amplitude.assign(count, Grid<float>(image.width(), image.height(), 0.0F));
    return mapped;
  }
  auto map = diffraction::map_phases(image, plan.pixel_size_nm, count, mapped.fringes,
                                     mapped.others, plan.options.map, progress);
  mapped.particles = particles_of(map, frame, plan);
  mapped.phases = map.phases;
  mapped.amplitudes = map.fringes;
  mapped.warnings = map.warnings;
  mapped.labels = std::move(map.labels);
  for (const auto& amplitude : map.amplitude) mapped.amplitude.push_back(as_float(amplitude));
  if (plan.options.strain == StrainMaps::gpa) add_strain(image, plan, mapped);
  return mapped;
}

std::string what_is_there(const MappedFrame& frame, const PhaseMapPlan& plan) {
  std::string names;
  for (const auto& family : plan.families) {
    names += fmt::format("{}{} {} ({:.4g} angstrom)", names.empty() ? "" : ", ",
                         plan.phases[family.phase].name, family.hkl, 10.0 / family.k_per_nm);
  }
  std::string text = "looked for were " + names;
  if (frame.others.empty()) return text + "; there are no other peaks";
  text += "; other peaks are at";
  constexpr std::size_t most = 6;
  for (std::size_t i = 0; i < std::min(most, frame.others.size()); ++i) {
    text += (i == 0 ? " " : ", ") + diffraction::place_of(frame.others[i]);
  }
  return text;
}

SavedState to_state(const MappedFrame& frame) {
  SavedState state;
  auto& head = state.head;
  for (const char* list : {"fringes", "others", "amplitudes", "phases", "particles", "warnings"})
    head[list] = ordered_json::array();
  for (const auto& fringe : frame.fringes) head["fringes"].push_back(json_of(fringe));
  for (const auto& fringe : frame.others) head["others"].push_back(json_of(fringe));
  for (const auto& a : frame.amplitudes)
    head["amplitudes"].push_back({a.amplitude, a.noise, a.noise_masks});
  for (const auto& p : frame.phases) {
    head["phases"].push_back({p.area_nm2, p.area_stderr_nm2, p.share, p.share_stderr, p.threshold,
                              p.plateau, p.regions});
  }
  for (const auto& particle : frame.particles) head["particles"].push_back(json_of(particle));
  for (const auto& warning : frame.warnings) head["warnings"].push_back(warning);
  head["strain"] = !frame.strain.empty();
  PixelWriter pixels(state.numbers);
  pixels.add(frame.labels);
  for (const auto& amplitude : frame.amplitude) pixels.add(amplitude);
  for (const auto& map : frame.strain) pixels.add(map);
  return state;
}

std::optional<MappedFrame> from_state(const SavedState& state, std::size_t width,
                                      std::size_t height, std::size_t phase_count) {
  MappedFrame frame;
  const auto& head = state.head;
  for (const auto& j : head.at("fringes")) frame.fringes.push_back(fringe_from(j));
  for (const auto& j : head.at("others")) frame.others.push_back(fringe_from(j));
  for (const auto& j : head.at("amplitudes")) frame.amplitudes.push_back({j[0], j[1], j[2]});
  for (const auto& j : head.at("phases"))
    frame.phases.push_back({j[0], j[1], j[2], j[3], j[4], j[5], j[6]});
  for (const auto& j : head.at("particles")) frame.particles.push_back(particle_from(j));
  for (const auto& j : head.at("warnings")) frame.warnings.push_back(j);
  frame.labels = diffraction::PhaseLabels(width, height);
  frame.amplitude.assign(phase_count, Grid<float>(width, height));
  if (head.at("strain").get<bool>())
    frame.strain.assign(strain_map_count, Grid<float>(width, height));
  PixelReader pixels(state.numbers);
  if (!pixels.fill(frame.labels)) return std::nullopt;
  for (auto& amplitude : frame.amplitude) {
    if (!pixels.fill(amplitude)) return std::nullopt;
  }
  for (auto& map : frame.strain) {
    if (!pixels.fill(map)) return std::nullopt;
  }
  return frame;
}

}  // namespace adatom::pipeline
