#include "transmission.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace adatom::simulate {
namespace {

constexpr std::size_t line = 8;

/// exp(-2 pi i index position / length) for index = 0, 1, ..., half, -half, ..., -1.
void phases(double position, double length, std::size_t half, double scale, Amplitude* to) {
  const double turn = -2.0 * std::numbers::pi * position / length;
  to[0] = Amplitude(static_cast<float>(scale));
  for (std::size_t i = 1; i <= half; ++i) {
    const auto value = Amplitude(std::polar(scale, turn * static_cast<double>(i)));
    to[i] = value;
    to[2 * half + 1 - i] = std::conj(value);
  }
}

/// The shortest way between two places of a periodic line.
double apart(double a, double b, double length) { return std::remainder(a - b, length); }

}  // namespace

std::vector<std::vector<SliceAtom>> separate(std::span<const SliceAtom> atoms, double length_x,
                                             double length_y, double distance) {
  std::vector<std::vector<SliceAtom>> groups;
  const auto fits = [&](const std::vector<SliceAtom>& group, const SliceAtom& atom) {
    return std::none_of(group.begin(), group.end(), [&](const SliceAtom& other) {
      const double dx = apart(atom.x_angstrom, other.x_angstrom, length_x);
      const double dy = apart(atom.y_angstrom, other.y_angstrom, length_y);
      return dx * dx + dy * dy < distance * distance;
    });
  };
  for (const SliceAtom& atom : atoms) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return fits(g, atom); });
    if (group == groups.end()) {
      groups.push_back({atom});
    } else {
      group->push_back(atom);
    }
  }
  return groups;
}

TransmissionBuilder::TransmissionBuilder(const WaveSpace& space,
                                         std::span<const AtomAmplitude> amplitudes)
    : space_(space), stride_(line * ((space.nx() + line - 1) / line)), half_y_(space.half_y(0)) {
  const std::size_t row = 2 * half_y_ + 1;
  const double scale = 1.0 / (space.length_x() * space.length_y());
  for (const AtomAmplitude& amplitude : amplitudes) {
    Amplitudes spectrum(space.band_x() * row);
    for (std::size_t c = 0; c < space.band_x(); ++c) {
      const double kx = static_cast<double>(space.index_x(c)) / space.length_x();
      for (std::size_t i = 0; i <= space.half_y(c); ++i) {
        const double ky = static_cast<double>(i) / space.length_y();
        const auto g = Amplitude(scale * amplitude.at(std::hypot(kx, ky)));
        spectrum[c * row + i] = g;
        if (i > 0) spectrum[c * row + row - i] = g;
      }
    }
    spectra_.push_back(std::move(spectrum));
  }
}

void TransmissionBuilder::build_group(std::span<const SliceAtom> atoms, Amplitudes& t) const {
  const std::size_t row = 2 * half_y_ + 1;
  const std::size_t columns = space_.band_x();
  const std::size_t half_x = (columns - 1) / 2;
  Amplitudes along_x(columns * atoms.size());
  Amplitudes along_y(row * atoms.size());
  for (std::size_t j = 0; j < atoms.size(); ++j) {
    phases(atoms[j].x_angstrom, space_.length_x(), half_x, atoms[j].occupancy,
           along_x.data() + j * columns);
    phases(atoms[j].y_angstrom, space_.length_y(), half_y_, 1.0, along_y.data() + j * row);
  }
  Amplitudes rows = space_.empty_wave();
  Amplitudes structure(row);
  Amplitudes total(row);
  for (std::size_t c = 0; c < columns; ++c) {
    std::fill(total.begin(), total.end(), Amplitude{});
    for (std::size_t element = 0; element < spectra_.size(); ++element) {
      std::fill(structure.begin(), structure.end(), Amplitude{});
      bool any = false;
      for (std::size_t j = 0; j < atoms.size(); ++j) {
        if (atoms[j].element != element) continue;
        any = true;
        add_scaled(structure.data(), along_y.data() + j * row, along_x[j * columns + c], row);
      }
      if (!any) continue;
      multiply(structure.data(), spectra_[element].data() + c * row, row);
      for (std::size_t i = 0; i < row; ++i) total[i] += structure[i];
    }
    Amplitude* to = rows.data() + c * space_.stride();
    std::copy(total.begin(), total.begin() + static_cast<std::ptrdiff_t>(half_y_) + 1, to);
    std::copy(total.end() - static_cast<std::ptrdiff_t>(half_y_), total.end(),
              to + (space_.ny() - half_y_));
  }
  space_.to_real_space(rows, t.data(), stride_);
  for (std::size_t y = 0; y < space_.ny(); ++y) {
    Amplitude* to = t.data() + y * stride_;
    for (std::size_t x = 0; x < space_.nx(); ++x) to[x] += 1.0F;
  }
}

void TransmissionBuilder::build(std::span<const SliceAtom> atoms, Amplitudes& t) const {
  t.resize(stride_ * space_.ny());
  const auto groups = separate(atoms, space_.length_x(), space_.length_y(), overlap_angstrom);
  if (groups.empty()) {
    std::fill(t.begin(), t.end(), Amplitude(1.0F));
    return;
  }
  build_group(groups.front(), t);
  if (groups.size() == 1) return;
  Amplitudes next(t.size());
  for (std::size_t g = 1; g < groups.size(); ++g) {
    build_group(groups[g], next);
    multiply(t.data(), next.data(), t.size());
  }
  space_.limit_band(t.data(), stride_);
}

}  // namespace adatom::simulate
