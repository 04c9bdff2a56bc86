#include "adatom/dynamics/rare_events.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;

constexpr double spacing = 2.9;
constexpr std::size_t block_atoms = 108;  // 6 x 6 x 3

/// A block of 6 x 6 x 3 atoms on a cubic lattice and on it a row of three, atoms 108 to 110.
std::vector<Vector3d> lattice() {
  std::vector<Vector3d> positions;
  for (int z = 0; z < 3; ++z) {
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 6; ++x) positions.emplace_back(x * spacing, y * spacing, z * spacing);
    }
  }
  for (int y = 1; y < 4; ++y) positions.emplace_back(spacing, y * spacing, 3 * spacing);
  return positions;
}

/// What an atom does beyond vibrating: its displacement in a frame.
using Motion = std::function<Vector3d(std::size_t atom, double frame)>;

/// From 0 to 1 between two frames.
double slide(double frame, double begin, double end) {
  return std::clamp((frame - begin) / (end - begin), 0.0, 1.0);
}

enum class Particle { turns_and_drifts, periodic };

/// Atoms vibrate by 0.15 A along each axis; the particle turns by 90 degrees and drifts by 40 A.
std::vector<RareEvent> find(const Motion& motion, const RareEventOptions& options = {},
                            Particle particle = Particle::turns_and_drifts,
                            std::size_t frames = 400) {
  const std::vector<Vector3d> sites = lattice();
  RandomStream random(21);
  RareEventFinder finder(options);
  std::vector<std::uint8_t> labels(sites.size(), 0);
  std::vector<RareEvent> events;
  for (std::size_t f = 0; f < frames; ++f) {
    const auto t = static_cast<double>(f);
    crystal::Structure structure;
    const Eigen::AngleAxisd turn(1.57 * t / 400.0, Vector3d(1.0, 2.0, 3.0).normalized());
    for (std::size_t i = 0; i < sites.size(); ++i) {
      Vector3d x = sites[i] + motion(i, t);
      labels[i] = (x - sites[i]).norm() < 0.5 ? 0 : 1;
      x += 0.15 * Vector3d(random.normal(), random.normal(), random.normal());
      if (particle == Particle::turns_and_drifts) x = turn * x;
      x += Vector3d(0.0, 0.1 * t, 0.0);
      if (particle == Particle::periodic) {
        const double width = 6 * spacing;
        for (int axis = 0; axis < 2; ++axis) x[axis] -= width * std::floor(x[axis] / width);
      }
      structure.atoms.push_back({.element = "Au", .position_angstrom = x});
    }
    if (particle == Particle::periodic) {
      structure.cell_angstrom.diagonal() = Vector3d(6 * spacing, 6 * spacing, 50.0);
      structure.periodic = {true, true, false};
    }
    finder.add_frame(structure, labels);
    for (RareEvent& event : finder.take_events()) events.push_back(std::move(event));
  }
  for (RareEvent& event : finder.finish()) events.push_back(std::move(event));
  return events;
}

Vector3d three_slide(std::size_t atom, double frame) {
  if (atom < block_atoms) return Vector3d::Zero();
  return Vector3d(spacing * slide(frame, 205.0, 215.0), 0.0, 0.0);
}

TEST(RareEvents, NothingHappensToVibratingAtoms) {
  EXPECT_TRUE(find([](std::size_t, double) { return Vector3d::Zero(); }).empty());
}

TEST(RareEvents, FindsThreeAtomsThatSlide) {
  for (const Particle particle : {Particle::turns_and_drifts, Particle::periodic}) {
    const auto events = find(three_slide, {}, particle);
    ASSERT_EQ(events.size(), 1U);
    const RareEvent& event = events.front();
    // In the block of frames 200 to 219; or one more where an average is half way.
    EXPECT_LE(event.first_frame, 205U);
    EXPECT_GE(event.first_frame, 180U);
    EXPECT_GE(event.last_frame, 214U);
    EXPECT_LE(event.last_frame, 239U);
    EXPECT_FALSE(event.cut_short);
    ASSERT_EQ(event.atoms.size(), 3U);
    // Means of 20 frames: 0.15 / sqrt(20) = 0.034 A, of two of them 0.05 A, and what the rigid
    // motion is uncertain by, as little again: 5 of these. A turn within a block pulls its mean
    // inwards by less than 0.01 A.
    EXPECT_NEAR((event.displacement_angstrom - Vector3d(spacing, 0.0, 0.0)).norm(), 0.0, 0.25);
    for (std::size_t k = 0; k < 3; ++k) {
      const MovedAtom& moved = event.atoms[k];
      EXPECT_EQ(moved.atom, block_atoms + k);
      EXPECT_NEAR(moved.displacement_angstrom(), spacing, 0.25);
      EXPECT_EQ(moved.label_before, 0);
      EXPECT_EQ(moved.label_after, 1);
      // Every fifth frame of at least three blocks of 20, each where it truly was, within five
      // times its vibration and what 40 A of drift and the turn left in the coordinates of frame 0.
      ASSERT_GE(moved.path.size(), 12U);
      for (const PathPoint& point : moved.path) {
        EXPECT_EQ(point.frame % 5, 0U);
        const Vector3d site(spacing, static_cast<double>(k + 1) * spacing, 3 * spacing);
        const Vector3d there = site + three_slide(moved.atom, static_cast<double>(point.frame));
        EXPECT_LT((point.position_angstrom - there).norm(), 5 * 0.15 + 0.3) << point.frame;
      }
    }
  }
}

// Two that are far from each other, at the same time; and one atom much later.
TEST(RareEvents, WhatIsNotConnectedIsAnotherEvent) {
  const auto events = find([](std::size_t atom, double frame) -> Vector3d {
    if (atom == block_atoms) return {0.0, -spacing * slide(frame, 108.0, 112.0), 0.0};
    // The corner of the block goes outwards, 9 A away.
    if (atom == 107) return {spacing * slide(frame, 108.0, 112.0), 0.0, 0.0};
    if (atom == 0) return {-spacing * slide(frame, 305.0, 315.0), 0.0, 0.0};
    return Vector3d::Zero();
  });
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].atoms.size(), 1U);
  EXPECT_EQ(events[1].atoms.size(), 1U);
  EXPECT_NE(events[0].atoms[0].atom, events[1].atoms[0].atom);
  EXPECT_EQ(events[2].atoms[0].atom, 0U);
}

// One pulls the next one along, thirty frames later: one event from the first to the last.
TEST(RareEvents, AChainOfMovesIsOneEvent) {
  const auto events = find([](std::size_t atom, double frame) -> Vector3d {
    if (atom < block_atoms) return Vector3d::Zero();
    const double begin = 110.0 + 20.0 * static_cast<double>(atom - block_atoms);
    return {0.0, spacing * slide(frame, begin, begin + 5.0), 0.0};
  });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].atoms.size(), 3U);
  EXPECT_LE(events[0].first_frame, 110U);
  EXPECT_GE(events[0].last_frame, 150U);
}

TEST(RareEvents, AnAtomThatComesBackIsNone) {
  const auto events = find([](std::size_t atom, double frame) -> Vector3d {
    if (atom != block_atoms) return Vector3d::Zero();
    return {spacing * (slide(frame, 105.0, 110.0) - slide(frame, 130.0, 135.0)), 0.0, 0.0};
  });
  EXPECT_TRUE(events.empty());
}

TEST(RareEvents, OneWithoutEndIsCut) {
  const auto events = find(
      [](std::size_t atom, double frame) -> Vector3d {
        if (atom != block_atoms) return Vector3d::Zero();
        return {0.0, 0.0, spacing * slide(frame, 50.0, 60.0) * (frame - 50.0) / 10.0};
      },
      {.longest_blocks = 4});
  ASSERT_GE(events.size(), 3U);
  EXPECT_TRUE(events[0].cut_short);
  EXPECT_EQ(events[0].last_frame + 1 - events[0].first_frame, 80U);
}

TEST(RareEvents, RefusesWhatDoesNotFit) {
  crystal::Structure structure;
  structure.atoms.resize(2);
  RareEventFinder finder({});
  finder.add_frame(structure);
  const std::vector<std::uint8_t> labels = {0};
  EXPECT_THROW(finder.add_frame(structure, labels), InputError);
  structure.atoms[1].position_angstrom[0] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(finder.add_frame(structure), InputError);
  structure.atoms.resize(1);
  EXPECT_THROW(finder.add_frame(structure), InputError);
  EXPECT_THROW(RareEventFinder({.average_frames = 0}), InputError);
}

}  // namespace
}  // namespace adatom::dynamics
