#include "adatom/dynamics/dictionary_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <span>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"

namespace adatom::dynamics {
namespace {

using descriptors::SoapOptions;

constexpr const char* format_name = "adatom dictionary of atomic environments";
constexpr std::int64_t format_version = 1;
constexpr std::size_t most_environments = 255;  // dynamics::no_label is the next number
constexpr double norm_tolerance = 1e-9;         // rounding of several hundred squares, and to spare

constexpr std::array<std::pair<const char*, double SoapOptions::*>, 7> lengths_and_weights = {
    {{"r_cut_angstrom", &SoapOptions::r_cut_angstrom},
     {"sigma_angstrom", &SoapOptions::sigma_angstrom},
     {"weighting_c", &SoapOptions::weighting_c},
     {"weighting_m", &SoapOptions::weighting_m},
     {"weighting_d", &SoapOptions::weighting_d},
     {"weighting_r0_angstrom", &SoapOptions::weighting_r0_angstrom},
     {"weighting_threshold", &SoapOptions::weighting_threshold}}};
constexpr std::array<std::pair<const char*, std::int64_t SoapOptions::*>, 2> orders = {
    {{"n_max", &SoapOptions::n_max}, {"l_max", &SoapOptions::l_max}}};

[[noreturn]] void refuse(const std::filesystem::path& path, std::string why) {
  throw InputError(Complaint{"this is no dictionary of atomic environments", path.string(),
                             std::move(why), "make one with adatom dictionary"});
}

/// What is wrong with a dictionary, in a few words; empty: nothing.
std::string fault_of_names(const EnvironmentDictionary& d) {
  if (d.element.empty()) return "its element is missing";
  if (d.environments.empty()) return "it has no environments";
  if (d.environments.size() > most_environments) return "it has more than 255 environments";
  if (d.class_of.size() != d.environments.size()) {
    return "there is not one class for each environment";
  }
  for (const auto* names : {&d.environments, &d.classes}) {
    std::set<std::string> seen;
    for (const auto& name : *names) {
      if (name.empty() || name.find('\n') != std::string::npos) {
        return "a name is empty or has a line break";
      }
      if (!seen.insert(name).second) return "the name '" + name + "' occurs twice";
    }
  }
  std::vector<bool> used(d.classes.size(), false);
  for (const auto one : d.class_of) {
    if (one >= d.classes.size()) return "an environment has a class without a name";
    used[one] = true;
  }
  const auto idle = std::find(used.begin(), used.end(), false);
  if (idle == used.end()) return {};
  return "no environment is of the class '" +
         d.classes[static_cast<std::size_t>(idle - used.begin())] + "'";
}

std::string fault_of_spectra(const EnvironmentDictionary& d) {
  if (const auto issues = d.soap.validate(); !issues.empty()) {
    return "its option " + issues.front().name + " " + issues.front().message;
  }
  const std::size_t size =
      descriptors::spectrum_size(d.soap, 1, descriptors::SpectrumLayout::kernel);
  if (d.spectra.size() != d.size() * size) {
    return "its options need " + std::to_string(size) + " values for each environment, " +
           std::to_string(d.spectra.size()) + " are there for " + std::to_string(d.size());
  }
  for (std::size_t row = 0; row < d.size(); ++row) {
    double squares = 0.0;
    bool finite = true;
    for (std::size_t k = 0; k < size; ++k) {
      const double value = d.spectra[row * size + k];
      finite = finite && std::isfinite(value);
      if (finite) squares += value * value;
    }
    if (!finite || std::abs(std::sqrt(squares) - 1.0) > norm_tolerance) {
      return "the spectrum of '" + d.environments[row] + "' does not have length 1";
    }
  }
  return {};
}

void require_sound(const EnvironmentDictionary& dictionary, const std::filesystem::path& path) {
  auto fault = fault_of_names(dictionary);
  if (fault.empty()) fault = fault_of_spectra(dictionary);
  if (!fault.empty()) refuse(path, std::move(fault));
}

std::string as_lines(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "\n") + name;
  return text;
}

std::vector<std::string> from_lines(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

std::string required_text(const storage::Hdf5Reader& file, const std::filesystem::path& path,
                          const char* name) {
  auto value = file.text("/", name);
  if (!value || value->empty()) refuse(path, std::string("its attribute ") + name + " is missing");
  return *std::move(value);
}

template <class E>
E required_choice(const storage::Hdf5Reader& file, const std::filesystem::path& path,
                  const char* name) {
  const auto text = required_text(file, path, name);
  const auto& names = EnumNames<E>::names;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) refuse(path, std::string("its ") + name + " is '" + text + "'");
  return static_cast<E>(found - names.begin());
}

SoapOptions read_soap(const storage::Hdf5Reader& file, const std::filesystem::path& path) {
  SoapOptions soap;
  const auto number = [&](const char* name) {
    const auto value = file.number("/", name);
    if (!value) refuse(path, std::string("its attribute ") + name + " is missing");
    return *value;
  };
  for (const auto& [name, member] : lengths_and_weights) soap.*member = number(name);
  soap.centre_weight = file.number("/", "centre_weight");
  for (const auto& [name, member] : orders) {
    const double value = number(name);
    // Larger ones are out of range anyway, and do not fit an integer.
    if (!std::isfinite(value) || std::abs(value) > 1e6 || value != std::floor(value)) {
      refuse(path, std::string("its ") + name + " is " + shortest(value));
    }
    soap.*member = static_cast<std::int64_t>(value);
  }
  soap.basis = required_choice<descriptors::RadialBasis>(file, path, "basis");
  soap.weighting = required_choice<descriptors::Weighting>(file, path, "weighting");
  return soap;
}

storage::Hdf5Dataset required_dataset(const storage::Hdf5Reader& file,
                                      const std::filesystem::path& path, const std::string& name,
                                      storage::Hdf5Type type, std::size_t dimensions) {
  if (!file.is_dataset(name)) refuse(path, "its dataset " + name + " is missing");
  auto about = file.dataset(name);
  if (about.type != type || about.shape.size() != dimensions) {
    refuse(path, "its dataset " + name + " is of another type or shape");
  }
  return about;
}

}  // namespace

void write_dictionary(const EnvironmentDictionary& dictionary, const std::filesystem::path& path) {
  require_sound(dictionary, path);
  storage::FileWriter target(path);
  storage::Hdf5Writer file(target.partial());
  file.set("/", "format", format_name);
  file.set("/", "format_version", format_version);
  file.set("/", "element", dictionary.element);
  if (!dictionary.source.empty()) file.set("/", "source", dictionary.source);
  file.set("/", "environments", as_lines(dictionary.environments));
  file.set("/", "classes", as_lines(dictionary.classes));
  const SoapOptions& soap = dictionary.soap;
  for (const auto& [name, member] : lengths_and_weights) file.set("/", name, soap.*member);
  if (soap.centre_weight) file.set("/", "centre_weight", *soap.centre_weight);
  for (const auto& [name, member] : orders) file.set("/", name, soap.*member);
  file.set("/", "basis",
           EnumNames<descriptors::RadialBasis>::names[static_cast<std::size_t>(soap.basis)]);
  file.set("/", "weighting",
           EnumNames<descriptors::Weighting>::names[static_cast<std::size_t>(soap.weighting)]);

  const std::uint64_t rows = dictionary.size();
  const std::vector<std::uint64_t> shape = {rows, dictionary.spectra.size() / rows};
  const std::vector<std::uint64_t> origin = {0, 0};
  file.create_packed_dataset("/spectra", storage::Hdf5Type::float64, shape, shape);
  file.set("/spectra", "axes", "environment, value");
  file.set("/spectra", "values", "l, n, n' >= n; times sqrt(2) where n' != n; then length 1");
  file.write("/spectra", origin, shape, std::as_bytes(std::span(dictionary.spectra)));
  const std::vector<std::uint64_t> list = {rows};
  file.create_dataset("/class", storage::Hdf5Type::uint8, list);
  file.write("/class", std::span(origin).first(1), list,
             std::as_bytes(std::span(dictionary.class_of)));
  file.close();
  target.commit();
}

EnvironmentDictionary read_dictionary(const std::filesystem::path& path) {
  const storage::Hdf5Reader file(path);
  if (file.text("/", "format") != format_name) refuse(path, "its attribute 'format' is missing");
  const double version = file.number("/", "format_version").value_or(0.0);
  if (version != static_cast<double>(format_version)) {
    refuse(path, "it has format version " + shortest(version) + ", this program reads " +
                     std::to_string(format_version));
  }
  EnvironmentDictionary dictionary;
  dictionary.element = required_text(file, path, "element");
  dictionary.source = file.text("/", "source").value_or("");
  dictionary.environments = from_lines(required_text(file, path, "environments"));
  dictionary.classes = from_lines(required_text(file, path, "classes"));
  dictionary.soap = read_soap(file, path);

  const auto spectra = required_dataset(file, path, "/spectra", storage::Hdf5Type::float64, 2);
  const auto classes = required_dataset(file, path, "/class", storage::Hdf5Type::uint8, 1);
  const std::uint64_t rows = dictionary.environments.size();
  // Before anything so large is allocated; far above what any options need.
  constexpr std::uint64_t most_values = 1U << 20U;
  if (rows > most_environments || spectra.shape[0] != rows || classes.shape[0] != rows ||
      spectra.shape[1] > most_values) {
    refuse(path, "its datasets do not have a row for each of at most 255 environments");
  }
  const std::vector<std::uint64_t> origin = {0, 0};
  const Bytes values = file.read("/spectra", origin, spectra.shape);
  dictionary.spectra.resize(spectra.shape[0] * spectra.shape[1]);
  std::memcpy(dictionary.spectra.data(), values.data(), values.size());
  const Bytes labels = file.read("/class", std::span(origin).first(1), classes.shape);
  dictionary.class_of.resize(rows);
  std::memcpy(dictionary.class_of.data(), labels.data(), labels.size());
  require_sound(dictionary, path);
  return dictionary;
}

}  // namespace adatom::dynamics
