#include "pixel_outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::diffraction {
namespace {

/// Nearer to the centre, in bins, a corner has no azimuth.
constexpr double no_azimuth = 1e-9;
/// Shares below what a float resolves of 1.
constexpr double least_share = 1e-7;

std::ptrdiff_t whole(double x) { return static_cast<std::ptrdiff_t>(std::floor(x)); }

/// From one azimuth to the next by the shorter way.
double turn(double from, double to, double round) {
  const double step = to - from;
  if (step > 0.5 * round) return step - round;
  if (step < -0.5 * round) return step + round;
  return step;
}

/// Adds, bin by bin, the integral of the azimuth along one side of a polygon.
void add_side(PolarPoint a, PolarPoint b, std::ptrdiff_t first, std::vector<double>& areas) {
  if (a.radius == b.radius) return;
  double sign = 1.0;
  if (a.radius > b.radius) {
    std::swap(a, b);
    sign = -1.0;
  }
  const double slope = (b.azimuth - a.azimuth) / (b.radius - a.radius);
  double from = a.radius;
  for (std::ptrdiff_t k = whole(a.radius); from < b.radius; ++k) {
    const double to = std::min(static_cast<double>(k + 1), b.radius);
    const double middle = a.azimuth + slope * (0.5 * (from + to) - a.radius);
    areas[static_cast<std::size_t>(k - first)] += sign * (to - from) * middle;
    from = to;
  }
}

/// The part of a polygon with sign * (azimuth - limit) >= 0.
void cut(const std::vector<PolarPoint>& polygon, double limit, double sign,
         std::vector<PolarPoint>& part) {
  part.clear();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const PolarPoint& a = polygon[i];
    const PolarPoint& b = polygon[i + 1 < polygon.size() ? i + 1 : 0];
    const double da = sign * (a.azimuth - limit);
    const double db = sign * (b.azimuth - limit);
    if (da >= 0.0) part.push_back(a);
    if ((da > 0.0 && db < 0.0) || (da < 0.0 && db > 0.0)) {
      part.push_back({a.radius + (b.radius - a.radius) * da / (da - db), limit});
    }
  }
}

}  // namespace

PixelSplitter::PixelSplitter(const PolarBins& bins, double px_per_bin)
    : radii_(static_cast<std::ptrdiff_t>(bins.radii)),
      sectors_(static_cast<std::ptrdiff_t>(bins.sectors)),
      origin_(-bins.s_min / bins.s_step),
      disc_(1.0 / (std::sqrt(std::numbers::pi) * px_per_bin)) {}

void PixelSplitter::put(std::ptrdiff_t radius, std::ptrdiff_t sector, double share,
                        std::vector<BinShare>& shares) const {
  if (radius < 0 || radius >= radii_ || share < least_share) return;
  const std::ptrdiff_t k = ((sector % sectors_) + sectors_) % sectors_;
  shares.push_back({static_cast<std::size_t>(k * radii_ + radius), share});
}

void PixelSplitter::split_none(const PolarPoint& centre, std::vector<BinShare>& shares) {
  shares.clear();
  put(whole(centre.radius), whole(centre.azimuth), 1.0, shares);
}

void PixelSplitter::split_box(const PolarPoint& centre, const std::array<PolarPoint, 4>& corners,
                              std::vector<BinShare>& shares) {
  shares.clear();
  const auto round = static_cast<double>(sectors_);
  double reach = 0.0;
  double left = 0.0;
  double right = 0.0;
  for (const PolarPoint& corner : corners) {
    reach = std::max(reach, std::abs(corner.radius - centre.radius));
    const double aside = turn(centre.azimuth, corner.azimuth, round);
    left = std::min(left, aside);
    right = std::max(right, aside);
  }
  const double from = centre.radius - reach;
  const double to = centre.radius + reach;
  const double c0 = sectors_ == 1 ? 0.0 : centre.azimuth + left;
  const double c1 = sectors_ == 1 ? 1.0 : centre.azimuth + right;
  // Below radius 0 there is nothing: what would lie there is added to the first bin.
  const double lowest = std::max(from, origin_);
  for (std::ptrdiff_t j = whole(c0); static_cast<double>(j) < c1; ++j) {
    const auto edge = static_cast<double>(j);
    const double of_sector = (std::min(edge + 1.0, c1) - std::max(edge, c0)) / (c1 - c0);
    for (std::ptrdiff_t k = whole(lowest); static_cast<double>(k) < to; ++k) {
      const auto inner = static_cast<double>(k);
      const double start = inner <= lowest ? from : inner;
      put(k, j, of_sector * (std::min(inner + 1.0, to) - start) / (to - from), shares);
    }
  }
}

void PixelSplitter::split_disc(std::vector<BinShare>& shares) const {
  for (std::ptrdiff_t k = std::max<std::ptrdiff_t>(0, whole(origin_)); k < radii_; ++k) {
    const double inner = std::max(static_cast<double>(k) - origin_, 0.0) / disc_;
    const double outer = (static_cast<double>(k + 1) - origin_) / disc_;
    if (inner >= 1.0) break;
    const double share = std::min(outer * outer, 1.0) - inner * inner;
    for (std::ptrdiff_t j = 0; j < sectors_; ++j) {
      put(k, j, share / static_cast<double>(sectors_), shares);
    }
  }
}

/// Fills polygon_ with corners whose azimuths follow each other without a jump; false where they
/// go round the centre, or a side runs through it. A corner at the centre has the azimuths of both
/// its neighbours.
bool PixelSplitter::outline(const std::array<PolarPoint, 4>& corners) {
  const auto round = static_cast<double>(sectors_);
  polygon_.clear();
  std::size_t start = 0;
  while (start < 4 && corners[start].radius - origin_ < no_azimuth) ++start;
  if (start == 4) return false;
  double last = corners[start].azimuth;
  double azimuth = last;  // the same but for whole rounds
  polygon_.push_back(corners[start]);
  for (std::size_t step = 1; step <= 4; ++step) {
    const PolarPoint& corner = corners[(start + step) % 4];
    if (corner.radius - origin_ < no_azimuth) {
      polygon_.push_back({origin_, azimuth});
      const double next = corners[(start + step + 1) % 4].azimuth;
      azimuth += turn(last, next, round);
      last = next;
      polygon_.push_back({origin_, azimuth});
      continue;
    }
    const double by = turn(last, corner.azimuth, round);
    if (std::abs(by) > (0.5 - 1e-9) * round) return false;
    azimuth += by;
    last = corner.azimuth;
    if (step < 4) polygon_.push_back({corner.radius, azimuth});
  }
  return std::abs(azimuth - corners[start].azimuth) < 0.25 * round;
}

void PixelSplitter::add_area(const std::vector<PolarPoint>& polygon, std::ptrdiff_t sector) {
  if (polygon.size() < 3) return;
  double low = polygon[0].radius;
  double high = low;
  for (const PolarPoint& point : polygon) {
    low = std::min(low, point.radius);
    high = std::max(high, point.radius);
  }
  const std::ptrdiff_t first = whole(low);
  areas_.assign(static_cast<std::size_t>(whole(high) - first) + 1, 0.0);
  const double base = polygon[0].azimuth;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const PolarPoint& a = polygon[i];
    const PolarPoint& b = polygon[i + 1 < polygon.size() ? i + 1 : 0];
    add_side({a.radius, a.azimuth - base}, {b.radius, b.azimuth - base}, first, areas_);
  }
  for (std::size_t k = 0; k < areas_.size(); ++k) {
    pieces_.push_back({first + static_cast<std::ptrdiff_t>(k), sector, areas_[k]});
  }
}

void PixelSplitter::split_sectors() {
  double low = polygon_[0].azimuth;
  double high = low;
  for (const PolarPoint& point : polygon_) {
    low = std::min(low, point.azimuth);
    high = std::max(high, point.azimuth);
  }
  const std::ptrdiff_t first = whole(low);
  const std::ptrdiff_t last = whole(high);
  if (first == last) return add_area(polygon_, first);
  for (std::ptrdiff_t j = first; j <= last; ++j) {
    cut(polygon_, static_cast<double>(j), 1.0, half_);
    cut(half_, static_cast<double>(j + 1), -1.0, slice_);
    add_area(slice_, j);
  }
}

void PixelSplitter::split_outline(const std::array<PolarPoint, 4>& corners,
                                  std::vector<BinShare>& shares) {
  shares.clear();
  pieces_.clear();
  if (!outline(corners)) return split_disc(shares);
  if (sectors_ == 1) {
    add_area(polygon_, 0);
  } else {
    split_sectors();
  }
  double total = 0.0;
  for (const Piece& piece : pieces_) total += piece.area;
  for (const Piece& piece : pieces_) {
    put(piece.radius, piece.sector, piece.area / total, shares);
  }
}

}  // namespace adatom::diffraction
