// What every processor can do.
#include "soap_kernel.h"
#include "soap_kernel_includes.h"

namespace adatom::descriptors {
namespace portable {

constexpr std::size_t width = 2;
constexpr std::size_t most_sums = 3;
#include "soap_kernel_body.h"

}  // namespace portable

const SoapKernels portable_soap_kernels = {"portable", portable::accumulate, portable::power};

}  // namespace adatom::descriptors
