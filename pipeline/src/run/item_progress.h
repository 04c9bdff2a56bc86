#pragma once
// Progress of one of many items: the whole counts items, an item's own steps stay unseen.
#include <atomic>

#include "adatom/base/progress.h"

namespace adatom::pipeline {

class ItemProgress final : public Progress {
 public:
  explicit ItemProgress(Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  void advance_found(std::size_t steps) override {
    if (steps > 0) found_ = true;
  }
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }
  /// The item is done.
  void finish() {
    if (found_) {
      whole_.advance_found(1);
    } else {
      whole_.advance(1);
    }
  }

 private:
  Progress& whole_;
  std::atomic<bool> found_ = false;  ///< an earlier program had begun it
};

}  // namespace adatom::pipeline
