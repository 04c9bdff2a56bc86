#include "adatom/energetics/eam_file.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/random.h"
#include "adatom/energetics/eam_potential.h"

namespace adatom::energetics {
namespace {

std::string row(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += shortest(value) + ' ';
  return text + '\n';
}

const std::string grids = "6 0.5 7 1.0 5.5\n";
const std::vector<double> six = {0, -1, -2, -3, -4, -5};
const std::vector<double> seven = {9, 8, 7, 6, 5, 4, 3};

std::string setfl() {
  return "one\ntwo\nthree\n1 Cu  # a comment\n" + grids + "29 63.5 3.6 fcc\n" + row(six) +
         row(seven) + row(seven);
}

TEST(EamFile, ReadsSetfl) {
  const auto tables = parse_eam(setfl(), "a.setfl");
  ASSERT_EQ(tables.elements.size(), 1U);
  EXPECT_EQ(tables.elements[0].symbol, "Cu");
  EXPECT_EQ(tables.elements[0].mass_u, 63.5);
  EXPECT_EQ(tables.elements[0].lattice, "fcc");
  EXPECT_EQ(tables.cutoff_angstrom, 5.5);
  EXPECT_EQ(tables.density_step, 0.5);
  EXPECT_EQ(tables.r_step_angstrom, 1.0);
  EXPECT_EQ(tables.embedding_ev[0], six);
  EXPECT_EQ(tables.density[0], seven);
  EXPECT_EQ(tables.r_times_pair[0], seven);
}

/// Seven values that begin with `first`.
std::vector<double> from(double first) {
  std::vector<double> values(7);
  for (std::size_t i = 0; i < 7; ++i) values[i] = first + static_cast<double>(i);
  return values;
}

TEST(EamFile, TellsTheFinnisSinclairFormByItsLength) {
  const std::string head = "\n\n\n2 Cu Zr\n" + grids;
  const std::string copper = "29 63.5 3.6 fcc\n" + row(six);
  const std::string zirconium = "40 91.2 3.2 hcp\n" + row(six);
  const std::string pairs = row(from(100)) + row(from(200)) + row(from(300));
  const auto alloy =
      parse_eam(head + copper + row(from(10)) + zirconium + row(from(20)) + pairs, "alloy");
  // Of each element its own density, whoever it acts on.
  EXPECT_EQ(alloy.density[0 * 2 + 1], from(20));
  EXPECT_EQ(alloy.density[1 * 2 + 1], from(20));
  EXPECT_EQ(alloy.density[1 * 2 + 0], from(10));
  const auto fs = parse_eam(head + copper + row(from(10)) + row(from(11)) + zirconium +
                                row(from(20)) + row(from(21)) + pairs,
                            "fs");
  // Behind copper: what it adds at copper, then at zirconium.
  EXPECT_EQ(fs.density[0 * 2 + 0], from(10));
  EXPECT_EQ(fs.density[1 * 2 + 0], from(11));
  EXPECT_EQ(fs.density[0 * 2 + 1], from(20));
  EXPECT_EQ(fs.density[1 * 2 + 1], from(21));
  for (const auto& tables : {alloy, fs}) {
    EXPECT_EQ(tables.r_times_pair[0], from(100));
    EXPECT_EQ(tables.r_times_pair[1], from(200));
    EXPECT_EQ(tables.r_times_pair[2], from(200));
    EXPECT_EQ(tables.r_times_pair[3], from(300));
  }
}

TEST(EamFile, ReadsFuncflWithItsChargesAndFortranNumbers) {
  const auto tables = parse_eam("title\n 79 196.97 4.08 FCC\n" + grids +
                                    "0 -1.0D0 -2d0 -3 -4\n-5\n 2 2 2 2 2 2 2\n" + row(seven),
                                "au.eam");
  EXPECT_EQ(tables.elements[0].symbol, "Au");
  // LAMMPS drops the last point.
  EXPECT_EQ(tables.embedding_ev[0].size(), 5U);
  EXPECT_NEAR(tables.embedding_ev[0][4], -4.0, 1e-14);
  ASSERT_EQ(tables.r_times_pair[0].size(), 6U);
  EXPECT_NEAR(tables.r_times_pair[0][3], 4.0 * 27.2 * 0.529, 1e-12);
  EXPECT_NEAR(tables.density[0][5], 4.0, 1e-14);
}

TEST(EamFile, RefusesDamagedFilesWithTheirLine) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      const EamPotential potential("eam", parse_eam(text, "bad"));
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  const std::string good = setfl();
  EXPECT_EQ(message(good), "");
  const auto with = [&](const std::string& what, const std::string& other) {
    auto text = good;
    return text.replace(text.find(what), what.size(), other);
  };
  EXPECT_NE(message("").find("bad"), std::string::npos);
  EXPECT_NE(message(good.substr(0, good.size() - 3)).find("ends inside a table"),
            std::string::npos);
  EXPECT_NE(message(with("1 Cu", "1 Qq")).find("bad:4"), std::string::npos);
  EXPECT_NE(message(with("1 Cu", "2 Cu")), "");
  EXPECT_NE(message(with("6 0.5", "6 0")).find("bad:5"), std::string::npos);
  EXPECT_NE(message(with("6 0.5", "-6 0.5")), "");
  EXPECT_NE(message(with("6 0.5", "600000000 0.5")), "");
  EXPECT_NE(message(with("6 0.5", "9999999 0.5")), "");
  EXPECT_NE(message(with("5.5", "nan")), "");
  EXPECT_NE(message(with("-3", "x")).find("'x'"), std::string::npos);
  EXPECT_NE(message(with("63.5", "-63.5")), "");
  for (std::size_t size = 0; size < good.size(); size += 7) {
    EXPECT_NE(message(good.substr(0, size)), "") << size;
  }
}

TEST(EamFile, AnyDamageIsReadOrRefused) {
  // Traps of the test's main end it where a damaged number would be calculated with.
  RandomStream random(1);
  const std::string funcfl =
      "title\n 79 196.97 4.08 FCC\n" + grids + row(six) + row(seven) + row(seven);
  const std::string alphabet = "0123456789.-+eE \n#xDnaif";
  int read = 0;
  for (int k = 0; k < 6000; ++k) {
    std::string text = k % 2 == 0 ? setfl() : funcfl;
    for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
      const auto at = random.below(text.size());
      switch (random.below(3)) {
        case 0:
          text[at] = alphabet[random.below(alphabet.size())];
          break;
        case 1:
          text.erase(at, 1 + random.below(5));
          break;
        default:
          text.insert(at, 1, alphabet[random.below(alphabet.size())]);
          break;
      }
    }
    try {
      const EamPotential potential("damaged", parse_eam(text, "damaged"));
      for (double r = potential.closest_angstrom(); r < 6.0; r += 0.5) {
        static_cast<void>(potential.pair(0, 0, r));
        static_cast<void>(potential.density(0, 0, r));
      }
      static_cast<void>(potential.embedding(0, 1.3));
      ++read;
    } catch (const InputError&) {
      continue;
    }
  }
  EXPECT_GT(read, 500);  // not all are refused
}

TEST(EamSpline, FollowsACubicExactlyInsideItsTable) {
  // Slopes of five points are exact for polynomials up to the fourth order.
  const auto f = [](double x) { return ((0.3 * x - 1.0) * x + 2.0) * x - 4.0; };
  std::vector<double> values;
  for (int i = 0; i <= 20; ++i) values.push_back(f(0.25 * i));
  const EamSpline spline(values, 0.25);
  for (double x = 0.5; x <= 4.5; x += 0.0625) {
    EXPECT_NEAR(spline.at(x).value, f(x), 1e-13);
    EXPECT_NEAR(spline.at(x).slope, (0.9 * x - 2.0) * x + 2.0, 1e-12);
  }
  EXPECT_EQ(spline.end(), 5.0);
  EXPECT_EQ(spline.at(7.0).value, values.back());
  EXPECT_EQ(spline.at(0.0).value, values.front());
}

}  // namespace
}  // namespace adatom::energetics
