#pragma once
// All bodies of a frame on its background: each is fitted while the others stand as they are.
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "adatom/base/aligned_vector.h"
#include "adatom/tracking/particle.h"
#include "disc_kernel.h"
#include "plane.h"

namespace adatom::tracking {

/// Beyond its outline a body is seen so many blurs far.
inline constexpr double reach_blurs = 3.5;

/// x0 <= x < x1, y0 <= y < y1
struct Box {
  std::ptrdiff_t x0 = 0;
  std::ptrdiff_t y0 = 0;
  std::ptrdiff_t x1 = 0;
  std::ptrdiff_t y1 = 0;
  [[nodiscard]] bool empty() const { return x0 >= x1 || y0 >= y1; }
  [[nodiscard]] bool meets(const Box& o) const {
    return x0 < o.x1 && o.x0 < x1 && y0 < o.y1 && o.y0 < y1;
  }
  void include(const Box& o);
};

struct Body {
  Shape shape;
  std::array<double, shape_parameters> stderrs{};
  double chi2 = 0.0;  ///< over the patch of the last fit, and its pixels
  double pixels = 0.0;
  bool alive = true;
  Box box;  ///< what `share` covers, rows of `stride`
  std::size_t stride = 0;
  AlignedVector<float> share;  ///< P
  [[nodiscard]] double long_axis() const;
};

/// What is known of bodies before they are looked at: as penalties that hold where the pixels say
/// little.
struct Priors {
  double contrast = -0.5;        ///< the usual one; its sign is that of all
  double contrast_spread = 0.5;  ///< s.d., relative
  double shape_spread = 0.25;    ///< of e1 and e2
  double level_spread = 0.03;
  double blur = 1.2;  ///< of all of them
  double radius_max = 30.0;
  double radius = 0.0;
  double radius_spread = std::numeric_limits<double>::infinity();
};

/// What of a body tells little of how large it is and how it looks, where only a part lies in the
/// frame: it is taken to be like the others.
struct PartPriors {
  double radius = 0.0;
  double radius_spread = std::numeric_limits<double>::infinity();
  double contrast_spread = std::numeric_limits<double>::infinity();  ///< relative
  double shape_spread = std::numeric_limits<double>::infinity();
};

class Field {
 public:
  Field(const Plane& data, const Plane& background, const Noise& noise, Contrast contrast,
        Plane& model);

  [[nodiscard]] const std::vector<Body>& bodies() const { return bodies_; }
  [[nodiscard]] Body& body(std::size_t i) { return bodies_[i]; }
  Priors& priors() { return priors_; }
  [[nodiscard]] const Priors& priors() const { return priors_; }
  PartPriors& part_priors() { return part_priors_; }
  [[nodiscard]] const Noise& noise() const { return noise_; }

  std::size_t add(const Shape& shape);
  void remove(std::size_t i);
  void restore(std::size_t i, const Body& body);
  /// Forgets bodies that are not alive.
  void compact();

  /// Steps of Fisher's scoring, at most `steps`, until they are below a tenth of the error; then
  /// standard errors and chi2 if wanted.
  enum class Finish { no, yes };
  void fit(std::size_t i, int steps, Finish finish);

  /// What body i, fitted, says of the blur: -d log L and its Fisher information, with everything
  /// else adapted to it.
  struct BlurEvidence {
    double gradient = 0.0;
    double information = 0.0;
    /// Mean variance of a point of the outline, along its normal.
    double outline_variance = 0.0;
  };
  [[nodiscard]] BlurEvidence blur_evidence(std::size_t i);

  /// -2 log L of the box as the model stands, but for a constant.
  [[nodiscard]] double cost(const Box& box) const;
  /// Sum of (data - model)^2 / variance over the box.
  [[nodiscard]] double squares(const Box& box) const;
  /// The cost without body i.
  [[nodiscard]] double cost_without(std::size_t i);
  /// What the priors add for this body.
  [[nodiscard]] double penalty(const Shape& shape) const;
  /// Living bodies whose boxes meet the box.
  [[nodiscard]] std::vector<std::size_t> within(const Box& box) const;
  [[nodiscard]] Box box_of(const Shape& shape) const;
  /// Does it reach over the border, or over pixels that do not count?
  [[nodiscard]] bool reaches_out(const Shape& shape) const;
  /// (data - model) / noise, so that missing bodies are positive; 0 where no value is.
  void residuals(Plane& result) const;

 private:
  enum class Change { put, take };
  void render(std::size_t i);
  void apply(const Body& body, Change change);
  void cut_patch(const Body& body, const Box& box);
  [[nodiscard]] Priors priors_of(const Shape& shape) const;
  [[nodiscard]] bool settled(Shape& shape, const NormalSums& sums) const;
  void finish_fit(Body& body, const NormalSums& sums) const;

  const Plane& data_;
  const Plane& background_;
  Noise noise_;
  Contrast contrast_;
  Plane& model_;
  Priors priors_;
  PartPriors part_priors_;
  std::vector<Body> bodies_;
  std::vector<Box> boxes_;  ///< of the bodies, empty of those that are not alive
  Patch patch_;
};

}  // namespace adatom::tracking
