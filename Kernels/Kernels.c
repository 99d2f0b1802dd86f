#include "Kernels.h"

#include <stddef.h>
#include <string.h>

// #embed is C23; the compilers that build this package have it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char argmax_parts[] = {
#embed "argmax-parts.cl"
    , 0};

static const char convolution[] = {
#embed "convolution-geometry.cl"
    ,
#embed "convolution.cl"
    , 0};

static const char convolution_panels[] = {
#embed "convolution-panels.cl"
    , 0};

static const char convolution_direct[] = {
#embed "convolution-direct.cl"
    , 0};

static const char convolution_scatter[] = {
#embed "convolution-geometry.cl"
    ,
#embed "convolution-scatter.cl"
    , 0};

static const char shuffles[] = {
#embed "shuffles.cl"
    , 0};

static const char steps[] = {
#embed "steps.cl"
    , 0};

static const char convolution_tiled[] = {
#embed "convolution-tiled.cl"
    , 0};

static const char gathering[] = {
#embed "gathering.cl"
    , 0};

static const char convolution_implicit[] = {
#embed "convolution-implicit.cl"
    , 0};

static const char convolution_filter_gradient[] = {
#embed "convolution-geometry.cl"
    ,
#embed "convolution-filter-gradient.cl"
    , 0};

static const char cumulative[] = {
#embed "cumulative.cl"
    , 0};

static const char epilogue[] = {
#embed "epilogue.cl"
    , 0};

static const char expressions[] = {
#embed "expressions.cl"
    , 0};

static const char functions[] = {
#embed "functions.cl"
    , 0};

static const char lanes[] = {
#embed "lanes.cl"
    , 0};

static const char optimizers[] = {
#embed "optimizers.cl"
    , 0};

static const char fragments[] = {
#embed "fragments.cl"
    , 0};

static const char local_tiles[] = {
#embed "local-tiles.cl"
    , 0};

static const char pooling[] = {
#embed "pooling.cl"
    , 0};

static const char pointwise[] = {
#embed "pointwise.cl"
    , 0};

static const char product[] = {
#embed "product.cl"
    , 0};

static const char product_dots[] = {
#embed "product-dots.cl"
    , 0};

static const char product_tiled[] = {
#embed "product-tiled.cl"
    , 0};

static const char random[] = {
#embed "random.cl"
    , 0};

static const char ranking[] = {
#embed "ranking.cl"
    , 0};

static const char reduce[] = {
#embed "reduce.cl"
    , 0};

static const char roofline[] = {
#embed "roofline.cl"
    , 0};

static const char rows[] = {
#embed "rows.cl"
    , 0};

static const char softmax[] = {
#embed "softmax.cl"
    , 0};

static const char tiles[] = {
#embed "tiles.cl"
    , 0};

static const char vectors[] = {
#embed "vectors.cl"
    , 0};

static const char upsampling[] = {
#embed "upsampling.cl"
    , 0};

static const char recurrent[] = {
#embed "recurrent.cl"
    , 0};

static const char recurrent_gradient[] = {
#embed "recurrent-gradient.cl"
    , 0};

static const char recurrent_kernels[] = {
#embed "recurrent-kernels.cl"
    , 0};

static const char recurrent_products[] = {
#embed "recurrent-products.cl"
    , 0};

static const char winograd[] = {
#embed "winograd.cl"
    , 0};

static const struct {
  const char *name;
  const char *text;
} sources[] = {
    {"argmax-parts", argmax_parts},
    {"convolution", convolution},
    {"epilogue", epilogue},
    {"expressions", expressions},
    {"functions", functions},
    {"convolution-panels", convolution_panels},
    {"winograd", winograd},
    {"convolution-direct", convolution_direct},
    {"convolution-scatter", convolution_scatter},
    {"shuffles", shuffles},
    {"steps", steps},
    {"convolution-tiled", convolution_tiled},
    {"gathering", gathering},
    {"convolution-implicit", convolution_implicit},
    {"convolution-filter-gradient", convolution_filter_gradient},
    {"lanes", lanes},
    {"optimizers", optimizers},
    {"fragments", fragments},
    {"local-tiles", local_tiles},
    {"pooling", pooling},
    {"pointwise", pointwise},
    {"product", product},
    {"product-dots", product_dots},
    {"product-tiled", product_tiled},
    {"random", random},
    {"reduce", reduce},
    {"roofline", roofline},
    {"rows", rows},
    {"softmax", softmax},
    {"tiles", tiles},
    {"vectors", vectors},
    {"cumulative", cumulative},
    {"ranking", ranking},
    {"upsampling", upsampling},
    {"recurrent", recurrent},
    {"recurrent-gradient", recurrent_gradient},
    {"recurrent-kernels", recurrent_kernels},
    {"recurrent-products", recurrent_products},
};

const char *needletailKernelSource(const char *name) {
  for (size_t i = 0; i < sizeof sources / sizeof *sources; ++i)
    if (strcmp(sources[i].name, name) == 0) return sources[i].text;
  return NULL;
}
