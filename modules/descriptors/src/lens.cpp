#include "adatom/descriptors/lens.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::descriptors {
namespace {

/// How many are in both; each is marked by the atom whose set it is in, so that nothing has to be
/// wiped.
std::size_t count_common(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                         std::uint32_t mark, std::vector<std::uint32_t>& marks) {
  for (const std::uint32_t atom : a) marks[atom] = mark;
  std::size_t common = 0;
  for (const std::uint32_t atom : b) common += marks[atom] == mark ? 1U : 0U;
  return common;
}

}  // namespace

void LensOptions::describe(OptionVisitor& v) {
  v.visit({.name = "r_cut",
           .unit = "angstrom",
           .help = "neighbours are at most so far away",
           .min = 1e-3,
           .max = 1e3},
          r_cut_angstrom);
  v.visit({.name = "delay",
           .unit = "frames",
           .help = "a frame is compared with the one so many frames later",
           .min = 1,
           .max = 1e6},
          delay);
}

std::vector<OptionIssue> LensOptions::validate() const { return check_ranges(*this); }

void compare_sets(const NearSets& before, const NearSets& after, std::span<double> values) {
  const std::size_t atoms = before.atoms();
  if (after.atoms() != atoms) {
    throw InputError(
        {.what = "the number of atoms changes",
         .where = "trajectory",
         .why = "from " + std::to_string(atoms) + " to " + std::to_string(after.atoms()),
         .remedy = "LENS follows each atom: give a trajectory of the same atoms"});
  }
  if (values.size() != atoms) throw std::invalid_argument("compare_sets: values");
  std::vector<std::uint32_t> marks(atoms, static_cast<std::uint32_t>(atoms));
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto a = before.of(i);
    const auto b = after.of(i);
    const std::size_t both = a.size() + b.size();
    const std::size_t common = count_common(a, b, static_cast<std::uint32_t>(i), marks);
    values[i] =
        both == 0 ? 0.0 : static_cast<double>(both - 2 * common) / static_cast<double>(both);
  }
}

LensStream::LensStream(std::size_t delay) : delay_(delay) {
  if (delay == 0) {
    throw InputError({.what = "a frame cannot be compared with itself",
                      .where = "LENS",
                      .why = "the delay is 0",
                      .remedy = "choose a delay of 1 frame or more"});
  }
}

bool LensStream::add(NearSets sets, std::span<double> values) {
  const bool full = kept_.size() == delay_;
  if (full) {
    compare_sets(kept_.front(), sets, values);
    kept_.pop_front();
  }
  kept_.push_back(std::move(sets));
  return full;
}

}  // namespace adatom::descriptors
