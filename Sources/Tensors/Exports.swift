// What users of tensors name, from the module below.

@_exported import struct Backends.AdadeltaStep
@_exported import struct Backends.AdagradStep
@_exported import struct Backends.AdamStep
@_exported import struct Backends.AdamaxStep
@_exported import struct Backends.AxisSet
@_exported import struct Backends.Convolution
@_exported import enum Backends.DType
@_exported import struct Backends.DeviceDescription
@_exported import enum Backends.DeviceKind
@_exported import struct Backends.LAMBStep
@_exported import struct Backends.LionStep
@_exported import struct Backends.MemoryUse
@_exported import struct Backends.NAdamStep
@_exported import struct Backends.Pair
@_exported import enum Backends.Philox
@_exported import struct Backends.Pooling
@_exported import struct Backends.RAdamStep
@_exported import struct Backends.RMSpropStep
@_exported import struct Backends.RandomPosition
@_exported import enum Backends.RecurrentCell
@_exported import struct Backends.SGDStep
@_exported import protocol Backends.Scalar
@_exported import struct Backends.Shape
@_exported import enum Backends.UpdateRule
@_exported import protocol Backends.UpdateStep
@_exported import struct Backends.Upsampling
@_exported import func Backends.misuse

import Backends

package typealias Activity = Backends.Activity
package typealias OperationCall = Backends.OperationCall
package typealias Profiler = Backends.Profiler
package typealias Roofline = Backends.Roofline
package typealias Work = Backends.Work
