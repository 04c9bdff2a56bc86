#pragma once
// What soap_kernel_body.h uses: it stands inside a namespace.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
