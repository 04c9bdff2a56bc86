#pragma once
// What `adatom soap` can be told.
#include <array>
#include <string>
#include <vector>

#include "adatom/base/instruction_set.h"
#include "adatom/base/options.h"
#include "adatom/descriptors/soap.h"
#include "series/series_options.h"

namespace adatom::pipeline {

struct SoapCommandOptions {
  descriptors::SoapOptions soap = {};
  descriptors::SpectrumLayout layout = descriptors::SpectrumLayout::unique;
  bool normalise = false;
  std::string elements = {};  ///< empty: those of the first frame
  SeriesInput input = {};
  descriptors::SoapMethod method = descriptors::SoapMethod::fast;
  InstructionSet instruction_set = InstructionSet::best;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const { return soap.validate(); }
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<descriptors::SpectrumLayout> {
  static constexpr std::array names = {"unique", "full", "kernel"};
};
}  // namespace adatom
