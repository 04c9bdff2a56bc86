#pragma once
// ADATOM_CLONES before a function: one copy of it per instruction set, chosen when the program
// starts. The sanitizers do not go together with the resolver functions this needs, and clang 14
// does not know the names.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define ADATOM_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ADATOM_CLONES
#endif
