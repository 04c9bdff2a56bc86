#pragma once
// The inner loops, once for each instruction set. Plain pointers only: what a kernel's file shares
// with others must not be compiled for instructions that a processor may lack.
#include <cstddef>
#include <cstdint>

namespace adatom::energetics {

/// Degree of the polynomials in the tables of double precision.
inline constexpr std::size_t pair_degree = 6;

/// Half of the pairs, in double precision. Positions and forces have four numbers an atom.
struct PairArguments {
  std::size_t atoms;           ///< that have neighbours of their own; copies of others follow
  const std::uint32_t* first;  ///< of each atom's neighbours, one more than atoms
  const std::uint32_t* partner;
  const std::uint32_t* element;  ///< of each atom and copy
  const double* position;
  double cutoff_u;
  double first_u;
  double segments_per_u;
  double last_place;  ///< just below the number of segments
  std::size_t elements;
  std::size_t pair_size;
  const double* rows;  ///< of PairTable
  // Filled by the first pass and read by the second.
  std::uint32_t* near_first;  ///< of each atom's neighbours within the cut-off
  std::uint32_t* near_partner;
  double* near_vector;  ///< four numbers a pair
  double* near_row;     ///< four numbers a pair, eight if not symmetric
  double* near_u;
  double* density;  ///< of each atom and copy; zero before the first pass
  // Read by the second pass.
  const double* embedding_slope;
  double* force;  ///< zero before the second pass
};

/// Takes from a long list what is near enough now, in its order.
struct PairPrune {
  std::size_t atoms;
  const std::uint32_t* first;
  const std::uint32_t* partner;
  const double* position;
  double reach_u;
  std::uint32_t* new_first;
  std::uint32_t* new_partner;  ///< one entry more than the long list
};

struct PairSums {
  double pair_energy;
  double smallest_u;
};

/// All pairs in both directions, in single precision. Atoms stand in groups of `lanes`; entry k of
/// all atoms of a group is one vector of neighbours. A place is x, y, z and the slope of the
/// embedding energy; neighbours are given by the bytes before their place.
inline constexpr std::size_t place_bytes = 4 * sizeof(float);

struct LaneArguments {
  std::size_t groups;
  const std::uint32_t* first;     ///< vector of neighbours that each group begins with
  const std::uint32_t* last;      ///< and the one after its last
  const std::int32_t* neighbour;  ///< `lanes` to a vector
  const float* places;
  float cutoff_u;
  float first_u;
  float segments_per_u;
  const float* tables;  ///< [row value][power][segment]
  float* density;       ///< of each place in a group
  float* force_x;
  float* force_y;
  float* force_z;
  float* pair_energy;  ///< twice an atom's share; null: not wanted
  float* scratch;      ///< four vectors for each vector of neighbours
};

struct LanePrune {
  std::size_t groups;
  const std::uint32_t* first;  ///< of the long list; the short one begins there as well
  const std::uint32_t* last;
  const std::int32_t* neighbour;
  const float* places;
  float reach_u;
  std::int32_t nobody;  ///< fills up what a group's atoms have less than others of it
  std::uint32_t* new_last;
  std::int32_t* new_neighbour;
};

/// What one instruction set offers.
struct Kernels {
  const char* name;
  void (*pair_prune)(const PairPrune&);
  PairSums (*pair_densities)(const PairArguments&, bool symmetric);
  void (*pair_forces)(const PairArguments&, bool symmetric);
  std::size_t lanes;
  std::size_t lane_segments;
  std::size_t lane_degree;
  void (*lane_prune)(const LanePrune&);
  float (*lane_densities)(const LaneArguments&);  ///< the smallest u met
  void (*lane_forces)(const LaneArguments&);
};

extern const Kernels portable_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#endif

}  // namespace adatom::energetics
