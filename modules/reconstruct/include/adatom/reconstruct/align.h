#pragma once
// The rigid motion that lays one structure on another.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>
#include <Eigen/LU>

#include "adatom/base/options.h"
#include "adatom/reconstruct/match_points.h"

namespace adatom::reconstruct {

/// How the second structure may be moved; the beam is z. A frame leaves open where a particle is
/// along the beam; the setting of a microscope, how it is turned about it.
enum class Freedom { none, translation, about_beam, rotation };
/// Whether z may become -z: images of columns along the beam do not tell.
enum class BeamMirror { keep, allow };

struct AlignOptions {
  double tolerance_angstrom = 1.0;  ///< pairs are at most so far apart
  Freedom freedom = Freedom::about_beam;
  BeamMirror mirror = BeamMirror::allow;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// x -> linear x + shift
struct Motion {
  Eigen::Matrix3d linear = Eigen::Matrix3d::Identity();  ///< a rotation, after the mirror if any
  Eigen::Vector3d shift_angstrom = Eigen::Vector3d::Zero();

  [[nodiscard]] Eigen::Vector3d operator()(const Eigen::Vector3d& x) const {
    return linear * x + shift_angstrom;
  }
  [[nodiscard]] bool mirrors() const;
  /// Of the rotation, in [0, pi].
  [[nodiscard]] double angle_rad() const;
};

struct Alignment {
  Motion motion;                      ///< from b to a
  std::vector<PointPair> pairs = {};  ///< after it, as match_points
  double rmsd_angstrom = 0.0;         ///< of the pairs; 0 where there are none
  std::int64_t starts = 0;            ///< that were followed to their ends
};

/// Looks for the motion that matches the most atoms, and of several that with the least sum of
/// squared distances; of equal ones (a symmetrical particle) that without mirror and with the
/// smallest rotation. Turns to start from are those that lay the neighbours of an inner atom of b
/// on those of an atom of a (24 in one fcc crystal, more with twins), and none; shifts those that
/// the most differences between an atom of a and one of b agree on, and that of the centroids. From
/// the best starts atoms are matched and moved by least squares (Kabsch, Acta Crystallogr. A 32
/// (1976) 922) until the pairs stay. Copes with missing and additional atoms on either side, as
/// long as most atoms have a partner.
/// @param bond_angstrom the distance of nearest neighbours
/// @throws InputError: options out of range, no atoms, a position that is not finite
[[nodiscard]] Alignment align(std::span<const Eigen::Vector3d> a_angstrom,
                              std::span<const Eigen::Vector3d> b_angstrom, double bond_angstrom,
                              const AlignOptions& options);

}  // namespace adatom::reconstruct

namespace adatom {
template <>
struct EnumNames<reconstruct::Freedom> {
  static constexpr std::array names = {"none", "translation", "about_beam", "rotation"};
};
template <>
struct EnumNames<reconstruct::BeamMirror> {
  static constexpr std::array names = {"keep", "allow"};
};
}  // namespace adatom
