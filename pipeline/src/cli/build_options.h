#pragma once
// What the kinds of `adatom build` can be told. Each kind builds itself.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/bulk.h"
#include "adatom/crystal/edit.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/twinned.h"
#include "adatom/crystal/wulff.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::pipeline {

/// The fcc crystal that a kind is a piece of.
struct MetalOptions {
  std::string element = "Au";
  std::optional<double> lattice_parameter_angstrom = std::nullopt;  ///< empty: the element's

  void describe(OptionVisitor& v);
  /// @throws InputError: an unknown element, or one whose lattice parameter is not known
  [[nodiscard]] crystal::FccCrystal crystal() const;
};

struct TruncatedOctahedronKind {
  static constexpr const char* name = "truncated-octahedron";
  MetalOptions metal;
  std::int64_t length = 12;
  std::int64_t cutoff = 4;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct CuboctahedronKind {
  static constexpr const char* name = "cuboctahedron";
  MetalOptions metal;
  std::int64_t shells = 4;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct WulffKind {
  static constexpr const char* name = "wulff";
  MetalOptions metal;
  std::string facets = {};  ///< "111:0.46,100:0.55"
  std::optional<std::int64_t> atoms = std::nullopt;
  std::optional<double> diameter_angstrom = std::nullopt;
  crystal::WulffOptions shape;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct IcosahedronKind {
  static constexpr const char* name = "icosahedron";
  MetalOptions metal;
  std::int64_t shells = 4;
  crystal::IcosahedronAxis axis = crystal::IcosahedronAxis::two_fold;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct DecahedronKind {
  static constexpr const char* name = "decahedron";
  MetalOptions metal;
  crystal::DecahedronSize size;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct SphereKind {
  static constexpr const char* name = "sphere";
  MetalOptions metal;
  double radius_angstrom = 15.0;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct WedgeKind {
  static constexpr const char* name = "wedge";
  MetalOptions metal;
  crystal::WedgeSize size;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_110;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct SlabKind {
  static constexpr const char* name = "slab";
  MetalOptions metal;
  crystal::SlabFace face = crystal::SlabFace::face_111;
  std::int64_t cells_x = 4;
  std::int64_t cells_y = 4;
  std::int64_t layers = 6;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

struct CrystalKind {
  static constexpr const char* name = "crystal";
  MetalOptions metal;
  std::string phase = {};  ///< of the table of phases; empty: the fcc metal
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  std::int64_t cells_x = 4;
  std::int64_t cells_y = 4;
  std::int64_t cells_z = 4;
  void describe(OptionVisitor& v);
  [[nodiscard]] crystal::Structure build() const;
};

/// "111:0.46,100:0.55,1 1 0:0.6": three digits, or three integers with blanks between them, and an
/// energy each.
/// @throws InputError for anything else
[[nodiscard]] std::vector<crystal::FacetEnergy> parse_facets(const std::string& text);

/// A kind and the changes that all have in common, as one list of options.
template <class Kind>
struct BuildOptions {
  Kind kind;
  crystal::EditOptions edits = {};

  BuildOptions() {
    if constexpr (std::is_same_v<Kind, SlabKind>) edits.vacuum_angstrom = 10.0;
  }
  void describe(OptionVisitor& v) {
    kind.describe(v);
    edits.describe(v);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = check_ranges(kind);
    for (auto& issue : edits.validate()) issues.push_back(std::move(issue));
    return issues;
  }
};

}  // namespace adatom::pipeline
