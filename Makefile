# What a user of the repository does most. `make` alone lists it.

# Arguments for the program: make train ARGS="--model mlp --epochs 3"; make verify ARGS="--op softmax"
ARGS =

# Where the Swift files are.
SOURCES = Package.swift Plugins Sources Tests $(wildcard Benchmarks)

.PHONY: help train build bench test test-full verify test-scripts format lint dependencies clean

help:
	@echo 'make train      train LeNet on Fashion-MNIST, on the best device; ARGS="…" are its options'
	@echo 'make build      build the library and the command'
	@echo 'make bench      time it against other libraries; see Benchmarks/README.md'
	@echo 'make test       build and run all tests, and check the kernels under Oclgrind'
	@echo 'make test-full  test the backends further: large shapes, many random cases'
	@echo 'make verify     show whether every operation is right on every device; ARGS="…" are its options'
	@echo 'make format     format the Swift files'
	@echo 'make lint       check the format and what each target imports'
	@echo 'make clean      remove what was built'
	@echo 'Missing system packages are installed first, as root or through sudo.'

train: dependencies
	swift build -c release --product gpu-train
	.build/release/gpu-train train $(ARGS)

build: dependencies
	swift build -c release

bench: dependencies
	swift build -c release --product benchmark
	.build/release/benchmark $(ARGS)

# In release: the loops of the CPU reference are some 50 times slower in a debug build.
# Swift Testing runs the tests in parallel.
test: export NEEDLETAIL_STRICT = 1
test: dependencies test-scripts
	swift build -c release --build-tests
	Scripts/run-tests

# What takes too long for every run: some minutes.
test-full: export NEEDLETAIL_STRICT = 1
test-full: export NEEDLETAIL_CONFORMANCE = full
test-full: dependencies
	swift build -c release --build-tests
	swift test -c release --skip-build --filter BackendConformanceTests

# Every operation on every device, with both styles of kernels: some minutes.
verify: dependencies
	swift build -c release --product gpu-train
	.build/release/gpu-train verify --kernels both $(ARGS)

test-scripts:
	Scripts/tests/check-imports
	Scripts/tests/install-dependencies

format:
	swift format --in-place --recursive --parallel $(SOURCES)

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)
	Scripts/check-imports

dependencies:
	@Scripts/install-dependencies

clean:
	rm -rf .build
