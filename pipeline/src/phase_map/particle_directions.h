#pragma once
// Where particles of `adatom track` are, and which way they move.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

namespace adatom::pipeline {

struct MovingParticle {
  std::int64_t id = 0;
  double x_nm = 0.0;
  double y_nm = 0.0;
  double direction_rad = 0.0;  ///< from x to the right towards y down
};

/// tracks.csv, read once. Empty: nothing was given.
class ParticleDirections {
 public:
  ParticleDirections() = default;
  /// The direction in a frame is that of the way on the specimen (drift taken out) from the first
  /// point of the track at most `reach` frames before to the last at most `reach` after.
  /// @throws InputError: no such file, columns missing
  ParticleDirections(const std::filesystem::path& tracks, std::int64_t reach);

  [[nodiscard]] bool given() const { return given_; }
  /// The particles of a frame that move at all.
  [[nodiscard]] const std::vector<MovingParticle>& in_frame(std::int64_t frame) const;

 private:
  bool given_ = false;
  std::map<std::int64_t, std::vector<MovingParticle>> frames_;
};

}  // namespace adatom::pipeline
