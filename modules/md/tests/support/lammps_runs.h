#pragma once
// Small runs of LAMMPS for tests.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/md/lammps_engine.h"

namespace adatom::md::testing {

/// Is there a program `lmp` in PATH?
[[nodiscard]] bool have_lammps();

/// A truncated octahedron of 38 atoms held together by a Lennard-Jones potential, which any LAMMPS
/// has: argon as heavy as gold. No minimisation, NVE from 30 K, a snapshot every 10 steps.
[[nodiscard]] LammpsJob small_job(std::int64_t steps);

[[nodiscard]] std::string read(const std::filesystem::path& path);

/// Every snapshot of a dump, in the order of the file.
[[nodiscard]] std::vector<crystal::Structure> read_snapshots(const std::filesystem::path& dump);

/// A restart file: the fields in the order in which LAMMPS of 29 Sep 2021 writes them (a
/// hexadecimal dump of such a file), then atoms that mean nothing here.
[[nodiscard]] std::string restart_bytes(std::int64_t step);

/// A file that the shell can run.
std::string write_program(const std::filesystem::path& path, const std::string& script);

/// The text of an error, "" if none is thrown.
template <class Error, class Body>
std::string message_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Asks to stop once a task of that name has come so far.
class StopAt final : public Progress {
 public:
  StopAt(std::string task, std::size_t steps) : task_(std::move(task)), steps_(steps) {}
  void begin(std::string_view task, std::size_t /*total*/) override {
    current_ = task;
    tasks_.emplace_back(task);
    done_ = 0;
  }
  void advance(std::size_t steps) override { done_ += steps; }
  void advance_found(std::size_t steps) override { found_ += steps; }
  [[nodiscard]] bool cancelled() const override { return current_ == task_ && done_ >= steps_; }
  [[nodiscard]] const std::vector<std::string>& tasks() const { return tasks_; }
  [[nodiscard]] std::size_t done() const { return done_; }
  [[nodiscard]] std::size_t found() const { return found_; }

 private:
  std::string task_;
  std::size_t steps_;
  std::string current_;
  std::vector<std::string> tasks_;
  std::size_t done_ = 0;
  std::size_t found_ = 0;
};

}  // namespace adatom::md::testing

/// Leaves the test as skipped where there is no LAMMPS.
#define ADATOM_REQUIRE_LAMMPS()                                                      \
  if (!adatom::md::testing::have_lammps()) GTEST_SKIP() << "no program lmp in PATH"; \
  static_assert(true)
