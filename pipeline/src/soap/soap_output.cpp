#include "soap/soap_output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <numeric>
#include <span>
#include <stdexcept>
#include <system_error>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "adatom/storage/npy.h"

namespace adatom::pipeline {
namespace {

using storage::Hdf5Type;
using storage::Hdf5Writer;

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw_file_error({.what = "cannot be written",
                    .where = path.string(),
                    .why = {},
                    .remedy = "free space on the disk, or name another file with -o"},
                   error);
}

void write_npy(const std::filesystem::path& out, const SoapFacts& facts, SoapParts& parts) {
  std::vector<std::size_t> shape = {facts.frames, facts.atoms, facts.values};
  if (facts.frames == 1) shape.erase(shape.begin());
  const std::string header = storage::encode_npy_header(storage::NpyType::float64, shape);
  if (header.size() != SoapParts::header_bytes) {
    throw std::logic_error("the header of an NPY file has another length than expected");
  }
  {
    std::fstream file(parts.values_path(), std::ios::in | std::ios::out | std::ios::binary);
    file.write(header.data(), static_cast<std::streamsize>(header.size()));
    if (!file.flush()) fail(out, EIO);
  }
  parts.sync();
  std::error_code error;
  std::filesystem::rename(parts.values_path(), out, error);
  if (error) fail(out, error.value());
}

/// Options as attributes of their own kind.
class Attributes final : public OptionVisitor {
 public:
  using OptionVisitor::visit;
  Attributes(Hdf5Writer& file, std::string path) : file_(file), path_(std::move(path)) {}
  void visit(const Field& field, bool& value) override {
    file_.set_flag(path_, std::string(field.name).c_str(), value);
  }
  void visit(const Field& field, std::int64_t& value) override { set(field, value); }
  void visit(const Field& field, double& value) override { set(field, value); }
  void visit(const Field& field, std::string& value) override {
    set(field, std::string_view(value));
  }
  void visit(const Field& field, InputFile& value) override {
    set(field, std::string_view(value.path));
  }
  void visit(const Field& field, std::optional<double>& value) override {
    if (value) set(field, *value);
  }
  void visit(const Field& field, std::optional<std::int64_t>& value) override {
    if (value) set(field, *value);
  }
  void visit(const Field& /*field*/, std::vector<double>& /*value*/) override {}
  void visit(const Field& field, Choice& value) override {
    set(field, std::string_view(value.names[value.index]));
  }
  void begin_group(std::string_view /*name*/, std::string_view /*help*/) override {}
  void end_group() override {}

 private:
  template <class T>
  void set(const Field& field, T value) {
    file_.set(path_, std::string(field.name).c_str(), value);
  }
  Hdf5Writer& file_;
  std::string path_;
};

void describe(Hdf5Writer& file, const SoapFacts& facts) {
  const char* path = "/soap";
  SoapCommandOptions options = facts.options;
  Attributes attributes(file, path);
  options.soap.describe(attributes);
  std::string names;
  for (const auto& element : facts.elements) names += (names.empty() ? "" : " ") + element;
  file.set(path, "species", names);
  file.set(path, "axis_order", "frame, atom, value");
  file.set(path, "value_order",
           options.layout == descriptors::SpectrumLayout::full
               ? "pair of species (first <= second), l, n, n'"
               : "pair of species (first <= second), l, n, n' (n' >= n within a species)");
  Choice layout{EnumNames<descriptors::SpectrumLayout>::names,
                static_cast<std::size_t>(options.layout)};
  file.set(path, "layout", layout.names[layout.index]);
  file.set_flag(path, "normalised", options.normalise);
  file.set(path, "units", options.normalise ? "1" : "angstrom^3");
  file.set(path, "length_unit", "angstrom");
  file.set(path, "reach", facts.reach_angstrom);
  Choice periodic{EnumNames<SeriesBox>::names, static_cast<std::size_t>(options.input.periodic)};
  file.set(path, "periodic", periodic.names[periodic.index]);
  file.set(path, "kernel", facts.kernel);
}

template <class T>
void write_list(Hdf5Writer& file, const char* path, Hdf5Type type, const std::vector<T>& values) {
  const std::array<std::uint64_t, 1> begin = {0};
  const std::array<std::uint64_t, 1> count = {values.size()};
  file.create_dataset(path, type, count);
  file.write(path, begin, count, std::as_bytes(std::span(values)));
}

void write_values(Hdf5Writer& file, const SoapFacts& facts, const SoapParts& parts,
                  Progress& progress) {
  // A block of atoms at a time: a frame may be large.
  const std::size_t rows =
      std::clamp<std::size_t>((std::size_t{1} << 20U) / facts.values, 1, facts.atoms);
  std::vector<double> block(rows * facts.values);
  std::ifstream from(parts.values_path(), std::ios::binary);
  from.seekg(static_cast<std::streamoff>(SoapParts::header_bytes));
  progress.begin("HDF5", facts.frames);
  for (std::size_t frame = 0; frame < facts.frames; ++frame) {
    stop_if_cancelled(progress);
    for (std::size_t atom = 0; atom < facts.atoms; atom += rows) {
      const std::size_t count = std::min(rows, facts.atoms - atom);
      const auto bytes = std::as_writable_bytes(std::span(block).first(count * facts.values));
      if (!from.read(reinterpret_cast<char*>(bytes.data()),
                     static_cast<std::streamsize>(bytes.size()))) {
        fail(parts.values_path(), EIO);
      }
      const std::array<std::uint64_t, 3> begin = {frame, atom, 0};
      const std::array<std::uint64_t, 3> shape = {1, count, facts.values};
      file.write("/soap", begin, shape, bytes);
    }
    progress.advance(1);
  }
}

void write_hdf5(const std::filesystem::path& out, const SoapFacts& facts, const SoapParts& parts,
                Progress& progress) {
  storage::FileWriter place(out);
  {
    Hdf5Writer file(place.partial());
    const std::array<std::uint64_t, 3> shape = {facts.frames, facts.atoms, facts.values};
    file.create_dataset("/soap", Hdf5Type::float64, shape);
    describe(file, facts);
    std::vector<std::int64_t> ids = facts.atom_ids;
    if (ids.empty()) {
      ids.resize(facts.atoms);
      std::iota(ids.begin(), ids.end(), 1);
    }
    write_list(file, "/atom_id", Hdf5Type::int64, ids);
    if (!facts.time_ps.empty()) write_list(file, "/time_ps", Hdf5Type::float64, facts.time_ps);
    write_values(file, facts, parts, progress);
    file.close();
  }
  place.commit();
}

}  // namespace

SoapFormat soap_format(const std::filesystem::path& out) {
  std::error_code ignored;
  if (std::filesystem::is_directory(out, ignored)) {
    throw InputError({.what = "is a folder", .where = out.string(), .why = {}, .remedy = {}});
  }
  const std::string extension = out.extension().string();
  if (extension == ".npy") return SoapFormat::npy;
  if (extension == ".h5" || extension == ".hdf5") return SoapFormat::hdf5;
  throw InputError({.what = "spectra are not written in such a file",
                    .where = out.string(),
                    .why = fmt::format("its name ends in \"{}\"", extension),
                    .remedy = "name it .npy (NumPy) or .h5 (HDF5)"});
}

void write_soap(const std::filesystem::path& out, const SoapFacts& facts, SoapParts& parts,
                Progress& progress) {
  if (soap_format(out) == SoapFormat::npy) {
    write_npy(out, facts, parts);
  } else {
    write_hdf5(out, facts, parts, progress);
  }
  parts.finish();
}

}  // namespace adatom::pipeline
