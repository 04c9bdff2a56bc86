#include "soap/soap_elements.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"

namespace adatom::pipeline {

SoapElements::SoapElements(const std::string& wanted, const crystal::Structure& first,
                           const std::string& where) {
  std::vector<std::string> symbols;
  std::istringstream words(wanted);
  for (std::string word; words >> word;) symbols.push_back(word);
  const bool given = !symbols.empty();
  if (!given) {
    for (const auto& atom : first.atoms) {
      if (symbols.empty() || symbols.back() != atom.element) symbols.push_back(atom.element);
    }
  }
  std::map<int, std::string> by_number;
  for (const auto& symbol : symbols) {
    const auto element = crystal::find_element(symbol);
    if (!element) {
      throw InputError({.what = fmt::format("\"{}\" is no element's symbol", symbol),
                        .where = given ? "--elements" : where,
                        .why = {},
                        .remedy = given ? "give symbols as \"Ag Au\""
                                        : "say what the types are with --type-elements"});
    }
    by_number[element->atomic_number] = symbol;
  }
  for (const auto& [number, symbol] : by_number) names_.push_back(symbol);
}

std::vector<std::uint32_t> SoapElements::of(const crystal::Structure& structure) const {
  std::vector<std::uint32_t> species;
  species.reserve(structure.atoms.size());
  for (const auto& atom : structure.atoms) {
    const auto place = std::find(names_.begin(), names_.end(), atom.element);
    if (place == names_.end()) {
      throw InputError(
          {.what = fmt::format("there is {}, which has no place in the spectra", atom.element),
           .where = {},
           .why = fmt::format("they are made for {}", fmt::join(names_, ", ")),
           .remedy = "name all elements with --elements"});
    }
    species.push_back(static_cast<std::uint32_t>(place - names_.begin()));
  }
  return species;
}

}  // namespace adatom::pipeline
