#pragma once
// The fitted curve and its derivatives.
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "ring_list.h"
#include "ring_shape.h"

namespace adatom::diffraction {

/// Where each parameter stands in the vector of all.
class RingParameters {
 public:
  RingParameters(std::size_t coefficients, std::size_t phases, std::size_t unknown,
                 const RingFitOptions& options);
  [[nodiscard]] Eigen::Index coefficient(std::size_t i) const { return index(i); }
  [[nodiscard]] Eigen::Index unknown_area(std::size_t i) const { return index(unknown_ + 3 * i); }
  [[nodiscard]] Eigen::Index unknown_s(std::size_t i) const { return unknown_area(i) + 1; }
  [[nodiscard]] Eigen::Index unknown_lorentz(std::size_t i) const { return unknown_area(i) + 2; }
  [[nodiscard]] Eigen::Index halo_area(std::size_t i) const { return index(halos_ + 3 * i); }
  [[nodiscard]] Eigen::Index halo_s(std::size_t i) const { return halo_area(i) + 1; }
  [[nodiscard]] Eigen::Index halo_width(std::size_t i) const { return halo_area(i) + 2; }
  [[nodiscard]] Eigen::Index background(std::size_t i) const { return index(background_ + i); }
  /// Square of the instrument's width.
  [[nodiscard]] Eigen::Index instrument2() const { return index(instrument2_); }
  /// s in the profile over s of the phase's cell as given.
  [[nodiscard]] Eigen::Index scale(std::size_t phase) const { return index(scale_ + phase); }
  /// Lorentzian width. -1: there is none.
  [[nodiscard]] Eigen::Index lorentz(std::size_t phase) const;
  /// Square of the microstrain. -1: there is none.
  [[nodiscard]] Eigen::Index strain2(std::size_t phase) const;
  [[nodiscard]] Eigen::Index size() const { return index(size_); }
  [[nodiscard]] std::size_t unknown() const { return (halos_ - unknown_) / 3; }
  [[nodiscard]] std::size_t halos() const { return (background_ - halos_) / 3; }
  [[nodiscard]] std::size_t background_terms() const { return instrument2_ - background_; }

 private:
  static Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }
  std::size_t unknown_ = 0;
  std::size_t halos_ = 0;
  std::size_t background_ = 0;
  std::size_t instrument2_ = 0;
  std::size_t scale_ = 0;
  std::size_t lorentz_ = 0;
  std::size_t strain2_ = 0;
  std::size_t size_ = 0;
  WidthModel size_model_ = WidthModel::none;
  WidthModel strain_model_ = WidthModel::none;
};

class RingModel {
 public:
  /// @param s_first middle of the first bin
  RingModel(RingList list, std::size_t phases, std::size_t unknown, const RingFitOptions& options,
            double s_first, double s_step, std::size_t bins);
  [[nodiscard]] const RingParameters& parameters() const { return parameters_; }
  [[nodiscard]] const RingList& list() const { return list_; }
  [[nodiscard]] const Eigen::ArrayXd& s() const { return s_; }
  /// The same with one unknown ring more or less.
  [[nodiscard]] RingModel with_unknown(std::size_t unknown) const;
  /// Chebyshev polynomials, bins x terms.
  [[nodiscard]] const Eigen::MatrixXd& polynomials() const { return polynomials_; }
  /// The curve; and its derivatives, bins x parameters, unless that is null.
  void evaluate(const Eigen::VectorXd& p, Eigen::VectorXd& curve, Eigen::MatrixXd* slopes) const;
  [[nodiscard]] Eigen::VectorXd background(const Eigen::VectorXd& p) const;
  /// The shape of a ring at s, of a phase or (in a model with unknown rings) number i of those.
  [[nodiscard]] RingShape shape(const Eigen::VectorXd& p, std::size_t phase, double s) const;
  [[nodiscard]] RingShape unknown_shape(const Eigen::VectorXd& p, std::size_t i) const;

 private:
  void add_background(const Eigen::VectorXd& p, Eigen::VectorXd& curve,
                      Eigen::MatrixXd* slopes) const;
  void add_halo(const Eigen::VectorXd& p, std::size_t i, Eigen::VectorXd& curve,
                Eigen::MatrixXd* slopes) const;
  void add_line(const Eigen::VectorXd& p, const RingLine& line, Eigen::VectorXd& curve,
                Eigen::MatrixXd* slopes) const;
  void add_unknown(const Eigen::VectorXd& p, std::size_t i, Eigen::VectorXd& curve,
                   Eigen::MatrixXd* slopes) const;
  RingList list_;
  std::size_t phases_;
  RingFitOptions options_;
  RingParameters parameters_;
  double blur2_ = 0.0;  ///< square of the full width of the blur of pixels and bins
  Eigen::ArrayXd s_;
  Eigen::MatrixXd polynomials_;
};

/// A pseudo-Voigt of area 1 along the bins, and its derivatives.
struct PeakCurve {
  Eigen::ArrayXd value;
  Eigen::ArrayXd by_middle;
  Eigen::ArrayXd by_width;
  Eigen::ArrayXd by_share;
};
enum class Slopes { wanted, unwanted };
[[nodiscard]] PeakCurve peak_curve(const Eigen::ArrayXd& s, double middle, double width,
                                   double share, Slopes slopes);

}  // namespace adatom::diffraction
