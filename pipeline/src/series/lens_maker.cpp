#include <algorithm>
#include <utility>
#include <vector>

#include "adatom/descriptors/lens.h"
#include "series/series_maker.h"

namespace adatom::pipeline {
namespace {

class LensMaker final : public SeriesMaker {
 public:
  LensMaker(const LensCommandOptions& options, std::size_t atoms)
      : r_cut_(options.r_cut_angstrom.value_or(0.0)),
        periodic_(options.input.periodic),
        stream_(static_cast<std::size_t>(options.delay)),
        sets_(std::clamp<std::size_t>(250'000 / std::max<std::size_t>(atoms, 1), 1, 128)) {}

  [[nodiscard]] std::size_t slots() const override { return sets_.size(); }

  void prepare(std::size_t slot, const crystal::Structure& frame) override {
    std::vector<Eigen::Vector3d> positions;
    positions.reserve(frame.atoms.size());
    for (const auto& atom : frame.atoms) positions.push_back(atom.position_angstrom);
    sets_[slot] = descriptors::find_near_sets(positions, series_box(frame, periodic_), r_cut_);
  }

  bool add(std::size_t slot, std::span<double> values) override {
    return stream_.add(std::move(sets_[slot]), values);
  }

 private:
  double r_cut_;
  SeriesBox periodic_;
  descriptors::LensStream stream_;
  std::vector<descriptors::NearSets> sets_;
};

}  // namespace

std::unique_ptr<SeriesMaker> make_lens_maker(const LensCommandOptions& options,
                                             const crystal::Structure& first) {
  return std::make_unique<LensMaker>(options, first.atoms.size());
}

}  // namespace adatom::pipeline
