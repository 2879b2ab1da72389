/// Reads calendar days as `year × 10,000 + month × 100 + day`.
public enum DateReading {
  /// Which of the first two numbers in `03/04/1985` is the day.
  public enum Order: Sendable { case dayFirst, monthFirst }

  /// The day in `19850304`, `1985-03-04`, `1985/3/4`, `1985年3月4日`, `04.03.1985`, `4 Mar 1985`, `Mar 4, 1985`, with or without a
  /// time behind it. `nil` for days that do not exist, and for those that stand for nothing: 1900-01-01, 1970-01-01, 0000-00-00.
  /// - Parameter order: how the column writes `03/04/1985`; one that has both numbers up to 12 is read with the day first otherwise.
  public static func day(_ text: String, order: Order = .dayFirst) -> UInt32? {
    var text = text
    return text.withUTF8 { day($0, order: order) }
  }

  /// As above.
  /// - Parameter source: UTF-8.
  package static func day(_ source: UnsafeBufferPointer<UInt8>, order: Order = .dayFirst) -> UInt32? {
    if let (year, month, day) = iso(source) { return checked(year, month, day) }
    return anyDay(String(decoding: source, as: UTF8.self), order: order)
  }

  /// A day in any of the forms.
  static func anyDay(_ text: String, order: Order) -> UInt32? {
    guard let parts = parts(text) else { return nil }
    switch parts {
    case .full(let year, let month, let day): return checked(year, month, day)
    case .short(let first, let second, let year):
      if first > 12 { return checked(year, second, first) }
      if second > 12 { return checked(year, first, second) }
      return order == .dayFirst ? checked(year, second, first) : checked(year, first, second)
    }
  }

  /// `1985-03-04`, `1985/03/04` and `19850304`, which the general reading takes for year, month and day, too.
  private static func iso(_ source: UnsafeBufferPointer<UInt8>) -> (year: Int, month: Int, day: Int)? {
    let step = source.count == 10 ? 1 : 0
    guard step == 1 || source.count == 8 else { return nil }
    if step == 1, source[4] != source[7] || source[4] != 0x2D && source[4] != 0x2F { return nil }
    func number(_ start: Int, _ count: Int) -> Int? {
      var number = 0
      for place in start..<start + count {
        let digit = Int(source[place]) - 0x30
        guard digit >= 0, digit <= 9 else { return nil }
        number = number * 10 + digit
      }
      return number
    }
    guard let year = number(0, 4), let month = number(4 + step, 2), let day = number(6 + 2 * step, 2) else { return nil }
    return (year, month, day)
  }

  /// How a column writes its days: month first when some value can only be read so and none the other way.
  public static func order(of values: some Sequence<String>) -> Order {
    var (dayFirst, monthFirst) = (0, 0)
    for value in values {
      guard case .short(let first, let second, _)? = parts(value) else { continue }
      if first > 12, second <= 12 { dayFirst += 1 }
      if second > 12, first <= 12 { monthFirst += 1 }
    }
    return monthFirst > dayFirst ? .monthFirst : .dayFirst
  }

  private enum Parts {
    case full(Int, Int, Int)
    /// Two numbers whose order is open, and the year.
    case short(Int, Int, Int)
  }

  private static func parts(_ text: String) -> Parts? {
    var numbers: [(value: Int, length: Int)] = []
    var month: (value: Int, place: Int)?
    var number = 0
    var length = 0
    var letters: [UInt8] = []
    func close() {
      if length > 0 { numbers.append((number, length)) }
      if letters.count >= 3, month == nil, let value = monthOf(letters) { month = (value, numbers.count) }
      (number, length) = (0, 0)
      letters.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      guard let folded = Folding.fold(scalar) else { continue }
      if folded.value >= 0x30, folded.value <= 0x39 {
        if !letters.isEmpty { close() }
        guard length < 18 else { return nil }
        number = number * 10 + Int(folded.value - 0x30)
        length += 1
      } else if folded.value >= 0x61, folded.value <= 0x7A {
        if length > 0 { close() }
        letters.append(UInt8(folded.value))
      } else {
        close()
        // Behind the day stands a time.
        if folded == ":" { break }
      }
      if numbers.count + (month == nil ? 0 : 1) >= 3 { break }
    }
    close()
    if let month, numbers.count >= 2 { return named(month.value, numbers, place: month.place) }
    if let first = numbers.first, first.length == 8 || first.length == 14 {
      let day = first.length == 8 ? first.value : first.value / 1_000_000
      return .full(day / 10_000, day / 100 % 100, day % 100)
    }
    guard numbers.count >= 3 else { return nil }
    if numbers[0].length == 4 { return .full(numbers[0].value, numbers[1].value, numbers[2].value) }
    guard numbers[0].length <= 2, numbers[1].length <= 2, numbers[2].length == 4 || numbers[2].length == 2 else { return nil }
    return .short(numbers[0].value, numbers[1].value, numbers[2].length == 4 ? numbers[2].value : century(numbers[2].value))
  }

  private static func named(_ month: Int, _ numbers: [(value: Int, length: Int)], place: Int) -> Parts? {
    let yearPlace = numbers.firstIndex { $0.length == 4 } ?? 1
    guard yearPlace < 2 else { return nil }
    let year = numbers[yearPlace]
    return .full(year.length == 4 ? year.value : century(year.value), month, numbers[1 - yearPlace].value)
  }

  /// Two digits up to 30 are of this century.
  private static func century(_ year: Int) -> Int { year <= 30 ? 2_000 + year : 1_900 + year }

  private static func monthOf(_ letters: [UInt8]) -> Int? {
    let start = String(decoding: letters.prefix(3), as: UTF8.self)
    return ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].firstIndex(of: start).map { $0 + 1 }
  }

  private static func checked(_ year: Int, _ month: Int, _ day: Int) -> UInt32? {
    guard (1_600...2_200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = month == 2 ? (isLeap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    let number = UInt32(year * 10_000 + month * 100 + day)
    return day > length || isPlaceholder(number) ? nil : number
  }

  /// The zero of spreadsheets, of Unix, of several databases, and "for ever".
  private static func isPlaceholder(_ day: UInt32) -> Bool {
    switch day {
    case 19_000_101, 19_700_101, 18_991_230, 18_991_231, 19_010_101, 17_530_101, 20_991_231: true
    default: false
    }
  }
}
