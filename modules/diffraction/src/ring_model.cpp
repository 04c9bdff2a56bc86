#include "ring_model.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace adatom::diffraction {

RingParameters::RingParameters(std::size_t coefficients, std::size_t phases, std::size_t unknown,
                               const RingFitOptions& options)
    : size_model_(options.size), strain_model_(options.microstrain) {
  const auto length = [&](WidthModel model) -> std::size_t {
    if (model == WidthModel::none) return 0;
    return model == WidthModel::common ? 1 : phases;
  };
  unknown_ = coefficients;
  halos_ = unknown_ + 3 * unknown;
  background_ = halos_ + 3 * options.halo_d_angstrom.size();
  instrument2_ = background_ + static_cast<std::size_t>(options.background_degree) + 1;
  scale_ = instrument2_ + 1;
  lorentz_ = scale_ + phases;
  strain2_ = lorentz_ + length(size_model_);
  size_ = strain2_ + length(strain_model_);
}

Eigen::Index RingParameters::lorentz(std::size_t phase) const {
  if (size_model_ == WidthModel::none) return -1;
  return index(size_model_ == WidthModel::common ? lorentz_ : lorentz_ + phase);
}

Eigen::Index RingParameters::strain2(std::size_t phase) const {
  if (strain_model_ == WidthModel::none) return -1;
  return index(strain_model_ == WidthModel::common ? strain2_ : strain2_ + phase);
}

PeakCurve peak_curve(const Eigen::ArrayXd& s, double middle, double width, double share,
                     Slopes slopes) {
  using std::numbers::ln2;
  using std::numbers::pi;
  const double per_half = 2.0 / width;
  const double top_lorentz = per_half / pi;
  const double top_gauss = per_half * std::sqrt(ln2 / pi);
  PeakCurve peak;
  const auto resize = [&](Eigen::ArrayXd& array) { array.resize(s.size()); };
  resize(peak.value);
  if (slopes == Slopes::wanted) {
    resize(peak.by_middle);
    resize(peak.by_width);
    resize(peak.by_share);
  }
  for (Eigen::Index i = 0; i < s.size(); ++i) {
    const double u = (s[i] - middle) * per_half;
    const double u2 = u * u;
    const double over = 1.0 / (1.0 + u2);
    const double lorentz = top_lorentz * over;
    constexpr double far = 49.0;  // 2^-49 of the top
    const double gauss = u2 < far ? top_gauss * std::exp(-ln2 * u2) : 0.0;
    peak.value[i] = share * lorentz + (1.0 - share) * gauss;
    if (slopes == Slopes::unwanted) continue;
    const double steep = share * lorentz * over + (1.0 - share) * gauss * ln2;
    peak.by_middle[i] = 2.0 * u * per_half * steep;
    peak.by_width[i] = (2.0 * u2 * steep - peak.value[i]) / width;
    peak.by_share[i] = lorentz - gauss;
  }
  return peak;
}

RingModel::RingModel(RingList list, std::size_t phases, std::size_t unknown,
                     const RingFitOptions& options, double s_first, double s_step, std::size_t bins)
    : list_(std::move(list)),
      phases_(phases),
      options_(options),
      parameters_(list_.coefficients, phases, unknown, options),
      blur2_(fwhm2_per_variance * options.blur_bins * options.blur_bins * s_step * s_step) {
  const auto count = static_cast<Eigen::Index>(bins);
  s_ = s_first + s_step * Eigen::ArrayXd::LinSpaced(count, 0.0, static_cast<double>(bins - 1));
  const auto terms = static_cast<Eigen::Index>(parameters_.background_terms());
  polynomials_.resize(count, terms);
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(count, -1.0, 1.0);
  for (Eigen::Index t = 0; t < terms; ++t) {
    if (t == 0) {
      polynomials_.col(t).setOnes();
    } else if (t == 1) {
      polynomials_.col(t) = x;
    } else {
      polynomials_.col(t) =
          2.0 * x * polynomials_.col(t - 1).array() - polynomials_.col(t - 2).array();
    }
  }
}

RingModel RingModel::with_unknown(std::size_t unknown) const {
  RingModel other = *this;
  other.parameters_ = RingParameters(list_.coefficients, phases_, unknown, options_);
  return other;
}

RingShape RingModel::shape(const Eigen::VectorXd& p, std::size_t phase, double s) const {
  const auto strain2 = parameters_.strain2(phase);
  const auto lorentz = parameters_.lorentz(phase);
  double gauss2 = blur2_ + p[parameters_.instrument2()];
  if (strain2 >= 0) gauss2 += fwhm2_per_variance * p[strain2] * s * s;
  return ring_shape(gauss2, lorentz >= 0 ? p[lorentz] : 0.0);
}

RingShape RingModel::unknown_shape(const Eigen::VectorXd& p, std::size_t i) const {
  return ring_shape(blur2_ + p[parameters_.instrument2()], p[parameters_.unknown_lorentz(i)]);
}

Eigen::VectorXd RingModel::background(const Eigen::VectorXd& p) const {
  Eigen::VectorXd curve = Eigen::VectorXd::Zero(s_.size());
  add_background(p, curve, nullptr);
  for (std::size_t i = 0; i < parameters_.halos(); ++i) add_halo(p, i, curve, nullptr);
  return curve;
}

void RingModel::add_background(const Eigen::VectorXd& p, Eigen::VectorXd& curve,
                               Eigen::MatrixXd* slopes) const {
  const auto first = parameters_.background(0);
  const auto terms = polynomials_.cols();
  Eigen::VectorXd own = polynomials_ * p.segment(first, terms);
  const bool exponential = options_.background == BackgroundModel::exp_polynomial;
  if (exponential) own = own.array().exp().matrix();
  curve += own;
  if (slopes == nullptr) return;
  auto block = slopes->middleCols(first, terms);
  block = polynomials_;
  if (exponential) block.array().colwise() *= own.array();
}

void RingModel::add_halo(const Eigen::VectorXd& p, std::size_t i, Eigen::VectorXd& curve,
                         Eigen::MatrixXd* slopes) const {
  const auto at = parameters_.halo_area(i);
  const auto peak = peak_curve(s_, p[at + 1], p[at + 2], 0.0,
                               slopes != nullptr ? Slopes::wanted : Slopes::unwanted);
  curve.array() += p[at] * peak.value;
  if (slopes == nullptr) return;
  slopes->col(at) = peak.value;
  slopes->col(at + 1) = p[at] * peak.by_middle;
  slopes->col(at + 2) = p[at] * peak.by_width;
}

void RingModel::add_line(const Eigen::VectorXd& p, const RingLine& line, Eigen::VectorXd& curve,
                         Eigen::MatrixXd* slopes) const {
  const auto own = parameters_.coefficient(line.coefficient);
  const auto scale = parameters_.scale(line.phase);
  const double middle = line.s_per_angstrom * p[scale];
  const auto form = shape(p, line.phase, middle);
  const auto peak = peak_curve(s_, middle, form.width, form.share,
                               slopes != nullptr ? Slopes::wanted : Slopes::unwanted);
  const double area = p[own] * line.weight;
  curve.array() += area * peak.value;
  if (slopes == nullptr) return;
  slopes->col(own).array() += line.weight * peak.value;
  const auto add = [&](Eigen::Index column, double by_width, double by_share) {
    slopes->col(column).array() += area * (by_width * peak.by_width + by_share * peak.by_share);
  };
  add(parameters_.instrument2(), form.width_by_gauss2, form.share_by_gauss2);
  slopes->col(scale).array() += area * line.s_per_angstrom * peak.by_middle;
  const auto lorentz = parameters_.lorentz(line.phase);
  if (lorentz >= 0) add(lorentz, form.width_by_lorentz, form.share_by_lorentz);
  const auto strain2 = parameters_.strain2(line.phase);
  if (strain2 < 0) return;
  const double by_strain2 = fwhm2_per_variance * middle * middle;
  add(strain2, form.width_by_gauss2 * by_strain2, form.share_by_gauss2 * by_strain2);
  const double by_scale = 2.0 * fwhm2_per_variance * p[strain2] * middle * line.s_per_angstrom;
  add(scale, form.width_by_gauss2 * by_scale, form.share_by_gauss2 * by_scale);
}

void RingModel::add_unknown(const Eigen::VectorXd& p, std::size_t i, Eigen::VectorXd& curve,
                            Eigen::MatrixXd* slopes) const {
  const auto at = parameters_.unknown_area(i);
  const auto form = unknown_shape(p, i);
  const auto peak = peak_curve(s_, p[at + 1], form.width, form.share,
                               slopes != nullptr ? Slopes::wanted : Slopes::unwanted);
  curve.array() += p[at] * peak.value;
  if (slopes == nullptr) return;
  slopes->col(at) = peak.value;
  slopes->col(at + 1) = p[at] * peak.by_middle;
  slopes->col(at + 2) =
      p[at] * (form.width_by_lorentz * peak.by_width + form.share_by_lorentz * peak.by_share);
  slopes->col(parameters_.instrument2()).array() +=
      p[at] * (form.width_by_gauss2 * peak.by_width + form.share_by_gauss2 * peak.by_share);
}

void RingModel::evaluate(const Eigen::VectorXd& p, Eigen::VectorXd& curve,
                         Eigen::MatrixXd* slopes) const {
  curve = Eigen::VectorXd::Zero(s_.size());
  if (slopes != nullptr) slopes->setZero(s_.size(), parameters_.size());
  add_background(p, curve, slopes);
  for (std::size_t i = 0; i < parameters_.halos(); ++i) add_halo(p, i, curve, slopes);
  for (const auto& line : list_.lines) add_line(p, line, curve, slopes);
  for (std::size_t i = 0; i < parameters_.unknown(); ++i) add_unknown(p, i, curve, slopes);
}

}  // namespace adatom::diffraction
