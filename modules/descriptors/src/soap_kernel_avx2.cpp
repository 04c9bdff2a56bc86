// Built with -march=x86-64-v3: called only where the processor has it.
#if defined(__AVX2__)
#include "soap_kernel.h"
#include "soap_kernel_includes.h"

namespace adatom::descriptors {
namespace avx2 {

constexpr std::size_t width = 4;
constexpr std::size_t most_sums = 6;
#include "soap_kernel_body.h"

}  // namespace avx2

const SoapKernels avx2_soap_kernels = {"AVX2", avx2::accumulate, avx2::power};

}  // namespace adatom::descriptors
#endif
