#include "series/hdf5_series.h"

#include <array>
#include <cstring>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::pipeline {

Hdf5Series::Hdf5Series(const std::filesystem::path& path, std::string dataset)
    : file_(path), dataset_(std::move(dataset)) {
  const auto facts = file_.dataset(dataset_);
  if (facts.type != storage::Hdf5Type::float64 || facts.shape.size() != 2) {
    throw InputError({.what = dataset_ + " is not a table of float64",
                      .where = path.string(),
                      .why = {},
                      .remedy = {}});
  }
  atoms_ = facts.shape[0];
  length_ = facts.shape[1];
}

void Hdf5Series::read(std::size_t atom, std::span<double> series) const {
  const std::array<std::uint64_t, 2> begin = {atom, 0};
  const std::array<std::uint64_t, 2> count = {1, length_};
  const auto bytes = file_.read(dataset_, begin, count);
  std::memcpy(series.data(), bytes.data(), series.size_bytes());
}

}  // namespace adatom::pipeline
