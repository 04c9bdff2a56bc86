// Spectra by tables and vector instructions.
#include <algorithm>
#include <vector>

#include "adatom/base/aligned_vector.h"
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

/// Neighbours of one species in the order of the intervals they are in.
class SortedNeighbours {
 public:
  explicit SortedNeighbours(std::size_t intervals) : first_(intervals + 1) {}

  /// Of the entries `begin` to `end` those of `species` (of_atoms empty: all).
  /// @param weight null: none
  SoapNeighbours sort(const NeighbourVectors& all, std::size_t begin, std::size_t end,
                      std::span<const std::uint32_t> of_atoms, std::uint32_t species,
                      double reach_angstrom, double intervals_per_angstrom,
                      const SoapOptions& options) {
    chosen_.clear();
    interval_.clear();
    std::fill(first_.begin(), first_.end(), 0U);
    const auto intervals = static_cast<std::uint32_t>(first_.size() - 1);
    for (std::size_t e = begin; e < end; ++e) {
      const double r = all.distance_angstrom[e];
      if (r > reach_angstrom) continue;
      if (!of_atoms.empty() && of_atoms[all.atom[e]] != species) continue;
      const auto interval =
          std::min(static_cast<std::uint32_t>(r * intervals_per_angstrom), intervals - 1);
      chosen_.push_back(static_cast<std::uint32_t>(e));
      interval_.push_back(interval);
      ++first_[interval + 1];
    }
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    const std::size_t padded = (chosen_.size() + soap_block - 1) / soap_block * soap_block;
    for (auto* values : {&x_, &y_, &z_, &place_, &weight_}) {
      if (values->size() < padded) values->resize(padded);
      std::fill(values->begin() + static_cast<std::ptrdiff_t>(chosen_.size()),
                values->begin() + static_cast<std::ptrdiff_t>(padded), 0.0);
    }
    const bool weighted = options.weighting != Weighting::none;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const std::size_t e = chosen_[i];
      const std::size_t to = first_[interval_[i]]++;
      const double r = all.distance_angstrom[e];
      // An atom on top of the centre has no direction, and no part in l > 0.
      const double inverse = r > 0.0 ? 1.0 / r : 0.0;
      x_[to] = all.x_angstrom[e] * inverse;
      y_[to] = all.y_angstrom[e] * inverse;
      z_[to] = all.z_angstrom[e] * inverse;
      place_[to] = std::min(r * intervals_per_angstrom, last_place(intervals));
      if (weighted) weight_[to] = options.weight(r);
    }
    return {.count = chosen_.size(),
            .x = x_.data(),
            .y = y_.data(),
            .z = z_.data(),
            .place = place_.data(),
            .weight = weighted ? weight_.data() : nullptr};
  }

 private:
  /// Just within the last interval.
  static double last_place(std::uint32_t intervals) {
    return static_cast<double>(intervals) * (1.0 - 1e-15);
  }

  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> chosen_;
  std::vector<std::uint32_t> interval_;
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
    SortedNeighbours sorted(table_.intervals());
    double* spectrum = spectra.data();
    for (const std::uint32_t centre : centres) {
      std::fill(c.begin(), c.end(), 0.0);
      for (std::uint32_t s = 0; s < species_; ++s) {
        const SoapNeighbours near =
            sorted.sort(neighbours, neighbours.first[centre], neighbours.first[centre + 1],
                        species_ > 1 ? species_of_atoms : std::span<const std::uint32_t>(), s,
                        reach_angstrom_, shape.intervals_per_angstrom, options_);
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
