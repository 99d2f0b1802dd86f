// zlib: reading gzipped data sets.
#ifndef NEEDLETAIL_CZLIB_H
#define NEEDLETAIL_CZLIB_H

#include <zlib.h>

#endif
