import Normalization

/// A phone number or e-mail address that somebody typed, in the forms under which records are found.
enum ContactForms {
  static func phones(_ text: String) -> [String] { Phone.all(in: text).map(\.number) }
  static func emails(_ text: String) -> [String] { Email.all(in: text).map(\.address) }
}
