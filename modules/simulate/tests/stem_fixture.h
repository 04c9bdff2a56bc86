#pragma once
// What tests of STEM images share.
#include <map>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/simulate/stem.h"

namespace adatom::simulate::testing {

inline crystal::Structure atoms_at(const std::vector<Eigen::Vector3d>& places,
                                   const std::string& element = "Au") {
  crystal::Structure structure;
  for (const auto& place : places) {
    structure.atoms.push_back({.element = element, .position_angstrom = place});
  }
  return structure;
}

/// Atoms stand still; `width` x `height` probes.
inline StemOptions still(std::int64_t width, std::int64_t height, double step_angstrom) {
  StemOptions options;
  options.scan.width = width;
  options.scan.height = height;
  options.scan.step_angstrom = step_angstrom;
  options.thermal.temperature_k = 0.0;
  options.thermal.configurations = 1;
  return options;
}

inline StemResult image(const crystal::Structure& structure, const std::vector<Detector>& detectors,
                        const StemOptions& options, SidewaysCell cell = SidewaysCell::single) {
  NoPartStore parts;
  NoProgress progress;
  return simulate_stem(structure, cell, detectors, options, parts, progress);
}

inline double sum(const Grid<double>& image) {
  return std::accumulate(image.values().begin(), image.values().end(), 0.0);
}

/// Keeps all parts in memory, and stops the calculation once it holds `most`.
class Memory final : public PartStore, public Progress {
 public:
  explicit Memory(std::size_t most = static_cast<std::size_t>(-1)) : most_(most) {}
  bool load(std::size_t part, std::span<double> values) override {
    const std::scoped_lock lock(mutex_);
    const auto found = parts_.find(part);
    if (found == parts_.end() || found->second.size() != values.size()) return false;
    std::copy(found->second.begin(), found->second.end(), values.begin());
    ++loaded_;
    return true;
  }
  void save(std::size_t part, std::span<const double> values) override {
    const std::scoped_lock lock(mutex_);
    parts_[part].assign(values.begin(), values.end());
  }
  void begin(std::string_view, std::size_t total) override { total_ = total; }
  void advance(std::size_t steps) override {
    const std::scoped_lock lock(mutex_);
    done_ += steps;
  }
  bool cancelled() const override {
    const std::scoped_lock lock(mutex_);
    return parts_.size() >= most_;
  }
  void go_on() {
    most_ = static_cast<std::size_t>(-1);
    done_ = 0;
  }
  std::size_t loaded() const { return loaded_; }
  std::size_t done() const { return done_; }
  std::size_t total() const { return total_; }
  std::map<std::size_t, std::vector<double>>& parts() { return parts_; }

 private:
  mutable std::mutex mutex_;
  std::size_t most_;
  std::map<std::size_t, std::vector<double>> parts_;
  std::size_t loaded_ = 0;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

}  // namespace adatom::simulate::testing
