// Everything a user imports: `import Needletail` stands for all of these.
@_exported import Datasets
@_exported import Layers
@_exported import Models
@_exported import Optimizers
@_exported import Tensors
@_exported import Training
@_exported import Verification
