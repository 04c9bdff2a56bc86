// Particles beside those that ASE builds. Skips where there is no Python with ASE.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/crystal/neighbours.h"
#include "adatom/crystal/twinned.h"
#include "adatom/crystal/wulff.h"

namespace adatom::crystal {
namespace {

/// What a script prints. Nothing: it ended with an error.
std::optional<std::string> run_python(const std::string& python, const std::string& script) {
  const std::string line = python + " -c '" + script + "' 2> /dev/null";
  // NOLINTNEXTLINE(cert-env33-c): fixed commands of a test
  FILE* const pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), size);
  }
  if (::pclose(pipe) != 0) return std::nullopt;
  return text;
}

/// The system's Python first, for which distributions package ASE.
std::string python_with_ase() {
  for (const char* const python : {"/usr/bin/python3", "python3"}) {
    if (run_python(python, "import ase.cluster")) return python;
  }
  return {};
}

/// The clusters that Python expressions give.
std::vector<std::vector<Eigen::Vector3d>> clusters(const std::string& python,
                                                   const std::vector<std::string>& expressions) {
  std::string script =
      "from ase.cluster import *\n"
      "from ase.cluster import wulff_construction as wulff\n"
      "def show(c):\n"
      "  print(len(c))\n"
      "  for p in c.get_positions(): print(\"%.15g %.15g %.15g\" % tuple(p))\n";
  for (const auto& expression : expressions) script += "show(" + expression + ")\n";
  const auto text = run_python(python, script);
  EXPECT_TRUE(text.has_value());
  std::istringstream numbers(text.value_or(""));
  std::vector<std::vector<Eigen::Vector3d>> list;
  for (std::size_t count = 0; numbers >> count;) {
    list.emplace_back(count);
    for (auto& p : list.back()) numbers >> p.x() >> p.y() >> p.z();
  }
  return list;
}

/// The largest distance from an atom of one to the nearest of the other, centres upon each other.
double largest_gap(std::vector<Eigen::Vector3d> a, const Structure& structure) {
  std::vector<Eigen::Vector3d> b;
  for (const auto& atom : structure.atoms) b.push_back(atom.position_angstrom);
  for (auto* list : {&a, &b}) {
    const Eigen::Vector3d sum =
        std::accumulate(list->begin(), list->end(), Eigen::Vector3d(Eigen::Vector3d::Zero()));
    for (auto& p : *list) p -= sum / static_cast<double>(list->size());
  }
  double largest = 0.0;
  for (const auto& p : a) {
    double nearest = 1e9;
    for (const auto& q : b) nearest = std::min(nearest, (p - q).squaredNorm());
    largest = std::max(largest, std::sqrt(nearest));
  }
  return largest;
}

// Rounding of two ways to the same coordinates below 30 angstrom.
constexpr double tolerance = 1e-9;

constexpr const char* no_ase = "no Python with ASE (Debian: apt install python3-ase)";

const FccCrystal gold{"Au", 4.0786};

TEST(AseShapes, IcosahedraAndDecahedraAreThoseOfAse) {
  const std::string python = python_with_ase();
  if (python.empty()) GTEST_SKIP() << no_ase;
  const std::vector<DecahedronSize> sizes = {{1, 1, 1}, {2, 2, 2}, {4, 1, 1}, {3, 5, 1},
                                             {7, 1, 3}, {5, 4, 4}, {2, 3, 3}};
  std::vector<std::string> expressions;
  for (const auto& s : sizes) {
    // Its r is p - 1.
    expressions.push_back("Decahedron(\"Au\"," + std::to_string(s.m) + ',' + std::to_string(s.n) +
                          ',' + std::to_string(s.p - 1) + ",4.0786)");
  }
  for (int shells = 0; shells <= 6; ++shells) {  // it counts the atom in the centre as one
    expressions.push_back("Icosahedron(\"Au\"," + std::to_string(shells + 1) + ",4.0786)");
  }
  const auto theirs = clusters(python, expressions);
  ASSERT_EQ(theirs.size(), expressions.size());
  for (std::size_t k = 0; k < expressions.size(); ++k) {
    const auto ours = k < sizes.size()
                          ? build_decahedron(gold, sizes[k])
                          : build_icosahedron(gold, static_cast<std::int64_t>(k - sizes.size()));
    ASSERT_EQ(ours.atoms.size(), theirs[k].size()) << expressions[k];
    EXPECT_LT(largest_gap(theirs[k], ours), tolerance) << expressions[k];
  }
}

TEST(AseShapes, WulffConstructionsAreThoseOfAse) {
  const std::string python = python_with_ase();
  if (python.empty()) GTEST_SKIP() << no_ase;
  const std::vector<std::vector<FacetEnergy>> shapes = {
      {{{1, 1, 1}, 1.0}, {{1, 0, 0}, 1.15}},
      {{{1, 1, 1}, 0.4615}, {{1, 0, 0}, 0.5456}, {{1, 1, 0}, 0.56}},
      {{{1, 0, 0}, 1.0}},
      {{{1, 1, 0}, 2.0}, {{1, 1, 1}, 1.9}, {{1, 0, 0}, 2.1}, {{3, 1, 1}, 2.05}}};
  std::vector<std::string> expressions;
  std::vector<std::string> names = {"closest", "below", "above"};
  const std::vector<int> sizes = {60, 147, 500, 1000, 1500};
  for (const auto& shape : shapes) {
    std::string surfaces;
    std::string energies;
    for (const auto& facet : shape) {
      surfaces += '(' + std::to_string(facet.miller[0]) + ',' + std::to_string(facet.miller[1]) +
                  ',' + std::to_string(facet.miller[2]) + "),";
      energies += std::to_string(facet.energy) + ',';
    }
    for (const int size : sizes) {
      for (const auto& rounding : names) {
        expressions.push_back("wulff(\"Au\",[" + surfaces + "],[" + energies + "]," +
                              std::to_string(size) + ",\"fcc\",\"" + rounding + "\",4.0786)");
      }
    }
  }
  const auto theirs = clusters(python, expressions);
  ASSERT_EQ(theirs.size(), expressions.size());
  std::size_t k = 0;
  for (const auto& shape : shapes) {
    for (const int size : sizes) {
      for (std::size_t rounding = 0; rounding < names.size(); ++rounding, ++k) {
        const auto ours =
            build_wulff(gold, shape, size, {.rounding = static_cast<WulffRounding>(rounding)});
        ASSERT_EQ(ours.atoms.size(), theirs[k].size()) << expressions[k];
        EXPECT_LT(largest_gap(theirs[k], ours), tolerance) << expressions[k];
      }
    }
  }
}

}  // namespace
}  // namespace adatom::crystal
