// Stub, removed with the suite's first file.
