#include "adatom/migration/force.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "adatom/base/error.h"

namespace adatom::migration {
namespace {

GasOptions ratio(double h2_o2, double share = 0.8) {
  GasOptions options;
  options.h2_o2_ratio = h2_o2;
  options.diluent_share = share;
  return options;
}

// CODATA 2018: 8.314 462 618 J/(mol K).
TEST(Gas, Constant) { EXPECT_NEAR(gas_constant, 8.314462618, 5e-10); }

// A fifth of 100 Pa reacts: of seven parts six are hydrogen.
TEST(Gas, RatioAndShare) {
  const GasState gas = gas_state(ratio(6.0), 773.15);
  EXPECT_NEAR(gas.hydrogen_pa, 120.0 / 7.0, 1e-12);
  EXPECT_NEAR(gas.oxygen_pa, 20.0 / 7.0, 1e-12);
  EXPECT_NEAR(gas.diluent_pa, 80.0, 1e-12);
  EXPECT_NEAR(gas.ratio(), 6.0, 1e-12);
  EXPECT_NEAR(gas_state(ratio(6.0, 0.0), 773.15).oxygen_pa, 100.0 / 7.0, 1e-12);
}

// The molar volume of an ideal gas at 273.15 K and 101325 Pa is 22.413 969 54 l (CODATA 2018).
TEST(Gas, MolarVolume) {
  GasOptions options;
  options.h2_flow = 0.0;
  options.o2_flow = 3.0;
  options.total_pressure_pa = 101325.0;
  const GasState gas = gas_state(options, 273.15);
  EXPECT_NEAR(1.0 / gas.oxygen_mol_per_m3(), 22.41396954e-3, 1e-11);
  EXPECT_EQ(gas.hydrogen_mol_per_m3(), 0.0);
}

TEST(Gas, FlowsAreTheSame) {
  GasOptions options;
  options.h2_flow = 0.6;
  options.o2_flow = 0.1;
  options.diluent_flow = 2.8;
  const GasState by_flow = gas_state(options, 700.0);
  const GasState by_ratio = gas_state(ratio(6.0), 700.0);
  EXPECT_NEAR(by_flow.oxygen_pa, by_ratio.oxygen_pa, 1e-12);
  EXPECT_NEAR(by_flow.diluent_pa, by_ratio.diluent_pa, 1e-12);
}

TEST(Gas, Refuses) {
  EXPECT_THROW((void)gas_state(GasOptions{}, 700.0), InputError);
  EXPECT_THROW((void)gas_state(ratio(6.0), 0.0), InputError);
  EXPECT_THROW((void)gas_state(ratio(6.0, 1.0), 700.0), InputError);
  GasOptions both = ratio(6.0);
  both.o2_flow = 1.0;
  EXPECT_THROW((void)gas_state(both, 700.0), InputError);
  GasOptions no_oxygen;
  no_oxygen.h2_flow = 1.0;
  EXPECT_THROW((void)gas_state(no_oxygen, 700.0), InputError);
}

// The rule of textbooks: 52.9 kJ/mol doubles the rate from 298 to 308 K.
TEST(Rate, Arrhenius) {
  RateOptions options;
  options.activation_energy_kj_per_mol = 52.9;
  EXPECT_NEAR(rate_constant(options, 308.0) / rate_constant(options, 298.0), 2.0, 0.003);
  // ln k is a straight line of slope -Ea/R over 1/T, through ln A.
  options.prefactor_per_s = 3.0;
  EXPECT_NEAR(std::log(rate_constant(options, 700.0)),
              std::log(3.0) - 52900.0 / (8.314462618 * 700.0), 1e-9);
  options.law = RateLaw::constant;
  EXPECT_EQ(rate_constant(options, 700.0), 3.0);
  EXPECT_THROW((void)rate_constant(RateOptions{}, 700.0), InputError);
  EXPECT_THROW((void)rate_constant(options, -1.0), InputError);
}

// Both forms of the paper, of an ideal gas: dt^2 P_O2 k1 c = R T dt^2 k1 c_O2 c.
TEST(Force, TheTwoForms) {
  for (const double temperature : {673.15, 773.15, 873.15}) {
    const GasState gas = gas_state(ratio(4.0), temperature);
    const Estimate impulse = impulse_per_area(gas, 20.0, 0.04, {0.6, 0.03});
    EXPECT_NEAR(impulse.value, 0.04 * 0.04 * 4.0 * 20.0 * 0.6, 1e-12);
    EXPECT_NEAR(impulse.standard_error, 0.05 * impulse.value, 1e-14);
  }
}

TEST(Force, Refuses) {
  const GasState gas = gas_state(ratio(4.0), 700.0);
  EXPECT_THROW((void)impulse_per_area(gas, 1.0, 0.04, {60.0, 0.0}), InputError);
  EXPECT_THROW((void)impulse_per_area(gas, 1.0, 0.04, {0.6, -0.1}), InputError);
  EXPECT_THROW((void)impulse_per_area(gas, 1.0, 0.0, {0.6, 0.1}), InputError);
  EXPECT_THROW(require_share({std::numeric_limits<double>::quiet_NaN(), 0.0}), InputError);
}

}  // namespace
}  // namespace adatom::migration
