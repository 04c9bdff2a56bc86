#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adatom/crystal/element.h"
#include "adatom/descriptors/time_soap.h"
#include "series/series_maker.h"

namespace adatom::pipeline {
namespace {

/// Of each atom, counted in the order of atomic numbers.
std::vector<std::uint32_t> species_of(const crystal::Structure& structure) {
  const auto number = [](const std::string& symbol) {
    const auto element = crystal::find_element(symbol);
    return std::pair(element ? static_cast<int>(element->atomic_number) : 1000, symbol);
  };
  std::set<std::pair<int, std::string>> kinds;
  for (const auto& atom : structure.atoms) kinds.insert(number(atom.element));
  std::vector<std::uint32_t> species;
  for (const auto& atom : structure.atoms) {
    const auto place = std::distance(kinds.begin(), kinds.find(number(atom.element)));
    species.push_back(static_cast<std::uint32_t>(place));
  }
  return species;
}

class TimeSoapMaker final : public SeriesMaker {
 public:
  TimeSoapMaker(const TimeSoapCommandOptions& options, std::vector<std::uint32_t> species)
      : periodic_(options.input.periodic),
        species_(std::move(species)),
        soap_(options.soap, species_.empty() ? 1 : std::ranges::max(species_) + 1),
        size_(descriptors::spectrum_size(soap_.options(), soap_.species(), layout)),
        stream_(static_cast<std::size_t>(options.delay), size_),
        centres_(species_.size()),
        spectra_(std::clamp<std::size_t>(
            8'000'000 / std::max<std::size_t>(species_.size() * size_, 1), 1, 128)) {
    std::iota(centres_.begin(), centres_.end(), 0U);
  }

  [[nodiscard]] std::size_t slots() const override { return spectra_.size(); }

  void prepare(std::size_t slot, const crystal::Structure& frame) override {
    std::vector<Eigen::Vector3d> positions;
    positions.reserve(frame.atoms.size());
    for (const auto& atom : frame.atoms) positions.push_back(atom.position_angstrom);
    const auto neighbours = descriptors::find_neighbour_vectors(
        positions, series_box(frame, periodic_), soap_.reach_angstrom());
    std::vector<double> raw(positions.size() * soap_.size());
    const std::span<const std::uint32_t> species = soap_.species() > 1
                                                       ? std::span<const std::uint32_t>(species_)
                                                       : std::span<const std::uint32_t>();
    soap_.compute(neighbours, species, centres_, raw);
    auto& spectra = spectra_[slot];
    spectra.resize(positions.size() * size_);
    descriptors::lay_out(soap_.options(), soap_.species(), layout, raw, spectra);
    descriptors::normalise(spectra, size_);
  }

  bool add(std::size_t slot, std::span<double> values) override {
    return stream_.add(std::move(spectra_[slot]), values);
  }

 private:
  /// The same distances as of full spectra, from about half of the numbers.
  static constexpr auto layout = descriptors::SpectrumLayout::kernel;
  SeriesBox periodic_;
  std::vector<std::uint32_t> species_;
  descriptors::Soap soap_;
  std::size_t size_;
  descriptors::TimeSoapStream stream_;
  std::vector<std::uint32_t> centres_;
  std::vector<std::vector<double>> spectra_;
};

}  // namespace

std::unique_ptr<SeriesMaker> make_time_soap_maker(const TimeSoapCommandOptions& options,
                                                  const crystal::Structure& first) {
  return std::make_unique<TimeSoapMaker>(options, species_of(first));
}

}  // namespace adatom::pipeline
