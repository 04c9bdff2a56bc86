#pragma once
// A frame in single precision, whatever it comes as.
#include <cstddef>
#include <memory>

#include "adatom/diffraction/integrate.h"

namespace adatom::diffraction {

/// Refers to a frame that is in single precision already.
class FloatPixels {
 public:
  explicit FloatPixels(const Pixels& frame);
  [[nodiscard]] const float* data() const { return data_; }
  [[nodiscard]] static std::size_t size_of(const Pixels& frame);

 private:
  std::unique_ptr<float[]> own_;
  const float* data_ = nullptr;
};

}  // namespace adatom::diffraction
