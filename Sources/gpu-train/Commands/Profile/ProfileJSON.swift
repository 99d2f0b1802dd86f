import Needletail

/// What `profile --json` prints; times are in seconds of all steps together.
struct ProfileJSON: Encodable {
  struct Kernel: Encodable {
    let name: String
    let launches: Int
    let seconds: Double
  }

  struct Operation: Encodable {
    let name: String
    let calls: Int
    let launches: Int
    let seconds: Double
    let share: Double
    let floatingPointOperations: Double
    let bytes: Double
    let gigaflops: Double
    let gigabytesPerSecond: Double
    let rooflineFraction: Double?
    let kernels: [Kernel]
  }

  struct Limits: Encodable {
    let gigaflops: Double
    let gigabytesPerSecond: Double
  }

  struct DeviceTimes: Encodable {
    let busySeconds: Double
    let waitingForHostSeconds: Double
    let startingKernelsSeconds: Double
    let longestGapSeconds: Double
  }

  struct HostTimes: Encodable {
    let seconds: Double
    let queueingSeconds: Double
    let launches: Int
  }

  let model: String
  let parameters: Int
  let data: String
  let optimizer: String
  let batchSize: Int
  let device: String
  let steps: Int
  let seconds: Double
  let samplesPerSecond: Double
  let roofline: Limits?
  let deviceTimes: DeviceTimes
  let hostTimes: HostTimes?
  let peakMemoryInUseBytes: Int
  let peakMemoryHeldBytes: Int
  let operations: [Operation]

  init(_ profile: Profile) {
    let report = profile.report
    model = profile.model
    parameters = profile.training.parameterCount
    data = profile.training.data
    optimizer = profile.training.optimizer
    batchSize = profile.training.batchSize
    device = profile.device.name
    steps = report.stepCount
    seconds = report.seconds
    samplesPerSecond = Double(batchSize * steps) / report.seconds
    roofline = profile.roofline.map {
      Limits(
        gigaflops: $0.operationsPerSecond * 1e-9, gigabytesPerSecond: $0.bytesPerSecond * 1e-9)
    }
    deviceTimes = DeviceTimes(
      busySeconds: report.occupancy.busySeconds,
      waitingForHostSeconds: report.occupancy.waitingSeconds,
      startingKernelsSeconds: report.occupancy.startingSeconds,
      longestGapSeconds: report.occupancy.longestGap)
    hostTimes = report.hostSeconds.map {
      HostTimes(
        seconds: $0, queueingSeconds: report.queueingSeconds, launches: report.launchCount)
    }
    peakMemoryInUseBytes = profile.memory.livePeak
    peakMemoryHeldBytes = profile.memory.peak
    operations = report.operations.map { operation in
      Operation(
        operation, share: operation.seconds / report.operationSeconds,
        rooflineFraction: profile.roofline.map(operation.fraction))
    }
  }
}

extension ProfileJSON.Operation {
  fileprivate init(
    _ operation: ProfileReport.Operation, share: Double, rooflineFraction: Double?
  ) {
    self.init(
      name: operation.name, calls: operation.calls, launches: operation.launches,
      seconds: operation.seconds, share: share,
      floatingPointOperations: operation.work.operations, bytes: operation.work.bytes,
      gigaflops: operation.gigaflops, gigabytesPerSecond: operation.gigabytesPerSecond,
      rooflineFraction: rooflineFraction,
      kernels: operation.kernels.map {
        ProfileJSON.Kernel(name: $0.name, launches: $0.launches, seconds: $0.seconds)
      })
  }
}
