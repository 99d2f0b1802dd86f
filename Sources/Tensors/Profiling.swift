import Backends

// What programs name that profile a device, from the module below.

package typealias Activity = Backends.Activity
package typealias OperationCall = Backends.OperationCall
package typealias Profiler = Backends.Profiler
package typealias Roofline = Backends.Roofline
package typealias Work = Backends.Work
