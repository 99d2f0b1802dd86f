// Pointwise prelude.
