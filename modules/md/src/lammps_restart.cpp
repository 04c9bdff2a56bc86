#include "lammps_restart.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

#include "adatom/base/number_text.h"
#include "adatom/md/lammps_script.h"

namespace adatom::md {
namespace {

using std::filesystem::path;

// src/lmprestart.h of LAMMPS: the file begins and ends with it, its zero included.
constexpr std::string_view magic("LammpS RestartT\0", 16);

/// Reads the fields of the header in their order: each a number that names it, then its value.
class HeaderReader {
 public:
  explicit HeaderReader(std::ifstream& file) : file_(file) {}

  template <class Number>
  Number number() {
    Number value = 0;
    file_.read(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  bool skip_text() {
    constexpr int longest = 1000;
    const int length = number<int>();
    if (length < 0 || length > longest) return false;
    file_.ignore(length);
    return true;
  }

 private:
  std::ifstream& file_;
};

/// The fields before the step, by the numbers of lmprestart.h: VERSION and UNITS are texts,
/// SMALLINT, TAGINT, BIGINT and IMAGEINT (sizes of types) are integers.
enum class HeaderField { version = 0, smallint, tagint, bigint, units, step, imageint = 48 };

std::optional<std::int64_t> step_in(std::ifstream& file) {
  constexpr int endian = 1;
  constexpr int most_fields = 20;
  HeaderReader header(file);
  if (header.number<int>() != endian) return {};
  header.number<int>();  // revision of the format
  for (int field = 0; field < most_fields && file; ++field) {
    switch (static_cast<HeaderField>(header.number<int>())) {
      case HeaderField::version:
      case HeaderField::units:
        if (!header.skip_text()) return {};
        break;
      case HeaderField::smallint:
      case HeaderField::tagint:
      case HeaderField::bigint:
      case HeaderField::imageint:
        header.number<int>();
        break;
      case HeaderField::step: {
        const auto step = header.number<std::int64_t>();
        if (!file || step < 0) return {};
        return step;
      }
      default:
        return {};
    }
  }
  return {};
}

bool next_is_magic(std::ifstream& file) {
  std::array<char, magic.size()> word{};
  file.read(word.data(), word.size());
  return file && std::string_view(word.data(), word.size()) == magic;
}

/// One snapshot, from where the file stands to its last line. Nothing: it is not whole.
std::optional<std::int64_t> skip_snapshot(std::ifstream& file) {
  std::string line;
  // A last line without its end is not whole; getline takes it, and is then at the end.
  const auto next = [&] { return static_cast<bool>(std::getline(file, line)) && !file.eof(); };
  std::optional<long long> step;
  std::optional<long long> atoms;
  while (next()) {
    if (line.starts_with("ITEM: TIMESTEP")) {
      if (!next()) return {};
      step = parse_integer(line);
    } else if (line.starts_with("ITEM: NUMBER OF ATOMS")) {
      if (!next()) return {};
      atoms = parse_integer(line);
    } else if (line.starts_with("ITEM: ATOMS")) {
      if (!step || !atoms) return {};
      for (long long i = 0; i < *atoms; ++i) {
        if (!next()) return {};
      }
      return *step;
    }
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> restart_step(const path& file_path) {
  std::ifstream file(file_path, std::ios::binary);
  if (!file || !next_is_magic(file)) return {};
  const auto step = step_in(file);
  if (!step) return {};
  file.seekg(-static_cast<std::streamoff>(magic.size()), std::ios::end);
  if (!next_is_magic(file)) return {};
  return step;
}

std::optional<RestartFile> newest_restart(const path& folder) {
  std::optional<RestartFile> newest;
  for (const char* name : {LammpsFiles::restart_start, LammpsFiles::restart_a,
                           LammpsFiles::restart_b, LammpsFiles::restart_end}) {
    const auto step = restart_step(folder / name);
    if (step && (!newest || *step > newest->step)) newest = RestartFile{name, *step};
  }
  return newest;
}

void cut_dump(const path& file_path, std::int64_t step) {
  std::ifstream file(file_path, std::ios::binary);
  if (!file) return;
  std::streamoff good = 0;
  for (auto found = skip_snapshot(file); found && *found < step; found = skip_snapshot(file)) {
    good = file.tellg();
  }
  file.close();
  std::filesystem::resize_file(file_path, static_cast<std::uintmax_t>(good));
}

}  // namespace adatom::md
