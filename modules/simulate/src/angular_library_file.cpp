// Libraries by scattering angle as HDF5.
#include <cmath>
#include <cstring>
#include <span>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"

namespace adatom::simulate {
namespace {

constexpr const char* dataset = "/scs_angstrom2";
constexpr const char* format_name = "adatom library of scattering cross-sections by angle";
constexpr std::int64_t format_version = 1;

// What a file may declare; far above anything calculated.
constexpr std::uint64_t most_values = 1U << 28U;

[[noreturn]] void refuse(const std::filesystem::path& path, std::string why) {
  throw InputError(Complaint{"this is no library of cross-sections by angle", path.string(),
                             std::move(why), "make one with adatom simulate scs-library"});
}

double required_number(const storage::Hdf5Reader& file, const std::filesystem::path& path,
                       const std::string& object, const char* name) {
  const auto value = file.number(object, name);
  if (!value || !std::isfinite(*value) || *value <= 0.0) {
    refuse(path, std::string("its attribute ") + name + " is missing or not above zero");
  }
  return *value;
}

std::string required_text(const storage::Hdf5Reader& file, const std::filesystem::path& path,
                          const char* name) {
  const auto value = file.text("/", name);
  if (!value || value->empty()) refuse(path, std::string("its attribute ") + name + " is missing");
  return *value;
}

LibraryConditions read_conditions(const storage::Hdf5Reader& file,
                                  const std::filesystem::path& path) {
  LibraryConditions conditions;
  conditions.element = required_text(file, path, "element");
  conditions.zone_axis = required_text(file, path, "zone_axis");
  conditions.scattering_factors = required_text(file, path, "scattering_factors");
  const auto number = [&](const char* name) { return required_number(file, path, "/", name); };
  conditions.lattice_parameter_angstrom = number("lattice_parameter_angstrom");
  if (file.number("/", "temperature_k")) conditions.temperature_k = number("temperature_k");
  conditions.voltage_kv = number("voltage_kv");
  conditions.aperture_mrad = number("aperture_mrad");
  // Zero for atoms at rest.
  const auto displacement = file.number("/", "rms_displacement_angstrom");
  if (!displacement || !std::isfinite(*displacement) || *displacement < 0.0) {
    refuse(path, "its attribute rms_displacement_angstrom is missing or negative");
  }
  conditions.rms_displacement_angstrom = *displacement;
  return conditions;
}

}  // namespace

void write_angular_library(const AngularLibrary& library, const std::filesystem::path& path) {
  storage::FileWriter target(path);
  storage::Hdf5Writer file(target.partial());
  const LibraryConditions& conditions = library.conditions;
  file.set("/", "format", format_name);
  file.set("/", "format_version", format_version);
  file.set("/", "element", conditions.element);
  file.set("/", "zone_axis", conditions.zone_axis);
  file.set("/", "lattice_parameter_angstrom", conditions.lattice_parameter_angstrom);
  if (conditions.temperature_k) file.set("/", "temperature_k", *conditions.temperature_k);
  file.set("/", "rms_displacement_angstrom", conditions.rms_displacement_angstrom);
  file.set("/", "voltage_kv", conditions.voltage_kv);
  file.set("/", "aperture_mrad", conditions.aperture_mrad);
  file.set("/", "scattering_factors", conditions.scattering_factors);

  const auto size = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
  const std::vector<std::uint64_t> shape = {size(library.batches), size(library.atoms),
                                            size(library.bins)};
  // One batch a chunk: it packs as well as smaller ones, and files stay within a few chunks.
  const std::vector<std::uint64_t> chunk = {1, shape[1], shape[2]};
  file.create_packed_dataset(dataset, storage::Hdf5Type::float32, shape, chunk);
  file.set(dataset, "axes", "batch, atom_count, angle");
  file.set(dataset, "units", "angstrom^2");
  file.set(dataset, "first_atom_count", std::int64_t{1});
  file.set(dataset, "first_angle_mrad", 0.0);
  file.set(dataset, "bin_mrad", library.bin_mrad);
  const std::vector<std::uint64_t> begin = {0, 0, 0};
  file.write(dataset, begin, shape, std::as_bytes(std::span(library.scs_angstrom2)));
  file.close();
  target.commit();
}

AngularLibrary read_angular_library(const std::filesystem::path& path) {
  const storage::Hdf5Reader file(path);
  if (file.text("/", "format") != format_name || !file.is_dataset(dataset)) {
    refuse(path, "the dataset /scs_angstrom2 or the attribute 'format' is missing");
  }
  const double version = file.number("/", "format_version").value_or(0.0);
  if (version != static_cast<double>(format_version)) {
    refuse(path, "it has format version " + shortest(version) + ", this program reads " +
                     std::to_string(format_version));
  }
  AngularLibrary library;
  library.conditions = read_conditions(file, path);
  library.bin_mrad = required_number(file, path, dataset, "bin_mrad");
  const storage::Hdf5Dataset about = file.dataset(dataset);
  if (about.type != storage::Hdf5Type::float32 || about.shape.size() != 3) {
    refuse(path, "/scs_angstrom2 is not of float32 over batch, atom_count and angle");
  }
  std::uint64_t values = 1;
  for (const std::uint64_t size : about.shape) {
    if (size == 0 || size > most_values / values) refuse(path, "its dataset has no sensible size");
    values *= size;
  }
  library.batches = static_cast<std::int64_t>(about.shape[0]);
  library.atoms = static_cast<std::int64_t>(about.shape[1]);
  library.bins = static_cast<std::int64_t>(about.shape[2]);
  const std::vector<std::uint64_t> begin = {0, 0, 0};
  const Bytes bytes = file.read(dataset, begin, about.shape);
  library.scs_angstrom2.resize(values);
  std::memcpy(library.scs_angstrom2.data(), bytes.data(), bytes.size());
  for (const float value : library.scs_angstrom2) {
    if (!std::isfinite(value) || value < 0.0F) {
      refuse(path, "it holds values that are negative or not finite");
    }
  }
  return library;
}

}  // namespace adatom::simulate
