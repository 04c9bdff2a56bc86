#include "series/domain_sampler.h"

#include <array>

#include "adatom/report/page.h"

namespace adatom::pipeline {

DomainSampler::DomainSampler(const std::filesystem::path& path, std::size_t atoms,
                             std::size_t first, std::size_t length, std::size_t shown)
    : file_(path),
      atoms_(atoms),
      intervals_(report::spread_steps(length, shown)),
      domain_(intervals_.size() * atoms, 0),
      value_(intervals_.size() * atoms, 0.0) {
  const std::array<std::uint64_t, 2> shape = {atoms, length};
  file_.create_dataset("/domain", storage::Hdf5Type::uint8, shape);
  file_.set("/domain", "axes", "atoms, intervals");
  file_.set("/domain", "unit", "0: the most static domain");
  file_.set("/domain", "first_interval", static_cast<std::int64_t>(first));
}

void DomainSampler::add_atom(std::size_t atom, std::span<const double> smoothed,
                             std::span<const std::uint8_t> domain) {
  const std::array<std::uint64_t, 2> begin = {atom, 0};
  const std::array<std::uint64_t, 2> count = {1, domain.size()};
  file_.write("/domain", begin, count, std::as_bytes(domain));
  for (std::size_t k = 0; k < intervals_.size(); ++k) {
    domain_[k * atoms_ + atom] = domain[intervals_[k]];
    value_[k * atoms_ + atom] = smoothed[intervals_[k]];
  }
}

void DomainSampler::close() { file_.close(); }

}  // namespace adatom::pipeline
