#pragma once
// Known atomic environments, and which of them an atom is in.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/descriptors/soap.h"

namespace adatom::dynamics {

/// Environments of one element, grouped into classes (Rapetti et al., Commun. Chem. 6 (2023) 143).
struct EnvironmentDictionary {
  std::string element = {};  ///< "Au"
  descriptors::SoapOptions soap = {};
  std::vector<std::string> environments = {};  ///< "s_(111)_to", ...
  std::vector<std::string> classes = {};       ///< "b", "ss", ..., in the order they are shown
  std::vector<std::uint8_t> class_of = {};     ///< of each environment
  /// Normalised, kernel layout (descriptors::SpectrumLayout::kernel), one environment a row.
  std::vector<double> spectra = {};
  std::string source = {};  ///< how it was made, in one line

  [[nodiscard]] std::size_t size() const { return environments.size(); }
};

/// The nearest environment of an atom.
struct Classified {
  std::uint8_t environment = 0;
  double distance = 0.0;  ///< sqrt(2 - 2 p.q), 0 to sqrt(2)
};

/// Finds the nearest environments of many atoms. Can be used from several threads.
class Classifier {
 public:
  /// @throws InputError: an empty dictionary, more than 255 environments, sizes that do not fit
  explicit Classifier(const EnvironmentDictionary& dictionary);
  /// @param spectra in the unique layout, raw (not normalised), one after another
  /// @param found one for each spectrum; of equally near environments the first. A spectrum of
  /// zeros has the distance sqrt(2) to all.
  void classify(std::span<const double> spectra, std::span<Classified> found) const;

 private:
  [[nodiscard]] double distance(const double* spectrum, double norm, std::size_t environment) const;

  std::size_t size_ = 0;
  std::size_t environments_ = 0;
  std::vector<double> factors_;   ///< of the kernel layout
  std::vector<double> rows_;      ///< the dictionary's spectra
  std::vector<double> products_;  ///< of both, by value and environment, in groups of environments
};

}  // namespace adatom::dynamics
