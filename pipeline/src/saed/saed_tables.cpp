#include "saed/saed_tables.h"

#include <initializer_list>
#include <limits>
#include <vector>

#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

using storage::cell;

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\" ") == std::string::npos) return text;
  std::string doubled;
  for (const char each : text) doubled += each == '"' ? std::string("\"\"") : std::string(1, each);
  return '"' + doubled + '"';
}

std::string begin_row(std::size_t frame, double time_s) {
  return cell(static_cast<long long>(frame)) + ',' + cell(time_s);
}

std::string numbers(std::initializer_list<double> values) {
  std::string text;
  for (const double value : values) text += ',' + cell(value);
  return text;
}

std::string numbers(std::initializer_list<diffraction::Estimate> values) {
  std::string text;
  for (const auto& each : values) text += ',' + cell(each.value) + ',' + cell(each.stderr_value);
  return text;
}

/// NaN: the phase has no share of its own.
diffraction::Estimate fraction_of(const std::vector<diffraction::PhaseFraction>& fractions,
                                  const std::string& phase) {
  for (const auto& each : fractions) {
    if (each.phase == phase) return each.fraction;
  }
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  return {none, none};
}

}  // namespace

std::string rings_header() {
  return "frame,time_s,phase,hkl,d_angstrom,intensity,intensity_stderr,width,lorentz_share,"
         "multiplicity,d_stderr_angstrom,s_per_angstrom,s_stderr_per_angstrom,profile_area,"
         "profile_area_stderr\n";
}

std::string rings_rows(std::size_t frame, double time_s, const SaedFrameResult& result) {
  std::string rows;
  for (const diffraction::Ring& ring : result.fit.rings) {
    rows +=
        begin_row(frame, time_s) + ',' +
        quoted(ring.phase.empty() ? std::string("unknown") : ring.phase) + ',' + quoted(ring.hkl) +
        numbers({ring.d_angstrom.value, ring.intensity.value, ring.intensity.stderr_value,
                 ring.width_per_angstrom, ring.lorentz_share}) +
        ',' + cell(static_cast<long long>(ring.multiplicity)) +
        numbers({ring.d_angstrom.stderr_value}) + numbers({ring.s_per_angstrom, ring.area}) + '\n';
  }
  return rows;
}

std::string fractions_header() {
  return "frame,time_s,phase,intensity_fraction,intensity_fraction_stderr,volume_fraction,"
         "volume_fraction_stderr\n";
}

std::string fractions_rows(std::size_t frame, double time_s, const SaedFrameResult& result) {
  std::string rows;
  for (const diffraction::FittedPhase& phase : result.fit.phases) {
    rows += begin_row(frame, time_s) + ',' + quoted(phase.name) +
            numbers({fraction_of(result.intensity_fractions, phase.name),
                     fraction_of(result.volume_fractions, phase.name)}) +
            '\n';
  }
  return rows;
}

std::string lattices_header() {
  return "frame,time_s,phase,a_angstrom,a_stderr_angstrom,scale,scale_stderr,size_nm,"
         "size_stderr_nm,microstrain,microstrain_stderr,significance\n";
}

std::string lattices_rows(std::size_t frame, double time_s, const SaedFrameResult& result) {
  std::string rows;
  for (const diffraction::FittedPhase& phase : result.fit.phases) {
    rows += begin_row(frame, time_s) + ',' + quoted(phase.name) +
            numbers({phase.a_angstrom, phase.scale, phase.size_nm, phase.microstrain}) +
            numbers({phase.significance}) + '\n';
  }
  return rows;
}

std::string fits_header() {
  return "frame,time_s,centre_x_px,centre_y_px,centre_x_stderr_px,centre_y_stderr_px,own_centre,"
         "chi2_per_dof,residual_peak_sigma,converged,ellipse_ratio,ellipse_ratio_stderr,"
         "ellipse_angle_deg,ellipse_angle_stderr_deg,saturated_pixels\n";
}

std::string fits_row(std::size_t frame, double time_s, const SaedFrameResult& result) {
  const diffraction::Geometry& own = result.geometry;
  const diffraction::Geometry& error = result.geometry_stderr;
  return begin_row(frame, time_s) +
         numbers({own.centre_x_px, own.centre_y_px, error.centre_x_px, error.centre_y_px}) +
         (result.own_centre ? ",1" : ",0") +
         numbers({result.fit.chi2_per_dof, result.fit.residual_peak.significance}) +
         (result.fit.converged ? ",1" : ",0") +
         numbers({own.ellipse_ratio, error.ellipse_ratio, own.ellipse_angle_deg,
                  error.ellipse_angle_deg}) +
         ',' + cell(static_cast<long long>(result.saturated_pixels)) + '\n';
}

}  // namespace adatom::pipeline
