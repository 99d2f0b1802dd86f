import Synchronization

/// Values that take long to make, each made once, at first use.
///
/// Different values are made side by side. Who asks for one that is being made waits for it, and for
/// no other.
package final class MadeOnce<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// Where one value is or will be; its lock is held while the value is made.
  private final class Place: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private let places = Mutex<[Key: Place]>([:])

  package init() {}

  /// The value of a key.
  ///
  /// What cannot be made is tried again by the next who asks for it, who then gets the error.
  package func value<Failure: Error>(
    for key: Key, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try place(of: key).value.withLock { (value) throws(Failure) in
      if let value { return value }
      let made = try make()
      value = made
      return made
    }
  }

  private func place(of key: Key) -> Place {
    places.withLock { places in
      if let place = places[key] { return place }
      let place = Place()
      places[key] = place
      return place
    }
  }
}
