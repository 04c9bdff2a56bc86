#pragma once
// Which discs are near a place: buckets of a plane.
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace adatom::simulate {

/// Discs by index; the caller keeps where they are.
class DiscBuckets {
 public:
  /// @param side of a bucket, about the largest diameter
  explicit DiscBuckets(double side) : side_(side) {}
  void insert(std::size_t disc, double x, double y) { buckets_[key(x, y)].push_back(disc); }
  void move(std::size_t disc, double from_x, double from_y, double to_x, double to_y);
  /// Calls visit(disc) for every disc whose centre may lie within `reach` of the place.
  template <class Visit>
  void near(double x, double y, double reach, const Visit& visit) const {
    for (long long j = index(y - reach); j <= index(y + reach); ++j) {
      for (long long i = index(x - reach); i <= index(x + reach); ++i) {
        const auto found = buckets_.find({i, j});
        if (found == buckets_.end()) continue;
        for (const std::size_t disc : found->second) visit(disc);
      }
    }
  }

 private:
  struct Key {
    long long i;
    long long j;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& k) const {
      return static_cast<std::size_t>(k.i) * 0x9e3779b97f4a7c15ULL ^
             static_cast<std::size_t>(k.j) * 0xbf58476d1ce4e5b9ULL;
    }
  };
  [[nodiscard]] long long index(double at) const;
  [[nodiscard]] Key key(double x, double y) const { return {index(x), index(y)}; }
  double side_;
  std::unordered_map<Key, std::vector<std::size_t>, Hash> buckets_;
};

}  // namespace adatom::simulate
