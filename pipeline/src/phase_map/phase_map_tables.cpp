#include "phase_map/phase_map_tables.h"

#include <cmath>
#include <numbers>

#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using storage::cell;

std::string whole(std::int64_t value) { return cell(static_cast<long long>(value)); }

}  // namespace

PhaseMapTables::PhaseMapTables(const PhaseMapPlan& plan)
    : plan_(plan),
      areas_({"frame", "time_s", "phase", "area_nm2", "area_stderr_nm2", "share", "share_stderr",
              "regions", "fringes", "noise_gate", "plateau"}),
      fringes_({"frame", "time_s", "phase", "hkl", "kx_per_nm", "ky_per_nm", "k_stderr_per_nm",
                "d_angstrom", "significance", "amplitude", "noise", "noise_masks"}),
      asymmetry_({"frame", "time_s", "particle", "particle_id", "x_nm", "y_nm", "particle_area_nm2",
                  "direction_deg", "phase", "area_nm2", "share", "share_stderr", "asymmetry",
                  "asymmetry_stderr", "offset_nm", "offset_stderr_nm"}),
      area_sums_(plan.phases.size(), 0.0) {
  series_.share.resize(plan.phases.size());
  series_.share_stderr.resize(plan.phases.size());
}

void PhaseMapTables::add(std::int64_t frame, double time_s, const MappedFrame& mapped) {
  const auto name = [&](std::size_t phase) { return plan_.phases[phase].name; };
  series_.time.push_back(std::isfinite(time_s) ? time_s : static_cast<double>(frame));
  for (std::size_t p = 0; p < mapped.phases.size(); ++p) {
    const auto& phase = mapped.phases[p];
    std::int64_t fringes = 0;
    for (const auto& fringe : mapped.fringes) fringes += fringe.phase == p ? 1 : 0;
    areas_.add_row({whole(frame), cell(time_s), name(p), cell(phase.area_nm2),
                    cell(phase.area_stderr_nm2), cell(phase.share), cell(phase.share_stderr),
                    whole(static_cast<std::int64_t>(phase.regions)), whole(fringes),
                    cell(phase.threshold), cell(phase.plateau)});
    series_.share[p].push_back(phase.share);
    series_.share_stderr[p].push_back(phase.share_stderr);
    area_sums_[p] += phase.area_nm2;
  }
  for (std::size_t i = 0; i < mapped.fringes.size(); ++i) {
    const auto& fringe = mapped.fringes[i];
    const auto& amplitude = mapped.amplitudes.at(i);
    fringes_.add_row({whole(frame), cell(time_s), name(*fringe.phase), fringe.hkl,
                      cell(fringe.kx_per_nm), cell(fringe.ky_per_nm), cell(fringe.k_stderr_per_nm),
                      cell(10.0 / diffraction::length_per_nm(fringe)), cell(fringe.significance),
                      cell(amplitude.amplitude), cell(amplitude.noise),
                      whole(static_cast<std::int64_t>(amplitude.noise_masks))});
    ++fringe_count_;
  }
  for (const auto& particle : mapped.particles) {
    const auto& moments = particle.moments;
    for (std::size_t p = 0; p < moments.phases.size(); ++p) {
      const auto& phase = moments.phases[p];
      asymmetry_.add_row(
          {whole(frame), cell(time_s), whole(particle.number),
           particle.track ? whole(*particle.track) : "", cell(moments.x_nm), cell(moments.y_nm),
           cell(moments.area_nm2), cell(particle.direction_rad * 180.0 / std::numbers::pi), name(p),
           cell(phase.area_nm2), cell(phase.share), cell(phase.share_stderr), cell(phase.asymmetry),
           cell(phase.asymmetry_stderr), cell(phase.offset_nm), cell(phase.offset_stderr_nm)});
    }
    ++particles_;
  }
  if (frame != 0) return;
  for (const auto& peak : mapped.others) {
    other_peaks_.push_back({{"kx_per_nm", peak.kx_per_nm},
                            {"ky_per_nm", peak.ky_per_nm},
                            {"d_angstrom", 10.0 / diffraction::length_per_nm(peak)},
                            {"significance", peak.significance}});
  }
}

std::string PhaseMapTables::summary_json(std::size_t frames, double kernel_nm,
                                         std::span<const std::string> warnings) const {
  nlohmann::ordered_json json = {{"frames", frames},
                                 {"pixel_size_nm", plan_.pixel_size_nm},
                                 {"kernel_nm", kernel_nm},
                                 {"phases", nlohmann::ordered_json::array()},
                                 {"families", nlohmann::ordered_json::array()}};
  double all = 0.0;
  for (const double area : area_sums_) all += area;
  for (std::size_t p = 0; p < area_sums_.size(); ++p) {
    json["phases"].push_back({{"name", plan_.phases[p].name},
                              {"label", p + 1},
                              {"mean_area_nm2", area_sums_[p] / static_cast<double>(frames)},
                              {"share", all > 0.0 ? area_sums_[p] / all : 0.0}});
  }
  for (const auto& family : plan_.families) {
    json["families"].push_back({{"phase", plan_.phases[family.phase].name},
                                {"hkl", family.hkl},
                                {"d_angstrom", 10.0 / family.k_per_nm}});
  }
  json["fringes"] = fringe_count_;
  json["particles"] = particles_;
  json["unassigned_peaks_of_frame_0"] = other_peaks_;
  json["warnings"] = std::vector<std::string>(warnings.begin(), warnings.end());
  return json_text(json);
}

}  // namespace adatom::pipeline
