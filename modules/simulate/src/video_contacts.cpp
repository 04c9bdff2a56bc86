#include "video_contacts.h"

#include <algorithm>
#include <cmath>

namespace adatom::simulate {

long long DiscBuckets::index(double at) const {
  return static_cast<long long>(std::floor(at / side_));
}

void DiscBuckets::move(std::size_t disc, double from_x, double from_y, double to_x, double to_y) {
  const Key from = key(from_x, from_y);
  const Key to = key(to_x, to_y);
  if (from == to) return;
  auto& list = buckets_[from];
  list.erase(std::find(list.begin(), list.end(), disc));
  buckets_[to].push_back(disc);
}

}  // namespace adatom::simulate
