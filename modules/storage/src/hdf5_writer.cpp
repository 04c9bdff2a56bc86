#include <array>
#include <cstring>
#include <map>

#include "adatom/base/system_failure.h"
#include "hdf5_handle.h"

namespace adatom::storage {
namespace {

// Named, so that the bytes do not hang on the library's default; more packs hardly better.
constexpr unsigned deflate_level = 6;

}  // namespace

struct Hdf5Writer::State {
  std::string where;
  Hdf5Handle file;
  std::map<std::string, std::pair<Hdf5Handle, Hdf5Type>> datasets;

  void require(bool done) const {
    if (done) return;
    throw SystemFailure(Complaint{"cannot be written", where, "the HDF5 library reports an error",
                                  "free space on the disk or choose another folder"});
  }
  void set(const std::string& path, const char* attribute, hid_t type, const void* value) const {
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Handle created(H5Acreate_by_name(file.id(), path.c_str(), attribute, type, space.id(),
                                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
    require(created.valid() && H5Awrite(created.id(), type, value) >= 0);
  }
  void create_dataset(const std::string& path, Hdf5Type type, std::span<const std::uint64_t> shape,
                      hid_t plan) {
    const std::vector<hsize_t> sizes(shape.begin(), shape.end());
    const Hdf5Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
                           H5Sclose);
    H5Pset_obj_track_times(plan, 0);
    Hdf5Handle data(H5Dcreate2(file.id(), path.c_str(), memory_type(type), space.id(), H5P_DEFAULT,
                               plan, H5P_DEFAULT),
                    H5Dclose);
    require(data.valid());
    datasets[path] = {std::move(data), type};
  }
};

Hdf5Writer::Hdf5Writer(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  const Hdf5Turn turn;
  state_->where = path.string();
  state_->file =
      Hdf5Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  if (!state_->file.valid()) {
    throw InputError(Complaint{"cannot be written", state_->where,
                               "the HDF5 library cannot create it", "choose another folder"});
  }
}

Hdf5Writer::~Hdf5Writer() {
  const Hdf5Turn turn;
  state_.reset();
}

void Hdf5Writer::create_group(const std::string& path) {
  const Hdf5Turn turn;
  const Hdf5Handle plan(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(plan.id(), 0);
  const Hdf5Handle group(
      H5Gcreate2(state_->file.id(), path.c_str(), H5P_DEFAULT, plan.id(), H5P_DEFAULT), H5Gclose);
  state_->require(group.valid());
}

void Hdf5Writer::set(const std::string& path, const char* attribute, double value) {
  const Hdf5Turn turn;
  state_->set(path, attribute, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5Writer::set(const std::string& path, const char* attribute, std::int64_t value) {
  const Hdf5Turn turn;
  state_->set(path, attribute, H5T_NATIVE_INT64, &value);
}

void Hdf5Writer::set(const std::string& path, const char* attribute, std::string_view text) {
  const Hdf5Turn turn;
  const std::string content(text);
  const char* pointer = content.c_str();
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  state_->set(path, attribute, type.id(), &pointer);
}

void Hdf5Writer::set_flag(const std::string& path, const char* attribute, bool value) {
  const Hdf5Turn turn;
  const Hdf5Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose);
  std::int8_t number = 0;
  H5Tenum_insert(type.id(), "FALSE", &number);
  number = 1;
  H5Tenum_insert(type.id(), "TRUE", &number);
  number = value ? 1 : 0;
  state_->set(path, attribute, type.id(), &number);
}

void Hdf5Writer::create_dataset(const std::string& path, Hdf5Type type,
                                std::span<const std::uint64_t> shape) {
  const Hdf5Turn turn;
  const Hdf5Handle plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  state_->create_dataset(path, type, shape, plan.id());
}

void Hdf5Writer::create_packed_dataset(const std::string& path, Hdf5Type type,
                                       std::span<const std::uint64_t> shape,
                                       std::span<const std::uint64_t> chunk) {
  const Hdf5Turn turn;
  const Hdf5Handle plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const std::vector<hsize_t> sizes(chunk.begin(), chunk.end());
  state_->require(sizes.size() == shape.size() &&
                  H5Pset_chunk(plan.id(), static_cast<int>(sizes.size()), sizes.data()) >= 0 &&
                  H5Pset_shuffle(plan.id()) >= 0 && H5Pset_deflate(plan.id(), deflate_level) >= 0);
  state_->create_dataset(path, type, shape, plan.id());
}

void Hdf5Writer::write(const std::string& path, std::span<const std::uint64_t> begin,
                       std::span<const std::uint64_t> count, std::span<const std::byte> bytes) {
  const Hdf5Turn turn;
  const auto& [data, type] = state_->datasets.at(path);
  const std::vector<hsize_t> start(begin.begin(), begin.end());
  const std::vector<hsize_t> block(count.begin(), count.end());
  const Hdf5Handle space(H5Dget_space(data.id()), H5Sclose);
  const Hdf5Handle memory(H5Screate_simple(static_cast<int>(block.size()), block.data(), nullptr),
                          H5Sclose);
  state_->require(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr,
                                      block.data(), nullptr) >= 0 &&
                  H5Dwrite(data.id(), memory_type(type), memory.id(), space.id(), H5P_DEFAULT,
                           bytes.data()) >= 0);
}

void Hdf5Writer::close() {
  const Hdf5Turn turn;
  bool done = true;
  for (auto& [path, entry] : state_->datasets) done = entry.first.reset() && done;
  state_->require(state_->file.reset() && done);
}

}  // namespace adatom::storage
