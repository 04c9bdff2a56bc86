// What a ClusterTracker holds, as numbers and back.
#include "adatom/base/error.h"
#include "adatom/dynamics/clusters.h"

namespace adatom::dynamics {
namespace {

/// Takes numbers one after another.
class Numbers {
 public:
  explicit Numbers(std::span<const double> numbers) : rest_(numbers) {}
  double take() {
    require(1);
    const double value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  std::size_t take_index(std::size_t most) {
    const double value = take();
    if (!(value >= 0.0 && value <= static_cast<double>(most))) refuse();
    return static_cast<std::size_t>(value);
  }
  void require(std::size_t count) const {
    if (rest_.size() < count) refuse();
  }
  [[nodiscard]] std::span<const double> rest() const { return rest_; }
  [[noreturn]] static void refuse() {
    throw InputError({.what = "stored clusters of another number of atoms",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }

 private:
  std::span<const double> rest_;
};

constexpr std::size_t most_frames = std::size_t{1} << 52U;

}  // namespace

std::vector<double> ClusterTracker::numbers() const {
  std::vector<double> all = {static_cast<double>(atoms_), time_ps_,
                             static_cast<double>(bonds_.size()), states_.empty() ? 0.0 : 1.0};
  for (const std::uint64_t bond : bonds_) {
    all.push_back(static_cast<double>(bond >> 32U));
    all.push_back(static_cast<double>(static_cast<std::uint32_t>(bond)));
  }
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const State& state = states_[i];
    all.insert(all.end(),
               {main_[i] ? 1.0 : 0.0, static_cast<double>(partners_[i]), state.inside ? 1.0 : 0.0,
                state.changing ? 1.0 : 0.0, static_cast<double>(state.frame), state.time_ps,
                static_cast<double>(state.partner), state.distance_angstrom, state.left_ps,
                static_cast<double>(state.site.size())});
    all.insert(all.end(), state.site.begin(), state.site.end());
  }
  const auto sizes = sizes_.numbers();
  all.insert(all.end(), sizes.begin(), sizes.end());
  return all;
}

void ClusterTracker::restore(std::span<const double> numbers) {
  Numbers from(numbers);
  const std::size_t last = atoms_ - 1;
  if (from.take_index(atoms_) != atoms_) Numbers::refuse();
  time_ps_ = from.take();
  const std::size_t bonds = from.take_index(atoms_ * atoms_);
  const bool begun = from.take_index(1) == 1;
  from.require(2 * bonds);
  bonds_.clear();
  for (std::size_t k = 0; k < bonds; ++k) {
    const std::uint64_t low = from.take_index(last);
    bonds_.push_back((low << 32U) | from.take_index(last));
  }
  const std::size_t states = begun ? atoms_ : 0;
  main_.assign(states, false);
  partners_.assign(states, 0);
  states_.assign(states, {});
  for (std::size_t i = 0; i < states; ++i) {
    State& state = states_[i];
    main_[i] = from.take_index(1) == 1;
    partners_[i] = static_cast<std::uint32_t>(from.take_index(last));
    state.inside = from.take_index(1) == 1;
    state.changing = from.take_index(1) == 1;
    state.frame = from.take_index(most_frames);
    state.time_ps = from.take();
    state.partner = static_cast<std::uint32_t>(from.take_index(last));
    state.distance_angstrom = from.take();
    state.left_ps = from.take();
    const std::size_t site = from.take_index(atoms_);
    for (std::size_t k = 0; k < site; ++k) {
      state.site.push_back(static_cast<std::uint32_t>(from.take_index(last)));
    }
  }
  if (sizes_.restore(from.rest()) != from.rest().size()) Numbers::refuse();
}

}  // namespace adatom::dynamics
