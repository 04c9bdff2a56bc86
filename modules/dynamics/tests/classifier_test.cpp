#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/dynamics/dictionary.h"

namespace adatom::dynamics {
namespace {

using descriptors::SpectrumLayout;

std::vector<double> random_spectra(std::size_t count, std::size_t size, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<double> spectra(count * size);
  // Alike, as spectra are: a common part and a small own one.
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    spectra[i] = 1.0 + std::sin(static_cast<double>(i % size)) + 0.1 * random.normal();
  }
  return spectra;
}

/// `count` random environments of two classes, and their raw spectra in the unique layout.
struct Fixture {
  explicit Fixture(std::size_t count) {
    dictionary.soap.n_max = 5;
    dictionary.soap.l_max = 3;
    size = descriptors::spectrum_size(dictionary.soap, 1, SpectrumLayout::unique);
    raw = random_spectra(count, size, 1);
    for (std::size_t e = 0; e < count; ++e) {
      dictionary.environments.push_back("e" + std::to_string(e));
      dictionary.class_of.push_back(e % 2);
    }
    dictionary.classes = {"even", "odd"};
    dictionary.spectra.resize(raw.size());
    descriptors::lay_out(dictionary.soap, 1, SpectrumLayout::kernel, raw, dictionary.spectra);
    descriptors::normalise(dictionary.spectra, size);
  }
  EnvironmentDictionary dictionary;
  std::size_t size = 0;
  std::vector<double> raw;
};

/// The definition, one after another.
Classified nearest(const Fixture& f, std::span<const double> raw) {
  std::vector<double> p(f.size);
  descriptors::lay_out(f.dictionary.soap, 1, SpectrumLayout::kernel, raw, p);
  descriptors::normalise(p, f.size);
  Classified best{.environment = 0, .distance = 10.0};
  for (std::size_t e = 0; e < f.dictionary.size(); ++e) {
    const double d =
        descriptors::soap_distance(p, std::span(f.dictionary.spectra).subspan(e * f.size, f.size));
    if (d < best.distance) best = {.environment = static_cast<std::uint8_t>(e), .distance = d};
  }
  return best;
}

// 1, 16 and 17 environments end before, at and behind a group; 1 to 9 spectra do so with those that
// are treated together.
TEST(Classifier, FindsTheNearestEnvironment) {
  for (const std::size_t environments : {1U, 16U, 17U, 47U, 255U}) {
    const Fixture f(environments);
    const Classifier classifier(f.dictionary);
    for (const std::size_t count : {1U, 4U, 9U}) {
      const auto spectra = random_spectra(count, f.size, 2);
      std::vector<Classified> found(count);
      classifier.classify(spectra, found);
      for (std::size_t i = 0; i < count; ++i) {
        const auto right = nearest(f, std::span(spectra).subspan(i * f.size, f.size));
        EXPECT_EQ(found[i].environment, right.environment);
        // Sums of 80 products in another order.
        EXPECT_NEAR(found[i].distance, right.distance, 1e-14);
      }
    }
  }
}

TEST(Classifier, KnowsItsOwnEnvironmentsWhateverTheirScale) {
  const Fixture f(47);
  auto spectra = f.raw;
  for (auto& value : spectra) value *= 1234.5;
  std::vector<Classified> found(47);
  Classifier(f.dictionary).classify(spectra, found);
  for (std::size_t e = 0; e < 47; ++e) {
    EXPECT_EQ(found[e].environment, e);
    // sqrt(2 - 2 p.q) would give up to 2e-8 here.
    EXPECT_LT(found[e].distance, 1e-15 * 10);
  }
}

TEST(Classifier, AnEmptySpectrumIsFarFromAll) {
  const Fixture f(3);
  const std::vector<double> nothing(f.size, 0.0);
  std::vector<Classified> found(1);
  Classifier(f.dictionary).classify(nothing, found);
  EXPECT_EQ(found[0].distance, std::numbers::sqrt2);
}

TEST(Classifier, UselessDictionariesAreRefused) {
  const Fixture f(3);
  EXPECT_THROW(Classifier(EnvironmentDictionary{}), InputError);
  auto dictionary = f.dictionary;
  dictionary.spectra.pop_back();
  EXPECT_THROW(Classifier{dictionary}, InputError);
  dictionary = f.dictionary;
  dictionary.class_of[1] = 2;
  EXPECT_THROW(Classifier{dictionary}, InputError);
}

}  // namespace
}  // namespace adatom::dynamics
