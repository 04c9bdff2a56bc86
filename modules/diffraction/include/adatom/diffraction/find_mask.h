#pragma once
// Which pixels of a ring pattern do not count, and why.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/geometry.h"

namespace adatom::diffraction {

/// inverted: rings are darker than what is around them, as on film or a negative.
enum class Polarity { normal, inverted };
enum class PolarityChoice { automatic, normal, inverted };
enum class BeamStopSearch { none, automatic };

/// In this order: a pixel has the first that holds.
enum class MaskReason : std::uint8_t {
  counts,      ///< not masked
  given,       ///< by the user
  not_finite,  ///< NaN or infinite
  border,      ///< rows or columns at the edge that are constant or far darker than the next
  gap,         ///< rows or columns within that are constant
  hot,
  dead,
  saturated,
  beam_stop
};

struct FindMaskOptions {
  PolarityChoice polarity = PolarityChoice::automatic;
  /// Counts from which on a pixel is saturated (inverted polarity: down to which); empty: a plateau
  /// at the brightest value is looked for.
  std::optional<double> saturation_counts = std::nullopt;
  double faulty_sigma = 6.0;  ///< a hot or dead pixel is so many standard deviations off
  BeamStopSearch beam_stop = BeamStopSearch::automatic;
  double beam_stop_share = 0.5;  ///< shadow: less than this share of what is expected there
  std::int64_t margin_px = 2;    ///< masked around borders, gaps, saturated pixels and the shadow

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct MaskResult {
  Mask mask;
  Grid<std::uint8_t> reason;             ///< MaskReason of each pixel
  std::array<std::int64_t, 9> pixels{};  ///< how many have each MaskReason
  Polarity polarity = Polarity::normal;  ///< as found or given
  double polarity_skew = 0.0;            ///< in [-1, 1]: far from 0 is sure, below 0 inverted
  double zero_counts = 0.0;              ///< of an inverted frame: the value of no intensity
  std::optional<double> saturation_counts = std::nullopt;  ///< given, or of the plateau found
  std::vector<std::string> warnings;

  [[nodiscard]] std::int64_t count(MaskReason why) const {
    return pixels[static_cast<std::size_t>(why)];
  }
};

/// All but the beam stop, which needs the centre. From several frames of a series faulty pixels are
/// surer: noise is that of their mean, saturated is what is so in any frame, and in four frames or
/// more a pixel that never changes where it should is dead (or hot).
///
/// Hot: above the median of its neighbours by faulty_sigma standard deviations, and above all but
/// one of them by half of that difference, which a reflection's spot is not; dead likewise below.
/// The noise is measured, as a function of the level; where most pixels have no electron, from mean
/// and variance, so that single electrons are neither hot pixels nor a plateau of saturation.
/// @param frames of one size, at least one
/// @param given empty, or of the frames' size: 0 does not count
/// @throws InputError: invalid options, no frame, sizes that differ, smaller than 16 x 16
[[nodiscard]] MaskResult find_mask(std::span<const Grid<double>> frames, const Mask& given,
                                   const FindMaskOptions& options = {});

/// The frame with bright rings: itself, or zero_counts - frame.
[[nodiscard]] Grid<double> upright(const Grid<double>& frame, const MaskResult& mask);

/// The mean of frames of one size. @throws InputError: none, or sizes that differ
[[nodiscard]] Grid<double> mean_frame(std::span<const Grid<double>> frames);

/// Masks the shadow of the beam stop in addition: what is darker than beam_stop_share of the
/// background expected at its radius (from the azimuths that see it; further inwards at least as
/// much as outwards), hangs together with what is near the centre, and around it what the blurred
/// edge still darkens. Holes in it (a beam that shines through) are filled.
/// @param frame upright; with bright rings
/// @param geometry right within a few pixels
void add_beam_stop(MaskResult& mask, const Grid<double>& frame, const Geometry& geometry,
                   const FindMaskOptions& options = {});

}  // namespace adatom::diffraction

namespace adatom {
template <>
struct EnumNames<diffraction::PolarityChoice> {
  static constexpr std::array names = {"automatic", "normal", "inverted"};
};
template <>
struct EnumNames<diffraction::BeamStopSearch> {
  static constexpr std::array names = {"none", "automatic"};
};
}  // namespace adatom
