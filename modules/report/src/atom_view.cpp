#include "atom_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/grid.h"
#include "picture.h"

namespace adatom::report {
namespace {

using Vector = std::array<double, 3>;

struct View {
  Vector right;
  Vector down;
  Vector near;
};

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

[[noreturn]] void refuse(const std::string& what, const std::string& why,
                         const std::string& remedy) {
  throw InputError({.what = what, .where = "picture of atoms", .why = why, .remedy = remedy});
}

Vector unit(const Vector& v) {
  const double length = std::hypot(v[0], v[1], v[2]);
  if (!std::isfinite(length) || length < 1e-12) {
    refuse("a direction of view is missing",
           "the eye's direction and the one that is up must be finite, not zero, not parallel",
           "give two directions such as 1,-2,1 and 0,0,1");
  }
  return {v[0] / length, v[1] / length, v[2] / length};
}

View make_view(const AtomFigureOptions& options) {
  View view{};
  view.near = unit(options.towards_eye);
  view.right = unit(cross(unit(options.up), view.near));
  view.down = cross(view.right, view.near);
  return view;
}

/// Is the middle of an atom beyond all the planes?
bool is_cut_away(const Vector& at, const std::vector<CutPlane>& planes) {
  // Atoms in a plane stay on both sides of it, whatever their last digits are.
  constexpr double margin_angstrom = 1e-6;
  return !planes.empty() && std::all_of(planes.begin(), planes.end(), [&](const CutPlane& plane) {
    return dot(at, unit(plane.normal)) > plane.offset_angstrom + margin_angstrom;
  });
}

bool visible(const ShownAtoms& atoms, std::size_t i) {
  return placeable(atoms.x_angstrom[i]) && placeable(atoms.y_angstrom[i]) &&
         placeable(atoms.z_angstrom[i]) && placeable(atoms.radius_angstrom[i]) &&
         atoms.radius_angstrom[i] > 0.0;
}

/// The middle of the box around all atoms: it moves little when single atoms leave.
Vector middle_of(const ShownAtoms& atoms) {
  Vector low{};
  Vector high{};
  bool any = false;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    const Vector at = {atoms.x_angstrom[i], atoms.y_angstrom[i], atoms.z_angstrom[i]};
    for (std::size_t k = 0; k < 3; ++k) {
      low[k] = any ? std::min(low[k], at[k]) : at[k];
      high[k] = any ? std::max(high[k], at[k]) : at[k];
    }
    any = true;
  }
  return {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2};
}

}  // namespace

void require_whole(const ShownAtoms& atoms, std::size_t kinds) {
  const std::size_t count = atoms.x_angstrom.size();
  if (atoms.y_angstrom.size() != count || atoms.z_angstrom.size() != count ||
      atoms.radius_angstrom.size() != count || atoms.kind.size() != count) {
    refuse("the numbers of a picture of atoms do not belong together",
           fmt::format("{} x, {} y, {} z, {} radii and {} kinds are given", count,
                       atoms.y_angstrom.size(), atoms.z_angstrom.size(),
                       atoms.radius_angstrom.size(), atoms.kind.size()),
           "give one of each for every atom");
  }
  for (const std::size_t kind : atoms.kind) {
    if (kind >= kinds) {
      refuse("an atom has no colour",
             fmt::format("it is of kind {}, kinds 0 to {} have one", kind, kinds - 1),
             "give every kind a colour");
    }
  }
}

std::vector<Ball> project(const ShownAtoms& atoms, const AtomFigureOptions& options,
                          const std::vector<CutPlane>& cut) {
  const View view = make_view(options);
  const Vector middle = middle_of(atoms);
  std::vector<Ball> balls;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    const Vector at = {atoms.x_angstrom[i] - middle[0], atoms.y_angstrom[i] - middle[1],
                       atoms.z_angstrom[i] - middle[2]};
    if (is_cut_away(at, cut)) continue;
    balls.push_back({dot(at, view.right), dot(at, view.down), dot(at, view.near),
                     atoms.radius_angstrom[i], atoms.kind[i]});
  }
  std::stable_sort(balls.begin(), balls.end(),
                   [](const Ball& a, const Ball& b) { return a.nearness > b.nearness; });
  return balls;
}

std::vector<Ball> seen_balls(const std::vector<Ball>& balls, double side,
                             double units_per_angstrom) {
  // Each is compared with a raster of what stands before it.
  // Two points for a unit: what is missed is smaller than a point of print.
  const double points = 2.0 * units_per_angstrom;
  const auto size = static_cast<std::size_t>(std::ceil(side * points)) + 1;
  Grid<std::uint8_t> covered(size, size, 0);
  const auto index = [&](double angstrom) {
    const double point =
        std::clamp((angstrom + side / 2) * points, 0.0, static_cast<double>(size - 1));
    return static_cast<std::size_t>(point);
  };
  std::vector<Ball> out;
  for (const Ball& ball : balls) {
    bool seen = false;
    for (std::size_t v = index(ball.y - ball.radius); v <= index(ball.y + ball.radius); ++v) {
      for (std::size_t u = index(ball.x - ball.radius); u <= index(ball.x + ball.radius); ++u) {
        const double x = (static_cast<double>(u) + 0.5) / points - side / 2 - ball.x;
        const double y = (static_cast<double>(v) + 0.5) / points - side / 2 - ball.y;
        if (x * x + y * y > ball.radius * ball.radius || covered(u, v) != 0) continue;
        covered(u, v) = 1;
        seen = true;
      }
    }
    if (seen) out.push_back(ball);
  }
  return out;
}

double side_for(const ShownAtoms& atoms) {
  const Vector middle = middle_of(atoms);
  double reach = 0.0;
  for (std::size_t i = 0; i < atoms.x_angstrom.size(); ++i) {
    if (!visible(atoms, i)) continue;
    reach =
        std::max(reach, std::hypot(atoms.x_angstrom[i] - middle[0], atoms.y_angstrom[i] - middle[1],
                                   atoms.z_angstrom[i] - middle[2]) +
                            atoms.radius_angstrom[i]);
  }
  return 2.0 * reach;
}

std::vector<CutPlane> quarter_cut(const AtomFigureOptions& options) {
  const View view = make_view(options);
  const Vector up = unit(options.up);
  // Towards the eye, but level, and half of a right angle to either side of that.
  const Vector level = cross(view.right, up);
  std::vector<CutPlane> planes;
  for (const double side : {1.0, -1.0}) {
    planes.push_back({{side * view.right[0] + level[0], side * view.right[1] + level[1],
                       side * view.right[2] + level[2]},
                      0.0});
  }
  return planes;
}

}  // namespace adatom::report
