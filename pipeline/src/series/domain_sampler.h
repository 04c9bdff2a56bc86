#pragma once
// Keeps what is shown of domains: all of them on disk, some frames of them in memory.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "adatom/dynamics/domains.h"
#include "adatom/storage/hdf5.h"

namespace adatom::pipeline {

/// Writes /domain (uint8, atoms x intervals, 0: the most static), and keeps the domains and
/// smoothed values of all atoms at some intervals.
class DomainSampler final : public dynamics::DomainSink {
 public:
  /// @param first,length intervals that domains are of: those left out at both ends are not
  /// @param shown at most so many intervals are kept, evenly spread
  DomainSampler(const std::filesystem::path& path, std::size_t atoms, std::size_t first,
                std::size_t length, std::size_t shown);

  void add_atom(std::size_t atom, std::span<const double> smoothed,
                std::span<const std::uint8_t> domain) override;
  void close();

  /// Numbers of the intervals that are kept, counted behind those left out.
  [[nodiscard]] const std::vector<std::size_t>& intervals() const { return intervals_; }
  [[nodiscard]] std::uint8_t domain(std::size_t kept, std::size_t atom) const {
    return domain_[kept * atoms_ + atom];
  }
  [[nodiscard]] double value(std::size_t kept, std::size_t atom) const {
    return value_[kept * atoms_ + atom];
  }

 private:
  storage::Hdf5Writer file_;
  std::size_t atoms_;
  std::vector<std::size_t> intervals_;
  std::vector<std::uint8_t> domain_;
  std::vector<double> value_;
};

}  // namespace adatom::pipeline
