#pragma once
// What `adatom lens` and `adatom timesoap` can be told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/box.h"
#include "adatom/crystal/structure.h"
#include "adatom/descriptors/soap.h"
#include "adatom/dynamics/domains.h"

namespace adatom::pipeline {

/// As the file says, everywhere, nowhere.
enum class SeriesBox { automatic, yes, no };

/// Which frames, and what is said about them that their file does not say.
struct SeriesInput {
  std::string frames = {};
  std::string type_elements = {};
  SeriesBox periodic = SeriesBox::automatic;

  void describe(OptionVisitor& v);
};

/// Never guessed from where the atoms are: a structure without a cell is not periodic.
/// @throws InputError: periodic without a cell
[[nodiscard]] crystal::Box series_box(const crystal::Structure& structure, SeriesBox periodic);

struct LensCommandOptions {
  std::optional<double> r_cut_angstrom = {};
  std::int64_t delay = 1;
  SeriesInput input;
  dynamics::DomainOptions domains;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct TimeSoapCommandOptions {
  std::int64_t delay = 1;
  SeriesInput input;
  descriptors::SoapOptions soap;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::SeriesBox> {
  static constexpr std::array names = {"auto", "yes", "no"};
};
}  // namespace adatom
