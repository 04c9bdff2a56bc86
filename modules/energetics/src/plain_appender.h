// Lists of neighbours that grow one by one; included once by each instruction set's file, inside a
// namespace of its own.

/// Appends to its own list of each of `count` atoms the neighbours with u below a limit.
template <std::size_t count>
struct PlainAppender {
  explicit PlainAppender(std::int32_t* list) : out(list) {}
  // Every neighbour is written down; those too far away are overwritten by the next.
  void add(const std::int32_t* neighbours, const float* u, float limit) {
    for (std::size_t i = 0; i < count; ++i) {
      out[found[i] * count + i] = neighbours[i];
      found[i] += u[i] < limit ? 1U : 0U;
    }
  }
  /// Fills up with `nobody`, and returns how many vectors there are.
  std::uint32_t finish(std::int32_t nobody) {
    std::uint32_t largest = 0;
    for (const std::uint32_t one : found) largest = one > largest ? one : largest;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::uint32_t k = found[i]; k < largest; ++k) out[k * count + i] = nobody;
    }
    return largest;
  }
  std::int32_t* out;
  std::uint32_t found[count] = {};
};
