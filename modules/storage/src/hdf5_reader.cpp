#include <algorithm>
#include <cstring>
#include <fstream>

#include "adatom/base/error.h"
#include "hdf5_handle.h"

namespace adatom::storage {
namespace {

constexpr std::size_t most_members = 100'000;
constexpr std::size_t longest_text = 1U << 20U;
// Deflate packs at most so well; other filters of real files less.
constexpr std::uint64_t best_packing = 1032;
/// Chunks up to this size are believed whatever they are packed to.
constexpr std::uint64_t small_block = 16U << 20U;

Hdf5Type number_type(hid_t type) {
  const std::size_t size = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: {
      const bool has_sign = H5Tget_sign(type) == H5T_SGN_2;
      switch (size) {
        case 1:
          return has_sign ? Hdf5Type::int8 : Hdf5Type::uint8;
        case 2:
          return has_sign ? Hdf5Type::int16 : Hdf5Type::uint16;
        case 4:
          return has_sign ? Hdf5Type::int32 : Hdf5Type::uint32;
        case 8:
          return has_sign ? Hdf5Type::int64 : Hdf5Type::uint64;
        default:
          return Hdf5Type::other;
      }
    }
    case H5T_FLOAT:
      return size <= 4 ? Hdf5Type::float32 : size == 8 ? Hdf5Type::float64 : Hdf5Type::other;
    case H5T_COMPOUND: {
      if (H5Tget_nmembers(type) != 2) return Hdf5Type::other;
      return H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT
                 ? Hdf5Type::complex
                 : Hdf5Type::other;
    }
    default:
      return Hdf5Type::other;
  }
}

/// The single text that `read` (an attribute or dataset) holds.
template <class Read>
std::optional<std::string> text_of(hid_t type, hid_t space, const Read& read) {
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
    return std::nullopt;
  }
  const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
  if (H5Tis_variable_str(type) > 0) {
    H5Tset_size(memory.id(), H5T_VARIABLE);
    H5Tset_cset(memory.id(), H5Tget_cset(type));
    char* content = nullptr;
    if (read(memory.id(), &content) < 0 || content == nullptr) return std::nullopt;
    std::string text(content, ::strnlen(content, longest_text));
    H5free_memory(content);
    return text;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > longest_text) return std::nullopt;
  std::string text(size, '\0');
  H5Tset_size(memory.id(), size);
  H5Tset_strpad(memory.id(), H5Tget_strpad(type));
  H5Tset_cset(memory.id(), H5Tget_cset(type));
  if (read(memory.id(), text.data()) < 0) return std::nullopt;
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

}  // namespace

struct Hdf5Reader::State {
  std::string where;
  std::uint64_t file_bytes = 0;
  Hdf5Handle file;

  [[noreturn]] void refuse(const std::string& what, const std::string& why = {}) const {
    throw InputError(Complaint{what, where, why, "copy the file again"});
  }
  [[nodiscard]] Hdf5Handle object(const std::string& path) const {
    return {H5Oopen(file.id(), path.c_str(), H5P_DEFAULT), H5Oclose};
  }
  [[nodiscard]] H5I_type_t kind(const std::string& path) const {
    // Each link on the way must be there, and inside this file.
    for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
      const std::string part = path.substr(0, slash);
      if (part.empty() || part == "/") break;
      H5L_info_t link;
      if (H5Lexists(file.id(), part.c_str(), H5P_DEFAULT) <= 0 ||
          H5Lget_info(file.id(), part.c_str(), &link, H5P_DEFAULT) < 0 ||
          link.type == H5L_TYPE_EXTERNAL) {
        return H5I_BADID;
      }
      if (slash == std::string::npos) break;
    }
    const Hdf5Handle opened = object(path);
    return opened.valid() ? H5Iget_type(opened.id()) : H5I_BADID;
  }
  [[nodiscard]] Hdf5Handle attribute(const std::string& path, const char* name) const {
    if (H5Aexists_by_name(file.id(), path.c_str(), name, H5P_DEFAULT) <= 0) return {};
    return {H5Aopen_by_name(file.id(), path.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
  }
  [[nodiscard]] Hdf5Handle open_dataset(const std::string& path) const {
    if (kind(path) != H5I_DATASET) refuse("there is no dataset " + path);
    return {H5Dopen2(file.id(), path.c_str(), H5P_DEFAULT), H5Dclose};
  }
  [[nodiscard]] Hdf5Dataset describe(hid_t data, const std::string& path) const;
};

Hdf5Dataset Hdf5Reader::State::describe(hid_t data, const std::string& path) const {
  const Hdf5Handle type(H5Dget_type(data), H5Tclose);
  const Hdf5Handle space(H5Dget_space(data), H5Sclose);
  const Hdf5Handle plan(H5Dget_create_plist(data), H5Pclose);
  if (!type.valid() || !space.valid() || !plan.valid()) refuse(path + " is damaged");
  Hdf5Dataset out;
  out.type = number_type(type.id());
  const int rank = H5Sget_simple_extent_ndims(space.id());
  if (rank < 0 || rank > H5S_MAX_RANK) refuse(path + " is damaged");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr);
  out.shape.assign(sizes.begin(), sizes.end());
  const H5D_layout_t layout = H5Pget_layout(plan.id());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(plan.id()) > 0) {
    refuse(path + " lies in other files", "only data inside the file are read");
  }
  if (layout == H5D_CHUNKED) {
    H5Pget_chunk(plan.id(), rank, sizes.data());
    out.chunk.assign(sizes.begin(), sizes.end());
  }
  out.stored_bytes = H5Dget_storage_size(data);
  return out;
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  state_->where = path.string();
  std::error_code error;
  state_->file_bytes = std::filesystem::file_size(path, error);
  const Hdf5Turn turn;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
  state_->file = Hdf5Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
  if (!state_->file.valid()) state_->refuse("the HDF5 file cannot be opened", "it is damaged");
}

Hdf5Reader::~Hdf5Reader() {
  const Hdf5Turn turn;
  state_->file.reset();
}

bool Hdf5Reader::is_group(const std::string& path) const {
  const Hdf5Turn turn;
  return state_->kind(path) == H5I_GROUP;
}

bool Hdf5Reader::is_dataset(const std::string& path) const {
  const Hdf5Turn turn;
  return state_->kind(path) == H5I_DATASET;
}

std::vector<std::string> Hdf5Reader::members(const std::string& group) const {
  const Hdf5Turn turn;
  std::vector<std::string> names;
  if (state_->kind(group) != H5I_GROUP) return names;
  const Hdf5Handle opened = state_->object(group);
  hsize_t next = 0;
  const auto visit = [](hid_t, const char* name, const H5L_info_t* link, void* into) -> herr_t {
    auto& list = *static_cast<std::vector<std::string>*>(into);
    if (link->type != H5L_TYPE_EXTERNAL) list.emplace_back(name);
    return list.size() >= most_members ? 1 : 0;
  };
  H5Literate(opened.id(), H5_INDEX_NAME, H5_ITER_INC, &next, visit, &names);
  std::ranges::sort(names);
  return names;
}

std::optional<double> Hdf5Reader::number(const std::string& path, const char* attribute) const {
  const Hdf5Turn turn;
  const Hdf5Handle opened = state_->attribute(path, attribute);
  if (!opened.valid()) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(opened.id()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(opened.id()), H5Sclose);
  const H5T_class_t kind = H5Tget_class(type.id());
  if (H5Sget_simple_extent_npoints(space.id()) != 1) return std::nullopt;
  if (kind == H5T_ENUM) {  // a bool of h5py
    std::int8_t flag = 0;
    if (H5Tget_size(type.id()) != 1 || H5Aread(opened.id(), type.id(), &flag) < 0) return {};
    return flag;
  }
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) return std::nullopt;
  double value = 0.0;
  if (H5Aread(opened.id(), H5T_NATIVE_DOUBLE, &value) < 0) return std::nullopt;
  return value;
}

std::optional<std::string> Hdf5Reader::text(const std::string& path, const char* attribute) const {
  const Hdf5Turn turn;
  const Hdf5Handle opened = state_->attribute(path, attribute);
  if (!opened.valid()) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(opened.id()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(opened.id()), H5Sclose);
  return text_of(type.id(), space.id(),
                 [&](hid_t memory, void* into) { return H5Aread(opened.id(), memory, into); });
}

Hdf5Dataset Hdf5Reader::dataset(const std::string& path) const {
  const Hdf5Turn turn;
  const Hdf5Handle data = state_->open_dataset(path);
  if (!data.valid()) state_->refuse(path + " is damaged");
  return state_->describe(data.id(), path);
}

Bytes Hdf5Reader::read(const std::string& path, std::span<const std::uint64_t> begin,
                       std::span<const std::uint64_t> count) const {
  const Hdf5Turn turn;
  const Hdf5Handle data = state_->open_dataset(path);
  if (!data.valid()) state_->refuse(path + " is damaged");
  const Hdf5Dataset about = state_->describe(data.id(), path);
  const std::size_t size = size_of(about.type);
  if (size == 0 || about.shape.size() != begin.size() || begin.size() != count.size()) {
    state_->refuse(path + " holds no such block of numbers");
  }
  // Before anything is allocated: can the file hold so much? The chunks that are read as a whole
  // count as well.
  std::uint64_t bytes = size;
  std::uint64_t chunk = size;
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (begin[i] > about.shape[i] || count[i] > about.shape[i] - begin[i]) {
      state_->refuse(path + " holds no such block of numbers");
    }
    constexpr std::uint64_t most = std::uint64_t{1} << 62U;
    if (count[i] != 0 && bytes > most / count[i]) state_->refuse(path + " cannot be so large");
    bytes *= count[i];
    if (!about.chunk.empty()) {
      if (about.chunk[i] != 0 && chunk > most / about.chunk[i]) {
        state_->refuse(path + " cannot be so large");
      }
      chunk *= about.chunk[i];
    }
  }
  const std::uint64_t limit =
      about.chunk.empty()
          ? state_->file_bytes
          : small_block + std::min(state_->file_bytes, about.stored_bytes) * best_packing;
  if (bytes > limit || (!about.chunk.empty() && chunk > limit)) {
    state_->refuse(path + " cannot be so large",
                   "the file holds " + std::to_string(about.stored_bytes) + " bytes of it");
  }
  Bytes out(bytes);
  const std::vector<hsize_t> start(begin.begin(), begin.end());
  const std::vector<hsize_t> block(count.begin(), count.end());
  const Hdf5Handle space(H5Dget_space(data.id()), H5Sclose);
  const int rank = static_cast<int>(block.size());
  const Hdf5Handle memory(H5Screate_simple(rank, block.data(), nullptr), H5Sclose);
  const auto read_into = [&](void* target) {
    return H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, block.data(),
                               nullptr) >= 0 &&
           H5Dread(data.id(), memory_type(about.type), memory.id(), space.id(), H5P_DEFAULT,
                   target) >= 0;
  };
  bool done = false;
  if (about.chunk.empty() || bytes == 0) {
    done = read_into(out.data());
  } else {
    const SharedBytes shared(bytes + 1);
    std::byte& success = shared.data()[bytes];
    done =
        hdf5_survives([&] { success = read_into(shared.data()) ? std::byte{1} : std::byte{0}; }) &&
        success == std::byte{1};
    std::memcpy(out.data(), shared.data(), bytes);
  }
  if (!done) state_->refuse(path + " cannot be read", "it is damaged or packed in an unknown way");
  return out;
}

std::optional<std::string> Hdf5Reader::read_text(const std::string& path) const {
  const Hdf5Turn turn;
  const Hdf5Handle data = state_->open_dataset(path);
  if (!data.valid()) return std::nullopt;
  const Hdf5Handle type(H5Dget_type(data.id()), H5Tclose);
  const Hdf5Handle space(H5Dget_space(data.id()), H5Sclose);
  return text_of(type.id(), space.id(), [&](hid_t memory, void* into) {
    return H5Dread(data.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, into);
  });
}

}  // namespace adatom::storage
