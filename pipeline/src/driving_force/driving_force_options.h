#pragma once
// Everything `adatom driving-force` can be told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/migration/comparison.h"
#include "adatom/migration/force.h"
#include "adatom/migration/gas.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {

enum class CopperShare { intensity_fraction, volume_fraction };
enum class SpeedShare { corrected_share_faster, share_faster };

/// How the share of copper is taken from a table of phase fractions.
struct CopperOptions {
  std::string phase = "Cu";
  CopperShare share = CopperShare::intensity_fraction;
  double from_s = 0.0;  ///< from the first frame on
  double to_s = 3.0;

  void describe(OptionVisitor& v);
};

/// How the share of fast particles is taken from what tracking wrote.
struct VelocityOptions {
  SpeedShare share = SpeedShare::corrected_share_faster;
  std::optional<double> lag_s = {};  ///< empty: the middle one of the table
  double confidence = 0.95;          ///< of the intervals in fractions.csv

  void describe(OptionVisitor& v);
};

struct EnergyScanOptions {
  double from_kj_per_mol = 0.0;
  double to_kj_per_mol = 200.0;
  double step_kj_per_mol = 5.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<double> energies() const;
};

/// One condition: where it was, and what was measured there.
struct ForceConditionOptions {
  std::optional<double> temperature_c = {};
  std::optional<double> temperature_k = {};
  std::optional<double> h2_o2_ratio = {};
  std::optional<double> h2_flow = {};
  std::optional<double> o2_flow = {};
  std::optional<double> diluent_flow = {};
  std::optional<double> total_pressure_pa = {};  ///< in place of that of all
  std::optional<double> copper_fraction = {};
  std::optional<double> copper_fraction_stderr = {};
  InputFile copper_table;  ///< phase_fraction.csv
  std::optional<double> velocity_fraction = {};
  std::optional<double> velocity_fraction_stderr = {};
  InputFile velocity_table;  ///< fractions.csv of track or conditions.csv of track-conditions
  InputFile outline;         ///< x_nm,y_nm,copper_fraction[,copper_fraction_stderr]
  double thickness_nm = 10.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] double kelvin() const;
};

struct DrivingForceOptions {
  std::int64_t seed = 1;
  double interval_s = 0.04;
  double total_pressure_pa = 100.0;
  double diluent_share = 0.8;
  migration::RateOptions rate;
  CopperOptions copper;
  VelocityOptions velocity;
  migration::ComparisonOptions comparison;
  EnergyScanOptions energies;
  std::vector<NamedOptions<ForceConditionOptions>> conditions = {};

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] migration::GasOptions gas_of(const ForceConditionOptions& condition) const;
};

/// @param overrides "key.of.option=value"
/// @throws InputError with everything that is wrong
[[nodiscard]] DrivingForceOptions read_driving_force_options(
    const std::string& file, const std::vector<std::string>& overrides);

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::CopperShare> {
  static constexpr std::array names = {"intensity_fraction", "volume_fraction"};
};
template <>
struct EnumNames<pipeline::SpeedShare> {
  static constexpr std::array names = {"corrected_share_faster", "share_faster"};
};
}  // namespace adatom
