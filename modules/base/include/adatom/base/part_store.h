#pragma once
// Finished parts of a long calculation, so that an interrupted one goes on where it was.
#include <cstddef>
#include <span>

namespace adatom {

/// Calls may come from several threads at once.
class PartStore {
 public:
  virtual ~PartStore() = default;
  /// Fills `values` with those of a part that was finished before. False: it has to be computed.
  [[nodiscard]] virtual bool load(std::size_t part, std::span<double> values) = 0;
  virtual void save(std::size_t part, std::span<const double> values) = 0;
};

/// Keeps nothing.
class NoPartStore final : public PartStore {
 public:
  [[nodiscard]] bool load(std::size_t /*part*/, std::span<double> /*values*/) override {
    return false;
  }
  void save(std::size_t /*part*/, std::span<const double> /*values*/) override {}
};

}  // namespace adatom
