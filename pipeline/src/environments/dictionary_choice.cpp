#include "environments/dictionary_choice.h"

#include <cctype>
#include <filesystem>
#include <set>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/dynamics/dictionary_file.h"
#include "adatom/pipeline/data_folder.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

fs::path shipped_dictionary(const std::string& element) {
  std::string name;
  for (const char c : element) {
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return data_folder() / "environments" / (name + ".h5");
}

bool ships(const std::string& element) {
  std::error_code error;
  return fs::is_regular_file(shipped_dictionary(element), error);
}

/// Of these elements the only one whose environments ship.
std::string known_element(const std::set<std::string>& present) {
  std::string all;
  std::vector<std::string> known;
  for (const auto& element : present) {
    all += (all.empty() ? "" : ", ") + element;
    if (ships(element)) known.push_back(element);
  }
  if (known.size() == 1) return known.front();
  throw InputError({.what = known.empty() ? "no dictionary ships for these elements"
                                          : "dictionaries ship for several of these elements",
                    .where = "dictionary",
                    .why = "the trajectories hold " + (all.empty() ? "no known element" : all),
                    .remedy = known.empty() ? "make one by `adatom dictionary` and name it by "
                                              "--dictionary"
                                            : "choose one by --element"});
}

}  // namespace

ChosenDictionary choose_dictionary(const EnvironmentsOptions& options,
                                   const std::vector<TrajectoryPlan>& plans) {
  std::set<std::string> present;
  // Reading frames takes time, and is not needed where an option says which dictionary it is.
  if (!options.dictionary.given() && options.element.empty()) {
    for (const auto& plan : plans) {
      for (const auto& atom : plan.reader->read(plan.frames.front()).atoms) {
        present.insert(atom.element);
      }
    }
  }
  return choose_dictionary(options, present);
}

ChosenDictionary choose_dictionary(const EnvironmentsOptions& options,
                                   const std::set<std::string>& elements) {
  fs::path path = options.dictionary.path;
  if (!options.dictionary.given()) {
    const std::string element = options.element.empty() ? known_element(elements) : options.element;
    path = shipped_dictionary(element);
    if (!ships(element)) {
      throw InputError({.what = "no dictionary ships for " + element,
                        .where = "element",
                        .why = {},
                        .remedy = "make one by `adatom dictionary` and name it by --dictionary"});
    }
  }
  ChosenDictionary chosen{dynamics::read_dictionary(path), sha256_of_file(path)};
  const std::string& element = chosen.dictionary.element;
  if (!options.element.empty() && options.element != element) {
    throw InputError({.what = "the dictionary is of another element",
                      .where = path.string(),
                      .why = "it is of " + element + ", --element says " + options.element,
                      .remedy = "leave out --element, or name another dictionary"});
  }
  return chosen;
}

}  // namespace adatom::pipeline
