#include "lammps_follower.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace adatom::md {
namespace {

std::size_t total(std::int64_t steps) {
  return static_cast<std::size_t>(std::max<std::int64_t>(steps, 0));
}

}  // namespace

LammpsFollower::LammpsFollower(std::filesystem::path log, const LammpsJob& job,
                               std::int64_t first_step, Progress& progress)
    : path_(std::move(log)), job_(job), first_step_(first_step), progress_(progress) {
  if (std::filesystem::exists(path_)) {
    read_ = static_cast<std::streamoff>(std::filesystem::file_size(path_));
  }
}

void LammpsFollower::look() {
  std::ifstream file(path_, std::ios::binary);
  if (!file) return;
  file.seekg(read_);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string piece = text.str();
  read_ += static_cast<std::streamoff>(piece.size());
  reader_.add(piece);
  tell();
}

// Several parts of the run may have passed since the last look.
void LammpsFollower::tell() {
  const auto& tables = reader_.log().tables;
  for (; table_ < tables.size(); ++table_) {
    const LammpsTable& table = tables[table_];
    if (!begun_) begin(table.part);
    begun_ = true;
    if (!table.rows.empty()) {
      const auto step = static_cast<std::int64_t>(table.rows.back().front());
      if (step > done_) progress_.advance(total(step - done_));
      done_ = std::max(done_, step);
    }
    if (table_ + 1 == tables.size()) break;  // it may grow
    begun_ = false;
  }
}

void LammpsFollower::begin(const std::string& part) {
  done_ = 0;
  if (part == "minimisation") {
    progress_.begin("minimise", total(job_.minimisation->max_iterations));
  } else if (part == "thermalisation") {
    progress_.begin("thermalise", total(job_.thermalisation->steps));
  } else if (part == "dynamics") {
    progress_.begin("dynamics", total(job_.steps));
    progress_.advance_found(total(first_step_));
    done_ = first_step_;
  }
}

}  // namespace adatom::md
