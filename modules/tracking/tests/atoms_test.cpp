// Single atoms against drawn ones: places, errors, widths, the share of false ones.
#include "adatom/tracking/atoms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::tracking {
namespace {

constexpr double drawn_width = 2.0;

struct DrawnAtom {
  double x = 0.0;
  double y = 0.0;
  double amplitude = 0.0;
  double width = drawn_width;
};

struct Scene {
  std::size_t side = 256;
  double level = 2000.0;  // electrons per pixel in the middle
  double slope = 0.5;     // of the level over the frame, along x
  std::vector<DrawnAtom> atoms;
};

/// Atoms on a grid 24 pixels wide, off its nodes by fractions of a pixel.
Scene grid_scene(double amplitude, std::uint64_t seed) {
  Scene scene;
  RandomStream random(seed);
  for (int j = 0; j < 10; ++j) {
    for (int i = 0; i < 10; ++i) {
      scene.atoms.push_back({20.0 + 24.0 * i + 2.0 * random.uniform(),
                             20.0 + 24.0 * j + 2.0 * random.uniform(), amplitude});
    }
  }
  return scene;
}

Grid<double> count_electrons(const Scene& scene, std::uint64_t seed) {
  RandomStream random(seed);
  Grid<double> frame(scene.side, scene.side);
  for (std::size_t y = 0; y < scene.side; ++y) {
    for (std::size_t x = 0; x < scene.side; ++x) {
      const auto px = static_cast<double>(x);
      const auto py = static_cast<double>(y);
      double mean =
          scene.level * (1.0 + scene.slope * (px / static_cast<double>(scene.side) - 0.5));
      for (const DrawnAtom& atom : scene.atoms) {
        const double r = std::hypot(px - atom.x, py - atom.y) / atom.width;
        if (r < 8.0) mean += atom.amplitude * std::exp(-0.5 * r * r);
      }
      frame(x, y) = static_cast<double>(random.poisson(mean));
    }
  }
  return frame;
}

const Atom* nearest(const AtomResult& result, const DrawnAtom& drawn) {
  const Atom* best = nullptr;
  double least = 2.0 * drawn_width;
  for (const Atom& atom : result.atoms) {
    const double distance = std::hypot(atom.x_px - drawn.x, atom.y_px - drawn.y);
    if (distance < least) {
      least = distance;
      best = &atom;
    }
  }
  return best;
}

TEST(Atoms, PlacesReachTheBoundAndErrorsAreTrue) {
  double over_bound = 0.0;
  double over_error = 0.0;
  double amplitude_over_error = 0.0;
  double count = 0.0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Scene scene = grid_scene(300.0, seed);
    const AtomResult result = detect_atoms(count_electrons(scene, 100 + seed), {}, {});
    ASSERT_GE(result.atoms.size(), scene.atoms.size());
    EXPECT_LE(result.atoms.size(), scene.atoms.size() + 5);
    EXPECT_NEAR(result.width_px, drawn_width, 0.1 * drawn_width);
    EXPECT_NEAR(result.null_sigma, 1.0, 0.15);
    for (const DrawnAtom& drawn : scene.atoms) {
      const Atom* atom = nearest(result, drawn);
      ASSERT_NE(atom, nullptr);
      const double dx = atom->x_px - drawn.x;
      const double dy = atom->y_px - drawn.y;
      const double level = scene.level * (1.0 + scene.slope * (drawn.x / 256.0 - 0.5));
      const double bound = atom_position_bound_px(drawn.amplitude, level);
      over_bound += (dx * dx + dy * dy) / (2.0 * bound * bound);
      over_error +=
          0.5 * (std::pow(dx / atom->x_stderr_px, 2) + std::pow(dy / atom->y_stderr_px, 2));
      amplitude_over_error +=
          std::pow((atom->amplitude - drawn.amplitude) / atom->amplitude_stderr, 2);
      count += 1.0;
    }
  }
  // 400 atoms: mean squares of 800 (400) normal deviates are known to 5 % (7 %), their roots to
  // half. The slope of the support adds 7 %, the atoms' own electrons 4 %, a width 4 % off 3 %.
  EXPECT_LT(std::sqrt(over_bound / count), 1.22);
  EXPECT_GT(std::sqrt(over_bound / count), 0.90);
  EXPECT_NEAR(std::sqrt(over_error / count), 1.0, 0.1);
  // A width off by w changes the amplitude by about that share of it.
  EXPECT_LT(std::sqrt(amplitude_over_error / count), 1.6);
}

TEST(Atoms, TheShareOfFalseOnesIsAsAskedFor) {
  // Atoms at most 6 to 8 times the noise of the filter, so that some are missed.
  AtomOptions options;
  options.width_px = drawn_width;
  std::size_t found = 0;
  std::size_t real = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Scene scene = grid_scene(90.0, seed);
    const AtomResult result = detect_atoms(count_electrons(scene, 200 + seed), {}, options);
    found += result.atoms.size();
    for (const DrawnAtom& drawn : scene.atoms) real += nearest(result, drawn) != nullptr ? 1 : 0;
  }
  EXPECT_GE(real, 500U);  // of 600
  // 5 % of 600 and three standard deviations of so many.
  EXPECT_LE(found - real, 30U + 17U);
}

TEST(Atoms, ProbabilitiesAreRatherTooCareful) {
  // Faint atoms among noise, everything called an atom that may be one.
  AtomOptions options;
  options.width_px = drawn_width;
  options.false_discovery = 0.5;
  options.threshold_sigma = 3.0;
  double real = 0.0;
  double expected = 0.0;
  double variance = 0.0;
  double unlikely = 0.0;
  double unlikely_real = 0.0;
  double bright = 0.0;
  double bright_real = 0.0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Scene scene = grid_scene(65.0, seed);
    const AtomResult result = detect_atoms(count_electrons(scene, 50 + seed), {}, options);
    for (const Atom& atom : result.atoms) {
      const bool is_real = std::ranges::any_of(scene.atoms, [&](const DrawnAtom& drawn) {
        return std::hypot(atom.x_px - drawn.x, atom.y_px - drawn.y) < 2.0 * drawn_width;
      });
      real += is_real ? 1.0 : 0.0;
      expected += atom.probability;
      variance += atom.probability * (1.0 - atom.probability);
      if (atom.probability < 0.5) {
        unlikely += 1.0;
        unlikely_real += is_real ? 1.0 : 0.0;
      }
      if (atom.probability > 0.99) {
        bright += 1.0;
        bright_real += is_real ? 1.0 : 0.0;
      }
    }
  }
  // Never too sure: no fewer are real than the probabilities add up to, and hardly one of those
  // that are said to be. They are too careful, by an eighth here: they know the filter's response,
  // and false peaks pass the fit more rarely than atoms of the same response.
  EXPECT_GE(real, expected - 3.0 * std::sqrt(variance));
  EXPECT_GE(expected, 0.85 * real);
  EXPECT_GT(bright, 150.0);
  EXPECT_GE(bright_real, 0.99 * bright);
  EXPECT_GT(unlikely, 50.0);
  EXPECT_LT(unlikely_real / unlikely, 0.7);
}

TEST(Atoms, NoiseAloneHasNone) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const AtomResult result = detect_atoms(count_electrons(Scene{}, 300 + seed), {}, {});
    found += result.atoms.size();
    EXPECT_EQ(result.warnings.empty(), !result.atoms.empty());
  }
  EXPECT_LE(found, 2U);  // one frame in twenty, at the width of the scan that is best for it
}

TEST(Atoms, OverlappingOnesAreTakenApart) {
  // Two and a half widths apart: one bright spot without a dip.
  Scene scene = grid_scene(600.0, 1);
  const std::size_t singles = scene.atoms.size();
  for (std::size_t i = 0; i < singles; i += 7) {
    DrawnAtom second = scene.atoms[i];
    second.x += 2.5 * drawn_width;
    second.amplitude *= 0.7;
    scene.atoms.push_back(second);
  }
  const AtomResult result = detect_atoms(count_electrons(scene, 7), {}, {.width_px = drawn_width});
  for (std::size_t i = 0; i < scene.atoms.size(); ++i) {
    const Atom* atom = nearest(result, scene.atoms[i]);
    ASSERT_NE(atom, nullptr) << i;
    EXPECT_NEAR(atom->x_px, scene.atoms[i].x, 0.5);
    EXPECT_NEAR(atom->y_px, scene.atoms[i].y, 0.5);
    EXPECT_EQ(atom->free_standing, i < singles && i % 7 != 0);
  }
}

TEST(Atoms, BodiesAreNone) {
  Scene scene = grid_scene(400.0, 2);
  const DrawnAtom body{.x = 130.0, .y = 130.0, .amplitude = 900.0, .width = 9.0};
  scene.atoms.push_back(body);
  const AtomResult result = detect_atoms(count_electrons(scene, 8), {}, {.width_px = drawn_width});
  for (const Atom& atom : result.atoms) {
    const bool is_drawn = std::ranges::any_of(scene.atoms, [&](const DrawnAtom& drawn) {
      return drawn.width == drawn_width &&
             std::hypot(drawn.x - atom.x_px, drawn.y - atom.y_px) < 2.0 * drawn_width;
    });
    if (std::hypot(atom.x_px - body.x, atom.y_px - body.y) < 10.0) {
      EXPECT_TRUE(is_drawn) << atom.x_px << " " << atom.y_px << " " << atom.significance << " "
                            << atom.width_px << " " << atom.width_stderr_px;
    }
  }
}

TEST(Atoms, WhereTheMaskIsZeroThereIsNone) {
  const Scene scene = grid_scene(400.0, 3);
  Grid<double> frame = count_electrons(scene, 9);
  Grid<std::uint8_t> mask(256, 256, 1);
  for (std::size_t y = 0; y < 256; ++y) {
    for (std::size_t x = 0; x < 128; ++x) {
      mask(x, y) = 0;
      frame(x, y) = std::numeric_limits<double>::quiet_NaN();
    }
  }
  const AtomResult result = detect_atoms(frame, mask, {.width_px = drawn_width});
  EXPECT_GE(result.atoms.size(), 40U);
  for (const Atom& atom : result.atoms) EXPECT_GT(atom.x_px, 126.0);
}

TEST(Atoms, WhatIsWrongIsSaid) {
  const Grid<double> flat(64, 64, 5.0);
  EXPECT_THROW((void)detect_atoms(flat, {}, {}), InputError);
  EXPECT_THROW((void)detect_atoms(Grid<double>(8, 8), {}, {}), InputError);
  Grid<double> frame = count_electrons(Scene{.side = 64, .atoms = {}}, 1);
  EXPECT_THROW((void)detect_atoms(frame, Grid<std::uint8_t>(8, 8), {}), InputError);
  EXPECT_THROW((void)detect_atoms(frame, {}, {.false_discovery = 2.0}), InputError);
  frame(3, 3) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)detect_atoms(frame, {}, {}), InputError);
}

TEST(Atoms, BoundIsTheInverseOfTheInformation) {
  // The sum over pixels of (d model / d x)^2 / v, instead of the integral.
  const double amplitude = 7.0;
  const double variance = 3.0;
  double information = 0.0;
  for (int y = -20; y <= 20; ++y) {
    for (int x = -20; x <= 20; ++x) {
      const double g = std::exp(-(x * x + y * y) / (2.0 * drawn_width * drawn_width));
      information += std::pow(amplitude * g * x / (drawn_width * drawn_width), 2) / variance;
    }
  }
  EXPECT_NEAR(atom_position_bound_px(amplitude, variance), 1.0 / std::sqrt(information), 1e-9);
}

}  // namespace
}  // namespace adatom::tracking
