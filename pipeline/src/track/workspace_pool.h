#pragma once
// The memory of the search for particles: as many as there are threads that search, not frames.
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "adatom/tracking/detect.h"

namespace adatom::pipeline {

class WorkspacePool {
 public:
  /// One that nobody else has; it comes back when it is let go.
  class Taken {
   public:
    Taken(WorkspacePool& pool, std::unique_ptr<tracking::DetectWorkspace> memory)
        : pool_(pool), memory_(std::move(memory)) {}
    ~Taken() { pool_.give_back(std::move(memory_)); }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    tracking::DetectWorkspace& operator*() { return *memory_; }

   private:
    WorkspacePool& pool_;
    std::unique_ptr<tracking::DetectWorkspace> memory_;
  };

  [[nodiscard]] Taken take() {
    const std::scoped_lock lock(mutex_);
    if (free_.empty()) return {*this, std::make_unique<tracking::DetectWorkspace>()};
    auto memory = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(memory)};
  }

 private:
  void give_back(std::unique_ptr<tracking::DetectWorkspace> memory) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(memory));
  }
  std::mutex mutex_;
  std::vector<std::unique_ptr<tracking::DetectWorkspace>> free_;
};

}  // namespace adatom::pipeline
