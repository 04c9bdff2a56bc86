#include "adatom/dynamics/dictionary_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "program.h"

namespace adatom::dynamics {
namespace {

// n_max = 2, l_max = 1: six values in the kernel layout.
EnvironmentDictionary small_dictionary() {
  EnvironmentDictionary d;
  d.element = "Cu";
  d.soap.r_cut_angstrom = 3.9910141028;
  d.soap.sigma_angstrom = 0.1 + 0.2;  // no short decimal
  d.soap.n_max = 2;
  d.soap.l_max = 1;
  d.environments = {"b_FCC", "s_(111)", "s_(001)"};
  d.classes = {"b", "s"};
  d.class_of = {0, 1, 1};
  d.source = "made by hand";
  const double third = 1.0 / std::sqrt(3.0);
  d.spectra = {1, 0, 0, 0, 0, 0, third, third, third, 0, 0, 0, 0, 0, 0.6, 0, 0, -0.8};
  return d;
}

class DictionaryFile : public ::testing::Test {
 protected:
  /// The message when reading a file fails; empty if it does not.
  static std::string complaint_of(const std::filesystem::path& path) {
    try {
      (void)read_dictionary(path);
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  }
  [[nodiscard]] std::filesystem::path path(const char* name = "a.h5") const {
    return folder_.path() / name;
  }

 private:
  testing::ScratchFolder folder_;
};

TEST_F(DictionaryFile, ReadsBackWhatWasWritten) {
  auto dictionary = small_dictionary();
  for (const bool weighted : {false, true}) {
    if (weighted) {
      dictionary.soap.centre_weight = 0.5;
      dictionary.soap.basis = descriptors::RadialBasis::polynomial;
      dictionary.soap.weighting = descriptors::Weighting::exponential;
      dictionary.soap.weighting_r0_angstrom = 2.5;
    }
    write_dictionary(dictionary, path());
    const auto read = read_dictionary(path());
    EXPECT_EQ(read.element, dictionary.element);
    EXPECT_EQ(read.source, dictionary.source);
    EXPECT_EQ(read.environments, dictionary.environments);
    EXPECT_EQ(read.classes, dictionary.classes);
    EXPECT_EQ(read.class_of, dictionary.class_of);
    EXPECT_EQ(read.spectra, dictionary.spectra);  // to the bit
    EXPECT_EQ(read.soap.r_cut_angstrom, dictionary.soap.r_cut_angstrom);
    EXPECT_EQ(read.soap.sigma_angstrom, dictionary.soap.sigma_angstrom);
    EXPECT_EQ(read.soap.n_max, 2);
    EXPECT_EQ(read.soap.l_max, 1);
    EXPECT_EQ(read.soap.centre_weight, dictionary.soap.centre_weight);
    EXPECT_EQ(read.soap.basis, dictionary.soap.basis);
    EXPECT_EQ(read.soap.weighting, dictionary.soap.weighting);
    EXPECT_EQ(read.soap.weighting_r0_angstrom, dictionary.soap.weighting_r0_angstrom);
  }
}

TEST_F(DictionaryFile, TheSameDictionaryGivesTheSameBytes) {
  write_dictionary(small_dictionary(), path("a.h5"));
  write_dictionary(small_dictionary(), path("b.h5"));
  EXPECT_EQ(storage::read_file(path("a.h5")), storage::read_file(path("b.h5")));
}

TEST_F(DictionaryFile, RefusesToWriteWhatItWouldNotRead) {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::vector<std::function<void(EnvironmentDictionary&)>> faults = {
      [](auto& d) { d.element = ""; },
      [](auto& d) { d.environments[1] = "b_FCC"; },
      [](auto& d) { d.environments[1] = "two\nlines"; },
      [](auto& d) { d.environments[1] = ""; },
      [](auto& d) { d.classes = {"b"}; },
      [](auto& d) {
        d.classes = {"b", "s", "v"};
      },
      [](auto& d) { d.class_of.pop_back(); },
      [](auto& d) { d.spectra.pop_back(); },
      [](auto& d) { d.spectra[0] = 1.001; },
      [](auto& d) { d.spectra[0] = std::nan(""); },
      [=](auto& d) { d.spectra[0] = infinite; },
      [](auto& d) { d.soap.n_max = 3; },
      [](auto& d) { d.soap.sigma_angstrom = -1.0; },
      [](auto& d) { d = {}; },
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    auto dictionary = small_dictionary();
    faults[i](dictionary);
    EXPECT_THROW(write_dictionary(dictionary, path()), InputError) << i;
    EXPECT_FALSE(std::filesystem::exists(path())) << i;
  }
}

TEST_F(DictionaryFile, MoreThan255EnvironmentsAreTooMany) {
  auto d = small_dictionary();
  const std::vector<double> row(d.spectra.begin(), d.spectra.begin() + 6);
  while (d.environments.size() < 255) {
    d.environments.push_back("e" + std::to_string(d.environments.size()));
    d.class_of.push_back(0);
    d.spectra.insert(d.spectra.end(), row.begin(), row.end());
  }
  write_dictionary(d, path());
  EXPECT_EQ(read_dictionary(path()).size(), 255U);
  d.environments.emplace_back("one more");
  d.class_of.push_back(0);
  d.spectra.insert(d.spectra.end(), row.begin(), row.end());
  EXPECT_THROW(write_dictionary(d, path()), InputError);
}

/// What a file may hold instead.
struct Contents {
  std::string format = "adatom dictionary of atomic environments";
  double version = 1.0;
  std::string environments = "a\nb";
  std::string classes = "x\ny";
  std::string basis = "gto";
  double n_max = 1.0;
  std::vector<std::uint64_t> shape = {2, 1};
  std::vector<double> spectra = {1.0, 1.0};
  std::vector<std::uint8_t> class_of = {0, 1};
  bool has_sigma = true;
};

void write_contents(const Contents& contents, const std::filesystem::path& path) {
  storage::Hdf5Writer file(path);
  file.set("/", "format", contents.format);
  file.set("/", "format_version", contents.version);
  file.set("/", "element", "Au");
  file.set("/", "environments", contents.environments);
  file.set("/", "classes", contents.classes);
  for (const char* name : {"r_cut_angstrom", "weighting_c", "weighting_m", "weighting_d",
                           "weighting_r0_angstrom", "weighting_threshold"}) {
    file.set("/", name, name[0] == 'r' ? 4.5 : 1.0);
  }
  if (contents.has_sigma) file.set("/", "sigma_angstrom", 1.0);
  file.set("/", "n_max", contents.n_max);
  file.set("/", "l_max", 0.0);
  file.set("/", "basis", contents.basis);
  file.set("/", "weighting", "none");
  const std::vector<std::uint64_t> origin(contents.shape.size(), 0);
  file.create_dataset("/spectra", storage::Hdf5Type::float64, contents.shape);
  file.write("/spectra", origin, contents.shape, std::as_bytes(std::span(contents.spectra)));
  const std::vector<std::uint64_t> zero = {0};
  const std::vector<std::uint64_t> list = {contents.class_of.size()};
  file.create_dataset("/class", storage::Hdf5Type::uint8, list);
  file.write("/class", zero, list, std::as_bytes(std::span(contents.class_of)));
  file.close();
}

TEST_F(DictionaryFile, RefusesDamagedFilesAndSaysWhatIsWrong) {
  write_contents({}, path());
  ASSERT_EQ(complaint_of(path()), "");
  const std::vector<std::pair<Contents, const char*>> faults = {
      {{.format = "something else"}, "'format'"},
      {{.version = 2.0}, "format version 2"},
      {{.environments = "a\na"}, "'a' occurs twice"},
      {{.environments = "a\n"}, "name is empty"},
      {{.environments = "a\nb\nc"}, "a row for each"},
      {{.classes = "x\nx"}, "'x' occurs twice"},
      {{.classes = "x"}, "class without a name"},
      {{.classes = "x\ny\nz"}, "of the class 'z'"},
      {{.basis = "other"}, "basis is 'other'"},
      {{.n_max = 1.5}, "n_max is 1.5"},
      {{.n_max = 1e30}, "n_max is 1e+30"},
      {{.n_max = 2.0}, "3 values for each"},
      {{.n_max = -1.0}, "n_max"},
      {{.shape = {1, 2}}, "a row for each"},
      {{.shape = {2}}, "another type or shape"},
      {{.spectra = {1.0, 0.5}}, "'b' does not have length 1"},
      {{.spectra = {std::nan(""), 1.0}}, "'a' does not have length 1"},
      {{.class_of = {0, 1, 1}}, "a row for each"},
      {{.class_of = {0, 7}}, "class without a name"},
      {{.has_sigma = false}, "sigma_angstrom is missing"},
  };
  for (const auto& [contents, expected] : faults) {
    write_contents(contents, path());
    const auto complaint = complaint_of(path());
    EXPECT_NE(complaint.find(expected), std::string::npos) << expected << ": " << complaint;
    EXPECT_NE(complaint.find("a.h5"), std::string::npos) << complaint;
  }
}

TEST_F(DictionaryFile, RefusesWhatIsNoDictionary) {
  EXPECT_NE(complaint_of(path("missing.h5")), "");
  storage::write_file(path(), "environment,class\n");
  EXPECT_NE(complaint_of(path()), "");
  write_dictionary(small_dictionary(), path());
  const auto whole = storage::read_file(path());
  for (const std::size_t kept : {std::size_t{0}, std::size_t{8}, whole.size() / 2}) {
    storage::write_file(path(), std::string_view(whole).substr(0, kept));
    EXPECT_NE(complaint_of(path()), "") << kept;
  }
}

}  // namespace
}  // namespace adatom::dynamics
