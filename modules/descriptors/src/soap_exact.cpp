#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "real_harmonics.h"
#include "soap_engine.h"

namespace adatom::descriptors {
namespace {

class ExactEngine final : public SoapEngine {
 public:
  ExactEngine(RadialFunctions functions, std::size_t species)
      : functions_(std::move(functions)),
        harmonics_(functions_.l_max()),
        species_(species),
        centre_(functions_.size()) {
    functions_.evaluate_plain(0.0, centre_);
  }

  void compute(const NeighbourVectors& neighbours, std::span<const std::uint32_t> species_of_atoms,
               std::span<const std::uint32_t> centres, std::span<double> spectra) const override {
    // c_nlm of each species, [species][lm][n].
    std::vector<double> density(species_ * harmonics_.size() * functions_.n_max());
    const std::size_t size = spectra.size() / std::max<std::size_t>(1, centres.size());
    for (std::size_t i = 0; i < centres.size(); ++i) {
      std::fill(density.begin(), density.end(), 0.0);
      const auto species_of = [&](std::uint32_t atom) {
        return species_of_atoms.empty() ? 0 : species_of_atoms[atom];
      };
      add_centre(species_of(centres[i]), density);
      for (std::size_t e = neighbours.begin(centres[i]); e < neighbours.end(centres[i]); ++e) {
        if (neighbours.distance_angstrom[e] <= functions_.reach_angstrom()) {
          add_neighbour(neighbours, e, species_of(neighbours.atom[e]), density);
        }
      }
      power_spectrum(density, spectra.subspan(i * size, size));
    }
  }

  [[nodiscard]] std::string name() const override { return "exact"; }

 private:
  [[nodiscard]] std::span<double> part(std::span<double> density, std::size_t species) const {
    const std::size_t count = harmonics_.size() * functions_.n_max();
    return density.subspan(species * count, count);
  }

  /// It has no direction: only l = 0.
  void add_centre(std::size_t species, std::span<double> density) const {
    const double factor = 0.5 * std::numbers::inv_sqrtpi * functions_.options().weight_of_centre();
    const auto c = part(density, species);
    for (std::size_t n = 0; n < functions_.n_max(); ++n) {
      c[n] += factor * centre_[n];
    }
  }

  void add_neighbour(const NeighbourVectors& neighbours, std::size_t entry, std::size_t species,
                     std::span<double> density) const {
    std::vector<double> radial(functions_.size());
    std::vector<double> harmonics(harmonics_.size());
    const double r = neighbours.distance_angstrom[entry];
    functions_.evaluate(r, radial);
    if (r > 0.0) {
      harmonics_.evaluate(neighbours.x_angstrom[entry] / r, neighbours.y_angstrom[entry] / r,
                          neighbours.z_angstrom[entry] / r, harmonics);
    } else {
      harmonics_.evaluate(0.0, 0.0, 1.0, harmonics);
    }
    const std::size_t n_max = functions_.n_max();
    const auto c = part(density, species);
    for (std::size_t l = 0; l <= functions_.l_max(); ++l) {
      for (std::size_t lm = l * l; lm < (l + 1) * (l + 1); ++lm) {
        for (std::size_t n = 0; n < n_max; ++n) {
          c[lm * n_max + n] += radial[l * n_max + n] * harmonics[lm];
        }
      }
    }
  }

  void power_spectrum(std::span<double> density, std::span<double> spectrum) const {
    std::size_t at = 0;
    for (std::size_t first = 0; first < species_; ++first) {
      for (std::size_t second = first; second < species_; ++second) {
        at += pair_spectrum(part(density, first), part(density, second), first == second,
                            spectrum.subspan(at));
      }
    }
  }

  /// p_nn'l = pi sqrt(8 / (2 l + 1)) sum_m c_nlm c_n'lm. @return how many
  std::size_t pair_spectrum(std::span<const double> c1, std::span<const double> c2, bool same,
                            std::span<double> spectrum) const {
    const std::size_t n_max = functions_.n_max();
    std::size_t at = 0;
    for (std::size_t l = 0; l <= functions_.l_max(); ++l) {
      const double factor =
          std::numbers::pi * std::sqrt(8.0 / (2.0 * static_cast<double>(l) + 1.0));
      for (std::size_t n = 0; n < n_max; ++n) {
        for (std::size_t other = same ? n : 0; other < n_max; ++other) {
          double sum = 0.0;
          for (std::size_t lm = l * l; lm < (l + 1) * (l + 1); ++lm) {
            sum += c1[lm * n_max + n] * c2[lm * n_max + other];
          }
          spectrum[at++] = factor * sum;
        }
      }
    }
    return at;
  }

  RadialFunctions functions_;
  RealHarmonics harmonics_;
  std::size_t species_;
  std::vector<double> centre_;
};

}  // namespace

std::unique_ptr<const SoapEngine> make_exact_engine(const RadialFunctions& functions,
                                                    std::size_t species) {
  return std::make_unique<ExactEngine>(functions, species);
}

}  // namespace adatom::descriptors
