#include "adatom/energetics/make_potential.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/eam_potential.h"
#include "adatom/energetics/smatb.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"

namespace adatom::energetics {
namespace {

using Potential = std::shared_ptr<const EmbeddedAtomPotential>;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string joined(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

std::string sets_text() {
  std::string text;
  for (const auto& set : smatb_sets()) {
    text += (text.empty() ? "" : "; ") + set + ": " + joined(smatb_elements(set), " ");
  }
  return text;
}

bool has_all(const std::string& set, const std::vector<std::string>& elements) {
  return std::ranges::all_of(elements, [&set](const auto& element) {
    return find_smatb_pair(set, element, element).has_value();
  });
}

/// The set asked for, else the first that holds all elements.
std::string choose_set(const std::string& spec, const std::vector<std::string>& elements,
                       const std::string& wanted) {
  const auto sets = smatb_sets();
  if (!wanted.empty()) {
    if (std::ranges::find(sets, wanted) == sets.end()) {
      throw InputError(Complaint{"no such set of parameters", spec, "'" + wanted + "'",
                                 "take one of " + sets_text()});
    }
    if (has_all(wanted, elements)) return wanted;
  }
  const auto found = std::ranges::find_if(
      sets, [&](const auto& set) { return wanted.empty() && has_all(set, elements); });
  if (found != sets.end()) return *found;
  throw InputError(
      Complaint{"no parameters for " + joined(elements, ", "), spec,
                wanted.empty() ? "no set has them all" : "the set " + wanted + " lacks them",
                "take elements of one of the sets (" + sets_text() + "), or smatb:FILE.csv"});
}

Potential published(const std::string& spec, const std::string& what,
                    const PotentialWarning& warn) {
  const auto parts = split(what, ':');
  const auto elements = split(parts[0], ',');
  if (parts.size() > 2) {
    throw InputError(Complaint{"too many colons", spec, "", "give smatb:ELEMENTS:SET"});
  }
  if (std::ranges::find(elements, "") != elements.end()) {
    throw InputError(Complaint{"no element is named", spec, "", "give one, as in smatb:Au"});
  }
  for (auto a = elements.begin(); a != elements.end(); ++a) {
    if (std::find(elements.begin(), a, *a) != a) {
      throw InputError(Complaint{"an element stands twice", spec, *a, "name each once"});
    }
  }
  const auto set = choose_set(spec, elements, parts.size() > 1 ? parts[1] : "");
  std::vector<SmatbPair> pairs;
  for (std::size_t a = 0; a < elements.size(); ++a) {
    for (std::size_t b = a; b < elements.size(); ++b) {
      auto pair = find_smatb_pair(set, elements[a], elements[b]);
      if (!pair) {
        pair = mixed(*find_smatb_pair(set, elements[a], elements[a]),
                     *find_smatb_pair(set, elements[b], elements[b]));
        if (warn) {
          warn(spec + ": the set " + set + " has no parameters of the pair " + elements[a] + "-" +
               elements[b] +
               ": arithmetic means of p, q, r0 and cut-offs, geometric ones of A and xi are taken");
        }
      }
      pairs.push_back(*pair);
    }
  }
  return std::make_shared<SmatbPotential>(spec, elements, pairs);
}

/// Which row of a user's table holds a pair.
std::optional<std::size_t> row_of(const std::vector<std::string>& a,
                                  const std::vector<std::string>& b, const std::string& one,
                                  const std::string& other) {
  for (std::size_t row = 0; row < a.size(); ++row) {
    if ((a[row] == one && b[row] == other) || (a[row] == other && b[row] == one)) return row;
  }
  return std::nullopt;
}

Potential from_table(const std::string& spec, const std::string& file,
                     const PotentialWarning& warn) {
  const auto table = storage::read_csv(file);
  const auto first = table.texts("element_a");
  const auto second = table.texts("element_b");
  std::vector<SmatbPair> rows(table.rows());
  const auto fill = [&](const char* column, double SmatbPair::*member) {
    const auto values = table.numbers(column);
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row].*member = values[row];
  };
  fill("p", &SmatbPair::p);
  fill("q", &SmatbPair::q);
  fill("a_ev", &SmatbPair::a_ev);
  fill("xi_ev", &SmatbPair::xi_ev);
  fill("r0_angstrom", &SmatbPair::r0_angstrom);
  fill("cutoff_start_angstrom", &SmatbPair::cutoff_start_angstrom);
  fill("cutoff_end_angstrom", &SmatbPair::cutoff_end_angstrom);
  std::vector<std::string> elements;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (*row_of(first, second, first[row], second[row]) != row) {
      throw InputError(Complaint{"a pair of elements stands twice", table.place(row),
                                 first[row] + "-" + second[row], "give each pair one row"});
    }
    if (first[row] == second[row]) elements.push_back(first[row]);
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const auto& element : {first[row], second[row]}) {
      if (row_of(first, second, element, element)) continue;
      throw InputError(Complaint{"an element has no parameters with itself", table.place(row),
                                 element, "add the row " + element + "," + element});
    }
  }
  if (elements.empty()) throw InputError(Complaint{"no parameters", file, "", "add rows"});
  std::vector<SmatbPair> pairs;
  for (std::size_t a = 0; a < elements.size(); ++a) {
    for (std::size_t b = a; b < elements.size(); ++b) {
      if (const auto row = row_of(first, second, elements[a], elements[b])) {
        pairs.push_back(rows[*row]);
        continue;
      }
      pairs.push_back(mixed(rows[*row_of(first, second, elements[a], elements[a])],
                            rows[*row_of(first, second, elements[b], elements[b])]));
      if (warn) {
        warn(file + ": no row for " + elements[a] + "-" + elements[b] +
             ": arithmetic means of p, q, r0 and cut-offs, geometric ones of A and xi are taken");
      }
    }
  }
  return std::make_shared<SmatbPotential>(spec, elements, pairs);
}

Potential from_eam_files(const std::string& spec, const std::vector<std::string>& files) {
  if (std::ranges::find(files, "") != files.end()) {
    throw InputError(Complaint{"no file is named", spec, "", "give one, as in eam:Au_u3.eam"});
  }
  std::vector<std::string> texts;
  for (const auto& file : files) texts.push_back(storage::read_file(file));
  std::vector<NamedText> named;
  for (std::size_t i = 0; i < files.size(); ++i) named.push_back({texts[i], files[i]});
  return std::make_shared<EamPotential>(spec, parse_eam(named));
}

constexpr std::string_view smatb_prefix = "smatb:";
constexpr std::string_view eam_prefix = "eam:";

}  // namespace

std::vector<std::filesystem::path> potential_files(std::string_view spec) {
  std::vector<std::filesystem::path> files;
  if (spec.starts_with(smatb_prefix) && spec.ends_with(".csv")) {
    files.emplace_back(spec.substr(smatb_prefix.size()));
  } else if (spec.starts_with(eam_prefix)) {
    for (const auto& file : split(spec.substr(eam_prefix.size()), ',')) files.emplace_back(file);
  }
  return files;
}

std::shared_ptr<const EmbeddedAtomPotential> make_potential(std::string_view spec,
                                                            const PotentialWarning& warn) {
  const std::string text(spec);
  if (spec.starts_with(smatb_prefix)) {
    const std::string what(spec.substr(smatb_prefix.size()));
    return spec.ends_with(".csv") ? from_table(text, what, warn) : published(text, what, warn);
  }
  if (spec.starts_with(eam_prefix)) {
    return from_eam_files(text, split(spec.substr(eam_prefix.size()), ','));
  }
  throw InputError(Complaint{"no such potential", "--potential", "'" + text + "'",
                             "give one of:\n" + potential_help()});
}

std::string potential_help() {
  return "smatb:ELEMENTS[:SET], as in smatb:Au or smatb:Ag,Cu, with the sets " + sets_text() +
         "\nsmatb:FILE.csv, parameters of your own, with the columns element_a, element_b, p, q, "
         "a_ev, xi_ev, r0_angstrom, cutoff_start_angstrom, cutoff_end_angstrom\n"
         "eam:FILE, a table in funcfl (eam), setfl (eam/alloy) or eam/fs form; eam:FILE,FILE mixes "
         "funcfl tables of several elements\n";
}

}  // namespace adatom::energetics
