// The 47 published spectra of environments in gold particles (Rapetti et al., Commun. Chem. 6
// (2023) 143), made with DScribe and stored in single precision.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/descriptors/soap.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/hdf5.h"
#include "external_data.h"

namespace adatom::descriptors {
namespace {

constexpr std::size_t full_size = 576;

/// Rows of a dataset, each divided by its norm: single precision leaves those off by 9e-7.
std::vector<double> published(const storage::Hdf5Reader& file, const std::string& structure) {
  const std::string path = "/NPReferences/" + structure;
  const auto shape = file.dataset(path).shape;
  const auto bytes = file.read(path, std::vector<std::uint64_t>{0, 0}, shape);
  std::vector<float> values(shape[0] * shape[1]);
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  std::vector<double> rows(values.begin(), values.end());
  normalise(rows, full_size);
  return rows;
}

std::uint32_t index_of(const crystal::Structure& structure, std::int64_t id) {
  if (structure.ids.empty()) return static_cast<std::uint32_t>(id - 1);
  const auto found = std::find(structure.ids.begin(), structure.ids.end(), id);
  return static_cast<std::uint32_t>(found - structure.ids.begin());
}

struct NearestRow {
  std::size_t row = 0;
  double apart = 1.0;  ///< largest difference of a value
};

NearestRow nearest_row(std::span<const double> spectrum, std::span<const double> rows) {
  NearestRow nearest;
  for (std::size_t row = 0; row * full_size < rows.size(); ++row) {
    double apart = 0.0;
    for (std::size_t i = 0; i < full_size; ++i) {
      apart = std::max(apart, std::abs(spectrum[i] - rows[row * full_size + i]));
    }
    if (apart < nearest.apart) nearest = {row, apart};
  }
  return nearest;
}

class PublishedSpectra : public ::testing::TestWithParam<SoapMethod> {};

TEST_P(PublishedSpectra, AreReproduced) {
  const auto folder = adatom::testing::external_data() / "structures" / "reference_nps";
  ADATOM_REQUIRE_EXTERNAL(folder / "References.hdf5");
  const auto table = storage::read_csv(folder / "environments.csv");
  const auto structures = table.texts("structure");
  const auto ids_one_based = table.integers("atom_id_one_based");
  std::map<std::string, std::vector<std::int64_t>> atoms;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    atoms[structures[row]].push_back(ids_one_based[row]);
  }
  const storage::Hdf5Reader file(folder / "References.hdf5");
  const SoapOptions options{.r_cut_angstrom = 4.48023312};
  const Soap soap(options, 1, GetParam());
  double largest = 0.0;
  std::size_t spectra = 0;
  for (const auto& [name, ids] : atoms) {
    const auto structure =
        crystal::read_structure(folder / (name + "_minimized.data"), {{1, "Au"}});
    std::vector<Eigen::Vector3d> positions;
    for (const auto& atom : structure.atoms) positions.push_back(atom.position_angstrom);
    // The particles' boxes are as large as the particles: they are not periodic.
    const auto neighbours = find_neighbour_vectors(positions, {}, soap.reach_angstrom());
    std::vector<std::uint32_t> centres;
    for (const auto id : ids) centres.push_back(index_of(structure, id));
    std::vector<double> unique(centres.size() * soap.size());
    soap.compute(neighbours, {}, centres, unique);
    std::vector<double> full(centres.size() * full_size);
    lay_out(options, 1, SpectrumLayout::full, unique, full);
    normalise(full, full_size);
    const auto wanted = published(file, name);
    ASSERT_EQ(wanted.size(), full.size()) << name;
    // Rows have another order than the table: each spectrum has a row of its own.
    std::vector<bool> taken(centres.size(), false);
    for (std::size_t i = 0; i < centres.size(); ++i) {
      const auto [row, apart] = nearest_row({full.data() + i * full_size, full_size}, wanted);
      EXPECT_FALSE(taken[row]) << name << ", atom " << ids[i];
      taken[row] = true;
      largest = std::max(largest, apart);
    }
    spectra += centres.size();
  }
  EXPECT_EQ(spectra, 47U);
  // Single precision rounds values up to 0.3 by 1.5e-8; the rest comes from the digits of the
  // positions in the files.
  EXPECT_LT(largest, 2e-7);
  RecordProperty("largest_difference", std::to_string(static_cast<int>(largest * 1e10)) + "e-10");
}

INSTANTIATE_TEST_SUITE_P(Methods, PublishedSpectra,
                         ::testing::Values(SoapMethod::exact, SoapMethod::fast));

}  // namespace
}  // namespace adatom::descriptors
