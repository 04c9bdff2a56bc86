#pragma once
// What a step does to the parameters, and how far it may go.
#include <vector>

#include "conjugate_gradients.h"
#include "scene.h"

namespace adatom::columns {

/// A parameter of a column (its row in the normal equations) whose change is prescribed.
struct FixedChange {
  Eigen::Index row = 0;
  double change = 0.0;
};

/// The limits of a fit. A step moves no column by more than half its width and changes no width by
/// more than a third. A column may leave the image by its width: beyond, nothing holds it. A width
/// stays above 0.3 pixels (a narrower Gaussian falls between the pixels); individual ones stay
/// within a factor of two of the common one they start from: free of it, weak columns grow as wide
/// as the particle and take up whatever the model leaves.
class Parameters {
 public:
  Parameters(const Layout& layout, const Scene& scene);

  /// What a step must be held to; empty if it keeps within all limits.
  [[nodiscard]] std::vector<FixedChange> find_limits(const Scene& from, const Step& step) const;

  /// The parameters after a step. What goes beyond a limit is cut, and written back to `step`.
  Scene apply(const Scene& from, Step& step) const;

  /// The largest change a step makes to any parameter, relative: lengths to the width, heights and
  /// background to the typical height. A column of little height moves the image little, so its
  /// changes weigh by its height.
  [[nodiscard]] double relative_change(const Scene& scene, const Step& step) const;

  [[nodiscard]] bool at_width_limit(double width) const;

 private:
  struct Change {
    double x = 0.0;
    double y = 0.0;
    double width = 0.0;
  };
  [[nodiscard]] double next_width(double width, double change) const;
  [[nodiscard]] Change limit(const Scene& from, std::size_t i, Change wanted) const;

  Layout layout_;
  double narrowest_;
  double widest_;
};

}  // namespace adatom::columns
