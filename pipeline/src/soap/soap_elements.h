#pragma once
// Which elements spectra are made for.
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"

namespace adatom::pipeline {

/// Elements in the order of their atomic numbers, which is that of the pairs in a spectrum.
class SoapElements {
 public:
  /// @param wanted symbols between blanks; empty: those of `first`
  /// @param where names the file in messages
  /// @throws InputError: a symbol of no element
  SoapElements(const std::string& wanted, const crystal::Structure& first,
               const std::string& where);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// The place of each atom's element.
  /// @throws InputError: an element that has none
  [[nodiscard]] std::vector<std::uint32_t> of(const crystal::Structure& structure) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace adatom::pipeline
