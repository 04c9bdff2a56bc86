#include "reconstruct/relax_record.h"

#include <bit>
#include <cstring>
#include <type_traits>
#include <vector>

#include "adatom/energetics/energies.h"

namespace adatom::pipeline {
namespace {

static_assert(std::endian::native == std::endian::little);

using Places = std::vector<Eigen::Vector3d>;

/// Appends numbers as they are in memory, lists with their lengths in front.
class RelaxWriter {
 public:
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const Number& number) {
    char raw[sizeof(Number)];
    std::memcpy(raw, &number, sizeof(Number));
    bytes_.append(raw, sizeof(raw));
  }
  void operator()(const reconstruct::RelaxPhase& phase) {
    (*this)(static_cast<std::int64_t>(phase));
  }
  void operator()(const Eigen::Vector3d& place) {
    for (int k = 0; k < 3; ++k) (*this)(place[k]);
  }
  template <class Entry>
  void operator()(const std::vector<Entry>& list) {
    (*this)(static_cast<std::uint64_t>(list.size()));
    for (const Entry& entry : list) (*this)(entry);
  }
  void operator()(const std::string& text) {
    (*this)(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }
  void operator()(const reconstruct::RelaxWindow& window) {
    (*this)(window.frames);
    (*this)(window.displacements_angstrom);
  }
  [[nodiscard]] std::string bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Takes them again; `whole()` says whether all were there.
class RelaxReader {
 public:
  explicit RelaxReader(std::string_view bytes) : bytes_(bytes) {}
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(Number& number) {
    if (bytes_.size() < sizeof(Number)) {
      failed_ = true;
      return;
    }
    std::memcpy(&number, bytes_.data(), sizeof(Number));
    bytes_.remove_prefix(sizeof(Number));
  }
  void operator()(reconstruct::RelaxPhase& phase) {
    std::int64_t number = 0;
    (*this)(number);
    phase = static_cast<reconstruct::RelaxPhase>(number);
  }
  void operator()(Eigen::Vector3d& place) {
    for (int k = 0; k < 3; ++k) (*this)(place[k]);
  }
  template <class Entry>
  void operator()(std::vector<Entry>& list) {
    list.clear();
    list.resize(length());
    for (Entry& entry : list) (*this)(entry);
  }
  void operator()(std::string& text) {
    const std::size_t size = length();
    text = std::string(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }
  void operator()(reconstruct::RelaxWindow& window) {
    (*this)(window.frames);
    (*this)(window.displacements_angstrom);
  }
  [[nodiscard]] bool whole() const { return !failed_ && bytes_.empty(); }

 private:
  std::size_t length() {
    std::uint64_t count = 0;
    (*this)(count);
    if (count <= bytes_.size()) return count;
    failed_ = true;
    return 0;
  }
  std::string_view bytes_;
  bool failed_ = false;
};

/// Both directions in one list, so that they cannot differ.
template <class Visitor, class State>
void visit_relax_state(Visitor& visit, State& state) {
  visit(state.phase);
  visit(state.state.step);
  visit(state.state.positions_angstrom);
  visit(state.state.velocities_angstrom_per_ps);
  visit(state.state.list_positions_angstrom);
  visit(state.state.thermostat);
  visit(state.start_angstrom);
  visit(state.start_energy_ev);
  visit(state.windows);
  visit(state.squares_angstrom2);
  visit(state.potential_ev);
  visit(state.temperature_k);
}

template <class Visitor, class Result>
void visit_relaxed_numbers(Visitor& visit, Result& result) {
  visit(result.start_energy_ev);
  visit(result.energy_ev);
  visit(result.energy_stderr_ev);
  visit(result.window_energies_ev);
  visit(result.frames);
  visit(result.mean_potential_ev);
  visit(result.mean_potential_stderr_ev);
  visit(result.mean_temperature_k);
  visit(result.rms_displacement_angstrom);
  visit(result.warnings);
}

crystal::Structure moved_to(crystal::Structure structure, const Places& places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    structure.atoms[i].position_angstrom = places[i];
  }
  return structure;
}

}  // namespace

std::string encode_relax_state(const reconstruct::RelaxState& state) {
  RelaxWriter writer;
  visit_relax_state(writer, state);
  return std::move(writer).bytes();
}

std::optional<reconstruct::RelaxState> decode_relax_state(std::string_view bytes) {
  RelaxReader reader(bytes);
  reconstruct::RelaxState state;
  visit_relax_state(reader, state);
  if (!reader.whole()) return {};
  return state;
}

std::string encode_relaxed(const reconstruct::RelaxResult& result) {
  RelaxWriter writer;
  for (const auto* structure : {&result.quenched, &result.start, &result.mean}) {
    writer(energetics::positions_of(*structure));
  }
  visit_relaxed_numbers(writer, result);
  return std::move(writer).bytes();
}

std::optional<reconstruct::RelaxResult> decode_relaxed(std::string_view bytes,
                                                       const crystal::Structure& candidate) {
  RelaxReader reader(bytes);
  reconstruct::RelaxResult result;
  for (auto* structure : {&result.quenched, &result.start, &result.mean}) {
    Places places;
    reader(places);
    if (places.size() != candidate.atoms.size()) return {};
    *structure = moved_to(candidate, places);
  }
  visit_relaxed_numbers(reader, result);
  if (!reader.whole()) return {};
  return result;
}

}  // namespace adatom::pipeline
