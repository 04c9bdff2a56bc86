#pragma once
// What the user hears of a calculation while it runs.
#include <functional>
#include <string>

namespace adatom::pipeline {

/// Takes a line for the screen. What is said is no result: it may name paths.
using Say = std::function<void(const std::string& line)>;

}  // namespace adatom::pipeline
