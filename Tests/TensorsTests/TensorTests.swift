import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
  @Test(arguments: devices)
  func valuesComeBack(_ device: Device) throws {
    try on(device) { () throws in
      #expect(try Tensor([1, 2, 3]).scalars() == [1, 2, 3])
      #expect(try Tensor([4, -5] as [Int32]).integers() == [4, -5])
      #expect(try Tensor(2.5).item() == 2.5)
      #expect(try Tensor.zeros([2, 2]).scalars() == [0, 0, 0, 0])
      #expect(try Tensor([] as [Float], shape: [0, 3]).scalars() == [])
      #expect(Tensor.ones([2, 3]).device == device)
    }
  }

  @Test(arguments: devices)
  func viewsReadTheRightElements(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
      #expect(try x[1][2].scalars() == [20, 21, 22, 23])
      #expect(try x.slice(1..<3, axis: -1)[0].scalars() == [1, 2, 5, 6, 9, 10])
      #expect(x.permuted(2, 0, 1).shape == [4, 2, 3])
      #expect(try x.permuted(2, 0, 1)[1].scalars() == [1, 5, 9, 13, 17, 21])
      #expect(
        try x.transposed()[0].flattened().scalars() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
      #expect(x.expanded(at: -1).shape == [2, 3, 4, 1])
      #expect(x.expanded(at: 0).squeezed().shape == [2, 3, 4])
      #expect(x.flattened(from: 1).shape == [2, 12])
    }
  }

  @Test(arguments: devices)
  func comparisonsGiveMasks(_ device: Device) throws {
    try on(device) { () throws in
      let (a, b) = (Tensor([1, 2, 3, .nan]), Tensor([3, 2, 1, .nan]))
      #expect(try (a .== b).scalars() == [0, 1, 0, 0])
      #expect(try (a .!= b).scalars() == [1, 0, 1, 1])
      #expect(try (a .< b).scalars() == [1, 0, 0, 0])
      #expect(try (a .<= b).scalars() == [1, 1, 0, 0])
      #expect(try (a .> b).scalars() == [0, 0, 1, 0])
      #expect(try (a .>= b).scalars() == [0, 1, 1, 0])
      #expect(try (a .>= 2).scalars() == [0, 1, 1, 0])
      let labels = Tensor([1, 0, 7] as [Int32])
      #expect(try (labels .== Tensor([1, 1, 7] as [Int32])).scalars() == [1, 0, 1])
      #expect(try labels.cast(to: .float32).scalars() == [1, 0, 7])
      #expect(try Tensor([1.9, -1.9]).cast(to: .int32).integers() == [1, -1])
    }
  }

  @Test(arguments: devices)
  func reductionsOfNothing(_ device: Device) throws {
    try on(device) { () throws in
      let none = Tensor([] as [Float], shape: [2, 0])
      #expect(try none.sum(1).scalars() == [0, 0])
      #expect(try none.max(1).scalars() == [-.infinity, -.infinity])
      #expect(try none.mean(1).scalars().allSatisfy(\.isNaN))
      #expect(none.sum(0).shape == [0])
      #expect(
        try matmul(none, Tensor([] as [Float], shape: [0, 3])).scalars() == [0, 0, 0, 0, 0, 0])
    }
  }

  @Test(arguments: devices)
  func argMaxTakesTheFirst(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1, 3, 3, 2, .nan, 9], shape: [2, 3])
      #expect(try x.argMax(1).integers() == [1, 1])
      #expect(try x.argMax().integers() == [4])
      #expect(try x.argMax(0, keepingAxes: true).integers() == [1, 1, 1])
    }
  }

  @Test(arguments: devices)
  func copyingBetweenDevices(_ device: Device) throws {
    let there = try Tensor([1, 2, 3], device: .cpu).to(device)
    #expect(there.device == device)
    #expect(try there.to(.cpu).scalars() == [1, 2, 3])
  }

  @Test(arguments: devices)
  func updatesInPlaceLeaveCopiesAlone(_ device: Device) throws {
    try on(device) { () throws in
      var parameter = Tensor([1, 2])
      let copy = parameter
      let step = SGDStep(learningRate: 0.5, momentum: 0.5, weightDecay: 0, nesterov: false)
      var state = [Tensor.zeros([2])]
      for _ in 0..<2 {
        parameter.update(by: .sgd(step), gradient: Tensor([2, 4]), state: &state)
      }
      // Velocities 2 and 3, then 4 and 6, times 0.5.
      #expect(try parameter.scalars() == [-1.5, -3])
      #expect(try copy.scalars() == [1, 2])
    }
  }

  @Test(arguments: devices)
  func descriptionsShowShapeDeviceAndAnExcerpt(_ device: Device) {
    on(device) {
      #expect(
        Tensor([1, 2.5, -3, 4e-9], shape: [2, 2]).description
          == "Tensor [2, 2] float32 on \(device.name)\n[[    1,   2.5],\n [   -3, 4e-09]]")
      let long = Tensor((0..<100).map(Float.init)).description
      #expect(long.hasSuffix("[ 0,  1,  2, …, 97, 98, 99]"))
      #expect(Tensor(7).description == "Tensor [] float32 on \(device.name)\n7")
      #expect(Tensor([] as [Float]).description.hasSuffix("\n[]"))
    }
  }
}
