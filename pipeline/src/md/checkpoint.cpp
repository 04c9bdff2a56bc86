#include "md/checkpoint.h"

#include <bit>
#include <cctype>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/base/error.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view title = "adatom md checkpoint 1\n";
constexpr std::size_t hash_length = 64;

using Vectors = std::vector<Eigen::Vector3d>;

[[noreturn]] void refuse(const std::string& source, const std::string& why) {
  throw InputError({.what = "the checkpoint is damaged",
                    .where = source,
                    .why = why,
                    .remedy = "remove the folder it is in to begin that run again"});
}

void append(std::string& bytes, const double* values, std::size_t count) {
  const std::size_t before = bytes.size();
  bytes.resize(before + count * sizeof(double));
  if (count > 0) std::memcpy(bytes.data() + before, values, count * sizeof(double));
}

void append(std::string& bytes, const Vectors& vectors) {
  for (const Eigen::Vector3d& vector : vectors) append(bytes, vector.data(), 3);
}

class Numbers {
 public:
  Numbers(std::string_view bytes, const std::string& source) : bytes_(bytes), source_(source) {}

  std::vector<double> take(std::size_t count, const std::string& what) {
    if (bytes_.size() / sizeof(double) < count) refuse(source_, "it ends early");
    std::vector<double> values(count);
    if (count > 0) std::memcpy(values.data(), bytes_.data(), count * sizeof(double));
    bytes_.remove_prefix(count * sizeof(double));
    for (std::size_t i = 0; i < count; ++i) {
      if (std::isfinite(values[i])) continue;
      refuse(source_, fmt::format("{} of atom {} is not a finite number", what, i / 3 + 1));
    }
    return values;
  }
  Vectors take_vectors(std::size_t count, const std::string& what) {
    const auto values = take(3 * count, what);
    Vectors vectors(count);
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {values[3 * i], values[3 * i + 1], values[3 * i + 2]};
    }
    return vectors;
  }
  void expect_end() const {
    if (!bytes_.empty()) refuse(source_, "it is longer than it says");
  }

 private:
  std::string_view bytes_;
  const std::string& source_;
};

nlohmann::ordered_json head_of(const MdCheckpoint& checkpoint) {
  nlohmann::ordered_json head;
  head["phase"] = checkpoint.phase == MdPhase::production ? "production" : "thermalisation";
  head["step"] = checkpoint.state.step;
  head["atoms"] = checkpoint.state.positions_angstrom.size();
  head["list_atoms"] = checkpoint.state.list_positions_angstrom.size();
  head["thermostat"] = checkpoint.state.thermostat.size();
  head["files"] = nlohmann::ordered_json::object();
  for (const auto& [name, written] : checkpoint.files) {
    head["files"][name] = {{"bytes", written.bytes}, {"last_step", written.last_step}};
  }
  head["facts"] = checkpoint.facts;
  head["identity"] = nlohmann::ordered_json::array();
  for (const auto& [name, value] : checkpoint.identity) head["identity"].push_back({name, value});
  return head;
}

void read_head(const nlohmann::json& head, MdCheckpoint& checkpoint) {
  checkpoint.phase =
      head.at("phase") == "production" ? MdPhase::production : MdPhase::thermalisation;
  checkpoint.state.step = head.at("step").get<std::int64_t>();
  for (const auto& [name, file] : head.at("files").items()) {
    checkpoint.files[name] = {file.at("bytes").get<std::int64_t>(),
                              file.at("last_step").get<std::int64_t>()};
  }
  checkpoint.facts = head.at("facts").get<std::map<std::string, std::string>>();
  for (const auto& pair : head.at("identity")) {
    checkpoint.identity.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
  }
}

/// "double precision, AVX-512": avx512, as the option has it.
std::string instruction_set_of(const std::string& kernel) {
  std::string set;
  for (const char c : kernel.substr(kernel.find(',') + 1)) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) continue;
    set += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return set;
}

}  // namespace

std::string encode_checkpoint(const MdCheckpoint& checkpoint) {
  std::string bytes(title);
  bytes +=
      head_of(checkpoint).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  bytes += '\n';
  const md::State& state = checkpoint.state;
  append(bytes, state.positions_angstrom);
  append(bytes, state.velocities_angstrom_per_ps);
  append(bytes, state.list_positions_angstrom);
  append(bytes, state.thermostat.data(), state.thermostat.size());
  return bytes + sha256(bytes);
}

MdCheckpoint decode_checkpoint(std::string_view bytes, const std::string& source) {
  if (!bytes.starts_with(title)) refuse(source, "it does not begin as one of this program");
  if (bytes.size() < title.size() + hash_length) refuse(source, "it ends early");
  const std::string_view body = bytes.substr(0, bytes.size() - hash_length);
  if (sha256(body) != bytes.substr(body.size())) {
    refuse(source, "its content is not what was written");
  }
  const std::size_t end = body.find('\n', title.size());
  if (end == std::string_view::npos) refuse(source, "it ends early");
  const auto head =
      nlohmann::json::parse(body.substr(title.size(), end - title.size()), nullptr, false);
  MdCheckpoint checkpoint;
  std::size_t atoms = 0;
  std::size_t list_atoms = 0;
  std::size_t thermostat = 0;
  try {
    read_head(head, checkpoint);
    atoms = head.at("atoms").get<std::size_t>();
    list_atoms = head.at("list_atoms").get<std::size_t>();
    thermostat = head.at("thermostat").get<std::size_t>();
  } catch (const nlohmann::json::exception& error) {
    refuse(source, error.what());
  }
  constexpr std::size_t most = std::size_t{1} << 40U;  // keeps products small
  if (atoms > most || list_atoms > most || thermostat > most) refuse(source, "it ends early");
  Numbers numbers(body.substr(end + 1), source);
  checkpoint.state.positions_angstrom = numbers.take_vectors(atoms, "the position");
  checkpoint.state.velocities_angstrom_per_ps = numbers.take_vectors(atoms, "the velocity");
  checkpoint.state.list_positions_angstrom =
      numbers.take_vectors(list_atoms, "the position in the list of neighbours");
  checkpoint.state.thermostat = numbers.take(thermostat, "the thermostat");
  numbers.expect_end();
  return checkpoint;
}

void require_same_run(const std::vector<OptionValue>& wanted, const MdCheckpoint& checkpoint,
                      const std::string& source) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const auto& [name, value] : checkpoint.identity) both[name].first = value;
  for (const auto& [name, value] : wanted) both[name].second = value;
  const auto kernel = checkpoint.facts.find("kernel");
  const auto set = both.find("instruction_set");
  if (kernel != checkpoint.facts.end() && set != both.end()) {
    auto& [there, here] = set->second;
    there = here == "best" ? here : instruction_set_of(kernel->second);
  }
  std::string differences;
  for (const auto& [name, values] : both) {
    if (values.first == values.second) continue;
    const auto shown = [](const std::string& value) {
      return value.empty() ? std::string("nothing")
                           : value.substr(0, value.starts_with("sha256:") ? 15 : 60);
    };
    differences += fmt::format("{}{} is {} there and {} here", differences.empty() ? "" : ", ",
                               name, shown(values.first), shown(values.second));
  }
  if (differences.empty()) return;
  throw InputError({.what = "the checkpoint belongs to another run",
                    .where = source,
                    .why = differences,
                    .remedy = "name another folder with -o, or remove that one to begin again"});
}

void require_same_kernel(const MdCheckpoint& checkpoint, const std::string& kernel,
                         const std::string& source) {
  const auto before = checkpoint.facts.find("kernel");
  if (before == checkpoint.facts.end() || before->second == kernel) return;
  throw InputError(
      {.what = "the run was begun with another kernel",
       .where = source,
       .why = fmt::format("{} there, {} here; they round differently", before->second, kernel),
       .remedy = fmt::format("go on with --instruction-set {} on a processor that has it, or name "
                             "another folder with -o",
                             instruction_set_of(before->second))});
}

}  // namespace adatom::pipeline
