#pragma once
// How frames become one value for each atom and interval.
#include <cstddef>
#include <memory>
#include <span>

#include "adatom/crystal/structure.h"
#include "series/series_options.h"

namespace adatom::pipeline {

/// Each frame is prepared by itself, on any thread, in a slot of its own; then all are added in
/// their order.
class SeriesMaker {
 public:
  virtual ~SeriesMaker() = default;
  /// Frames that are prepared at once.
  [[nodiscard]] virtual std::size_t slots() const = 0;
  virtual void prepare(std::size_t slot, const crystal::Structure& frame) = 0;
  /// Fills one value for each atom; false for the first frames, which have none before them.
  virtual bool add(std::size_t slot, std::span<double> values) = 0;
};

/// @param first the first frame: atoms and elements of all
[[nodiscard]] std::unique_ptr<SeriesMaker> make_lens_maker(const LensCommandOptions& options,
                                                           const crystal::Structure& first);
[[nodiscard]] std::unique_ptr<SeriesMaker> make_time_soap_maker(
    const TimeSoapCommandOptions& options, const crystal::Structure& first);

}  // namespace adatom::pipeline
