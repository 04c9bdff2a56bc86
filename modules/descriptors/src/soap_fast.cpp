// Spectra by tables and vector instructions.
#include <algorithm>
#include <vector>

#include "adatom/base/aligned_vector.h"
#include "adatom/base/cpu_clones.h"
#include "soap_engine.h"
#include "soap_kernel.h"
#include "soap_table.h"

namespace adatom::descriptors {
namespace {

const SoapKernels& kernels_for(InstructionSet wanted) {
  switch (choose_instruction_set(wanted)) {
#if defined(__x86_64__)
    case InstructionSet::avx512:
      return avx512_soap_kernels;
    case InstructionSet::avx2:
      return avx2_soap_kernels;
#endif
    default:
      return portable_soap_kernels;
  }
}

/// What part of the neighbours counts.
struct Choice {
  std::span<const std::uint32_t> species_of_atoms;  ///< empty: all atoms
  std::uint32_t species = 0;
  double reach_angstrom = 0.0;
};

ADATOM_CLONES void find_places(const double* r, std::size_t count, double intervals_per_angstrom,
                               double last_place, double* place, double* inverse) {
  for (std::size_t i = 0; i < count; ++i) {
    place[i] = std::min(r[i] * intervals_per_angstrom, last_place);
    // An atom on top of the centre has no direction, and no part in l > 0.
    inverse[i] = 1.0 / std::max(r[i], 1e-300);
  }
}

/// Neighbours of one species in the order of the intervals they are in.
class SortedNeighbours {
 public:
  /// Two more bins: what does not count goes behind the last interval.
  SortedNeighbours(std::size_t intervals, double intervals_per_angstrom)
      : intervals_(static_cast<std::uint32_t>(intervals)),
        intervals_per_angstrom_(intervals_per_angstrom),
        first_(intervals + 2) {}

  SoapNeighbours sort(const NeighbourVectors& all, std::size_t atom, const Choice& choice,
                      const SoapOptions& options) {
    const std::size_t begin = all.begin(atom);
    const std::size_t count = all.end(atom) - begin;
    if (interval_.size() < count) resize(count);
    const double* r = all.distance_angstrom.data() + begin;
    find_places(r, count, intervals_per_angstrom_, static_cast<double>(intervals_) * (1.0 - 1e-15),
                found_place_.data(), inverse_.data());
    for (std::size_t i = 0; i < count; ++i) {
      interval_[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(found_place_[i]));
    }
    leave_out(all, begin, count, choice);
    std::fill(first_.begin(), first_.end(), 0U);
    for (std::size_t i = 0; i < count; ++i) ++first_[interval_[i] + 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    const std::size_t wanted = first_[intervals_];
    const bool weighted = options.weighting != Weighting::none;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t to = first_[interval_[i]]++;
      x_[to] = all.x_angstrom[begin + i] * inverse_[i];
      y_[to] = all.y_angstrom[begin + i] * inverse_[i];
      z_[to] = all.z_angstrom[begin + i] * inverse_[i];
      place_[to] = found_place_[i];
      if (weighted) weight_[to] = options.weight(r[i]);
    }
    const std::size_t padded = (wanted + soap_block - 1) / soap_block * soap_block;
    for (auto* values : {&x_, &y_, &z_, &place_, &weight_}) {
      std::fill(values->begin() + static_cast<std::ptrdiff_t>(wanted),
                values->begin() + static_cast<std::ptrdiff_t>(padded), 0.0);
    }
    return {.count = wanted,
            .x = x_.data(),
            .y = y_.data(),
            .z = z_.data(),
            .place = place_.data(),
            .weight = weighted ? weight_.data() : nullptr};
  }

 private:
  void resize(std::size_t count) {
    interval_.resize(count);
    for (auto* values : {&found_place_, &inverse_, &x_, &y_, &z_, &place_, &weight_}) {
      values->resize(count + soap_block);
    }
  }

  void leave_out(const NeighbourVectors& all, std::size_t begin, std::size_t count,
                 const Choice& choice) {
    if (all.reach_angstrom > choice.reach_angstrom) {
      for (std::size_t i = 0; i < count; ++i) {
        if (all.distance_angstrom[begin + i] > choice.reach_angstrom) interval_[i] = intervals_;
      }
    }
    if (choice.species_of_atoms.empty()) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (choice.species_of_atoms[all.atom[begin + i]] != choice.species) {
        interval_[i] = intervals_;
      }
    }
  }

  std::uint32_t intervals_;
  double intervals_per_angstrom_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> interval_;
  AlignedVector<double> found_place_;
  AlignedVector<double> inverse_;
  AlignedVector<double> x_;
  AlignedVector<double> y_;
  AlignedVector<double> z_;
  AlignedVector<double> place_;
  AlignedVector<double> weight_;
};

class FastEngine final : public SoapEngine {
 public:
  FastEngine(const RadialFunctions& functions, SoapTable table, std::size_t species,
             const SoapKernels& kernels)
      : options_(functions.options()),
        reach_angstrom_(functions.reach_angstrom()),
        table_(std::move(table)),
        species_(species),
        kernels_(kernels) {
    std::vector<double> values(functions.size());
    functions.evaluate_plain(0.0, values);
    // Y_00 = 1 / sqrt(4 pi) is the harmonics' first diagonal entry.
    const double factor = table_.shape().diagonal[0] * options_.weight_of_centre();
    for (std::size_t n = 0; n < functions.n_max(); ++n) centre_.push_back(factor * values[n]);
  }

  [[nodiscard]] std::string name() const override { return kernels_.name; }

  void compute(const NeighbourVectors& neighbours, std::span<const std::uint32_t> species_of_atoms,
               std::span<const std::uint32_t> centres, std::span<double> spectra) const override {
    const SoapShape shape = table_.shape();
    const std::size_t harmonics = (shape.l_max + 1) * (shape.l_max + 1);
    const std::size_t size = harmonics * shape.lanes;
    AlignedVector<double> c(species_ * size);
    AlignedVector<double> scratch(soap_scratch_size(shape.l_max, shape.lanes));
    SortedNeighbours sorted(table_.intervals(), shape.intervals_per_angstrom);
    double* spectrum = spectra.data();
    for (const std::uint32_t centre : centres) {
      std::fill(c.begin(), c.end(), 0.0);
      for (std::uint32_t s = 0; s < species_; ++s) {
        const Choice choice{
            .species_of_atoms = species_ > 1 ? species_of_atoms : std::span<const std::uint32_t>(),
            .species = s,
            .reach_angstrom = reach_angstrom_};
        const SoapNeighbours near = sorted.sort(neighbours, centre, choice, options_);
        kernels_.accumulate(shape, near, scratch.data(), c.data() + s * size);
      }
      const std::size_t own = species_ > 1 ? species_of_atoms[centre] : 0;
      for (std::size_t n = 0; n < centre_.size(); ++n) c[own * size + n] += centre_[n];
      for (std::size_t a = 0; a < species_; ++a) {
        for (std::size_t b = a; b < species_; ++b) {
          kernels_.power(shape, c.data() + a * size, c.data() + b * size, spectrum);
          const std::size_t pairs =
              a == b ? shape.n_max * (shape.n_max + 1) / 2 : shape.n_max * shape.n_max;
          spectrum += pairs * (shape.l_max + 1);
        }
      }
    }
  }

 private:
  SoapOptions options_;
  double reach_angstrom_;
  SoapTable table_;
  std::size_t species_;
  const SoapKernels& kernels_;
  std::vector<double> centre_;  ///< the centre's own share of c_n00
};

}  // namespace

std::unique_ptr<const SoapEngine> make_fast_engine(const RadialFunctions& functions,
                                                   std::size_t species,
                                                   InstructionSet instructions) {
  const SoapKernels& kernels = kernels_for(instructions);
  auto table = tabulate(functions);
  if (!table) return make_exact_engine(functions, species);
  return std::make_unique<FastEngine>(functions, std::move(*table), species, kernels);
}

}  // namespace adatom::descriptors
