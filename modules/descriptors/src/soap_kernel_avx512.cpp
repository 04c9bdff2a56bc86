// Built with -march=x86-64-v4: called only where the processor has it.
#if defined(__AVX512F__)
#include "soap_kernel.h"
#include "soap_kernel_includes.h"

namespace adatom::descriptors {
namespace avx512 {

constexpr std::size_t width = 8;
constexpr std::size_t most_sums = 17;
#include "soap_kernel_body.h"

}  // namespace avx512

const SoapKernels avx512_soap_kernels = {"AVX-512", avx512::accumulate, avx512::power};

}  // namespace adatom::descriptors
#endif
