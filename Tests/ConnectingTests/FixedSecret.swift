import Model

/// A secret that is always the same.
func fixed(_ secret: String) -> @Sendable () throws(Fault) -> String { { () throws(Fault) -> String in secret } }
