#pragma once
// Options that say which potential: texts that may name files.
#include <functional>
#include <string>

#include "adatom/base/options.h"

namespace adatom::pipeline {

/// Visitors for which the files in such a text are files; others see a text.
class PotentialVisitor {
 public:
  virtual ~PotentialVisitor() = default;
  virtual void visit_potential(const Field& field, std::string& value) = 0;
};

void visit_potential(OptionVisitor& v, const Field& field, std::string& value);

/// `text` with every file that it names as `place` says it: FILE of eam:FILE, eam:FILE,FILE and
/// smatb:FILE.csv. Of commands of LAMMPS, any word behind the command but an element's symbol;
/// `place` hands back those that are no files.
[[nodiscard]] std::string with_potential_files(
    const std::string& text, const std::function<std::string(const std::string&)>& place);

/// Files as seen from `folder`, so that what names them is the same on another machine.
[[nodiscard]] std::string relative_potential(const std::string& text, const std::string& folder);

/// Files by their names alone: where a file lies is nothing that a result depends on.
[[nodiscard]] std::string potential_with_names(const std::string& text);

/// Are these commands of LAMMPS?
[[nodiscard]] bool is_lammps_potential(const std::string& text);

}  // namespace adatom::pipeline
