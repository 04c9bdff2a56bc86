#pragma once
// Progress of one of many items: the whole counts items, an item's own steps stay unseen.
#include "adatom/base/progress.h"

namespace adatom::pipeline {

class ItemProgress final : public Progress {
 public:
  explicit ItemProgress(const Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  const Progress& whole_;
};

}  // namespace adatom::pipeline
