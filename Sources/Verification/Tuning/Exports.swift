// What the command says to a tuner, from the module below.

@_exported import struct Backends.Choice
@_exported import struct Backends.LibraryParameters
@_exported import struct Backends.TunedChoice
@_exported import enum Backends.TunedOperation
@_exported import struct Backends.TunedShape
@_exported import enum Backends.TuningLevel
