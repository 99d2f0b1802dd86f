// What users of tensors name, from the module below.
@_exported import struct Backends.AdamStep
@_exported import struct Backends.AxisSet
@_exported import struct Backends.Convolution
@_exported import enum Backends.DType
@_exported import struct Backends.DeviceDescription
@_exported import enum Backends.DeviceKind
@_exported import struct Backends.MemoryUse
@_exported import struct Backends.Pair
@_exported import enum Backends.Philox
@_exported import struct Backends.Pooling
@_exported import struct Backends.RandomPosition
@_exported import enum Backends.RecurrentCell
@_exported import struct Backends.SGDStep
@_exported import protocol Backends.Scalar
@_exported import struct Backends.Shape
@_exported import struct Backends.Upsampling
@_exported import func Backends.misuse
