#include "Kernels.h"

#include <stddef.h>
#include <string.h>

// #embed is C23; the compilers that build this package have it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char optimizers[] = {
#embed "optimizers.cl"
    , 0};

static const char pointwise[] = {
#embed "pointwise.cl"
    , 0};

static const char random[] = {
#embed "random.cl"
    , 0};

static const char reduce[] = {
#embed "reduce.cl"
    , 0};

static const char vectors[] = {
#embed "vectors.cl"
    , 0};

static const struct {
  const char *name;
  const char *text;
} sources[] = {
    {"optimizers", optimizers},
    {"pointwise", pointwise},
    {"random", random},
    {"reduce", reduce},
    {"vectors", vectors},
};

const char *needletailKernelSource(const char *name) {
  for (size_t i = 0; i < sizeof sources / sizeof *sources; ++i)
    if (strcmp(sources[i].name, name) == 0) return sources[i].text;
  return NULL;
}
