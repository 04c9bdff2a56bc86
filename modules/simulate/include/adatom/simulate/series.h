#pragma once
// A series of frames of one specimen: drift, atoms that move between frames, ground truth.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "adatom/crystal/structure.h"
#include "adatom/simulate/incoherent.h"
#include "adatom/simulate/scs_library.h"
#include "adatom/simulate/specimen.h"
#include "adatom/storage/csv.h"

namespace adatom::simulate {

struct MotionOptions {
  double drift_x_angstrom = 0.0;  ///< per frame
  double drift_y_angstrom = 0.0;  ///< per frame
  /// Standard deviation of a random step per frame, along x and along y, on top of the drift.
  double drift_walk_angstrom = 0.0;
  /// Atoms that leave one column at the particle's outline for another, between two frames.
  std::int64_t moves_per_frame = 0;

  void describe(OptionVisitor& v);
};

/// Everything `adatom simulate image` needs. Two input files are read by the caller:
/// specimen.structure and scs_library.
struct SeriesOptions {
  SpecimenOptions specimen;
  FrameOptions frame;
  MotionOptions motion;
  std::int64_t frames = 1;
  std::int64_t seed = 1;
  /// CSV with atom_count,scs_angstrom2; empty: scs_per_atom_angstrom2 for every atom.
  InputFile scs_library;
  /// Gold [110], 12 atoms, 300 kV, 20 mrad, 40-160 mrad: 0.33176 A^2 / 12.
  double scs_per_atom_angstrom2 = 0.0276;
  /// Atoms belong to one column when their projections lie this close.
  double column_tolerance_angstrom = 0.5;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// One frame and its truth. Columns that have lost all their atoms are left out.
struct SimulatedFrame {
  std::int64_t index = 0;
  Grid<double> image;               ///< fraction of the incident beam
  std::vector<TrueColumn> columns;  ///< positions in the image, drift included
  double drift_x_angstrom = 0.0;    ///< from frame 0
  double drift_y_angstrom = 0.0;
};

/// What there is to say beside the frames.
struct SeriesSummary {
  std::int64_t atoms = 0;
  std::int64_t columns = 0;  ///< of frame 0
  std::vector<std::string> warnings;
};

/// Makes the frames in order and hands each to `sink`. The specimen's outline stands in the middle
/// of frame 0. A move takes an atom off a column at the outline and puts it on another there,
/// both drawn at random among columns with fewer neighbours than most; an emptied column may fill
/// again.
/// @param structure content of options.specimen.structure, for kind file
/// @param library content of options.scs_library; empty: scs_per_atom_angstrom2
/// @throws InputError: invalid options, no atoms; Interrupted
SeriesSummary simulate_series(const SeriesOptions& options,
                              const std::optional<crystal::Structure>& structure,
                              const std::optional<ScsLibrary>& library,
                              const std::function<void(const SimulatedFrame&)>& sink,
                              Progress& progress);

/// An empty truth table: frame,column_id,x_angstrom,y_angstrom,atom_count,scs_angstrom2.
[[nodiscard]] storage::Table truth_table();
/// Appends the frame's columns to it.
void add_truth(storage::Table& table, const SimulatedFrame& frame);

}  // namespace adatom::simulate
