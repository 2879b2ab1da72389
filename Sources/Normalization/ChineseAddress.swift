/// Chinese addresses: divisions, zone, town, road, number, then building, floor and room.
extension Address {
  init?(chinese source: [Unicode.Scalar]) {
    self.init()
    isChinese = true
    var rest = source[...]
    takePostcode(&rest)
    for prefix in Self.nation where rest.begins(with: prefix) { rest = rest.dropFirst(prefix.count) }
    takeDivisions(&rest)
    takeZone(&rest)
    takeDivisions(&rest)
    let end = Self.numberStart(rest)
    road = Self.roadName(rest[..<end])
    roadTail = Self.tail(of: road)
    rest = rest[end...]
    takeNumber(&rest)
    takeDetails(rest)
    guard !divisions.isEmpty || !road.isEmpty else { return nil }
  }

  private mutating func takePostcode(_ rest: inout ArraySlice<Unicode.Scalar>) {
    if rest.count > 8, rest.prefix(6).allSatisfy(Self.isDigit), !Self.isDigit(rest[rest.startIndex + 6]) {
      postcode = Self.text(rest.prefix(6))
      rest = rest.dropFirst(6)
    }
  }

  private mutating func takeDivisions(_ rest: inout ArraySlice<Unicode.Scalar>) {
    var outer = divisions.count == 1 ? divisions[0] : nil
    while true {
      // A name of the code table, not of a place.
      if rest.first == "市", rest.starts(with: "市辖区".unicodeScalars) { rest = rest.dropFirst(3) }
      guard let match = Division.match(rest, within: outer) ?? Division.match(rest) else { break }
      // 南京路 is a road, not the city.
      if !match.isFull, Self.beginsRoad(rest.dropFirst(match.length)) { break }
      let inside = outer.map { outer in match.divisions.filter { $0.isCompatible(with: outer) } } ?? match.divisions
      if outer != nil, inside.isEmpty { break }
      let narrowed = Self.deeper(divisions, inside)
      if !divisions.isEmpty, narrowed.isEmpty { break }
      divisions = narrowed
      outer = divisions.count == 1 ? divisions[0] : outer
      rest = rest.dropFirst(match.length)
    }
  }

  /// A road mark at once, or behind a direction or 大: 路, 东路, 大道.
  private static func beginsRoad(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    var rest = text
    if let first = rest.first, "东西南北中大一二三四五六七八九十".unicodeScalars.contains(first) { rest = rest.dropFirst() }
    guard let mark = rest.first else { return false }
    return "路街道巷弄里胡".unicodeScalars.contains(mark) && !(mark == "街" && rest.dropFirst().first == "道")
      && !(mark == "里" && rest.dropFirst().first.map(Folding.isHan) ?? false)
  }

  private static func deeper(_ known: [Division], _ more: [Division]) -> [Division] {
    guard !known.isEmpty else { return more }
    return more.filter { candidate in known.contains { $0.isCompatible(with: candidate) } }
  }

  private static let zoneMarks = [
    "高新技术产业开发区", "高新技术开发区", "经济技术开发区", "高新产业开发区", "经济开发区", "工业园区", "高新技术区", "高新开发区", "经开区", "高新区", "开发区",
    "保税区", "自贸区", "示范区", "产业园区", "科技园区", "旅游度假区", "风景区", "新城区",
  ].map { Array($0.unicodeScalars) }

  /// A zone within the first characters, with or without a name before it: 工业园区, 张江高新区.
  private mutating func takeZone(_ rest: inout ArraySlice<Unicode.Scalar>) {
    guard rest.prefix(15).contains("区") else { return }
    for skipped in 0...4 where rest.count > skipped + 3 {
      let tail = rest.dropFirst(skipped)
      guard let mark = Self.zoneMarks.first(where: { tail.begins(with: $0) }) else { continue }
      guard !rest.prefix(skipped).contains(where: { Self.isDigit($0) || "路街道号".unicodeScalars.contains($0) }) else { return }
      zone = Self.zoneName(rest.prefix(skipped + mark.count))
      rest = tail.dropFirst(mark.count)
      return
    }
  }

  /// 高新技术产业开发区 and 高新区 are one zone, 经济技术开发区 and 经开区 too.
  private static func zoneName(_ name: ArraySlice<Unicode.Scalar>) -> String {
    for (mark, short) in zoneNames {
      if let range = name.range(of: mark) { return text(name[..<range.lowerBound]) + short }
    }
    return text(name)
  }

  private static let zoneNames = [("高新", "高新区"), ("经济", "经开区"), ("经开", "经开区")].map { (Array($0.0.unicodeScalars), $0.1) }
  private static let quarters = ["街道办事处", "街道"].map { Array($0.unicodeScalars) }
  private static let nation = ["中华人民共和国", "中国", "地址:"].map { Array($0.unicodeScalars) }

  /// Where the house number begins: at a digit or `#`, or at a numeral in characters before 号.
  private static func numberStart(_ rest: ArraySlice<Unicode.Scalar>) -> Int {
    for place in rest.indices {
      if isDigit(rest[place]) {
        // 323省道 and 5号路 are roads.
        let after = rest[place...].drop { isDigit($0) }
        if after.starts(with: "号路".unicodeScalars) || after.starts(with: "号街".unicodeScalars) || after.first == "路" || after.first == "街" {
          continue
        }
        if place > rest.startIndex, isDigit(rest[place - 1]) { continue }
        return place
      }
      if rest[place] == "#" { return place }
      // A座1201 begins a building.
      if ("a"..."z").contains(rest[place]), place > rest.startIndex, let next = rest[place...].dropFirst().first,
        isDigit(next) || next == "-" || "座栋幢区楼馆".unicodeScalars.contains(next)
      {
        return place
      }
      if numerals[rest[place]] != nil, place > rest.startIndex {
        let after = rest[place...].drop { numerals[$0] != nil || $0 == "十" || $0 == "百" }
        if after.first == "号", after.dropFirst().first != "路", after.startIndex - place <= 4 { return place }
      }
    }
    return rest.endIndex
  }

  private static let numerals: [Unicode.Scalar: Int] = [
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "百": 100, "零": 0,
  ]

  private static func value(_ text: ArraySlice<Unicode.Scalar>) -> Int {
    var (total, digit) = (0, 0)
    for scalar in text {
      switch numerals[scalar] {
      case 10?:
        total += max(digit, 1) * 10
        digit = 0
      case 100?:
        total += max(digit, 1) * 100
        digit = 0
      case let number?: digit = number
      case nil: break
      }
    }
    return total + digit
  }

  /// The part behind town, quarter and street office; these stand for the road only when there is none.
  private static func roadName(_ source: ArraySlice<Unicode.Scalar>) -> String {
    var part = source
    for office in quarters {
      if let range = part.range(of: office), range.upperBound < part.endIndex {
        part = part[range.upperBound...]
        break
      }
    }
    while let town = part.dropLast().firstIndex(where: { $0 == "镇" || $0 == "乡" || $0 == "区" || $0 == "市" || $0 == "县" }),
      part.endIndex - town > 2, !part[(town + 1)...].starts(with: "路".unicodeScalars), town > part.startIndex
    {
      part = part[(town + 1)...]
    }
    // 八一村人民路: the road is what carries the number.
    if let village = part.dropLast().lastIndex(of: "村"), part.endIndex - village > 2, let last = part.last,
      "路街道巷弄".unicodeScalars.contains(last)
    {
      part = part[(village + 1)...]
    }
    // 人民路与解放路交叉口, 人民路附近
    if let road = part.firstIndex(where: { "路街道巷".unicodeScalars.contains($0) }),
      let crossing = part[road...].firstIndex(where: { "与和近旁".unicodeScalars.contains($0) }),
      crossing == road + 1
    {
      part = part[...road]
    }
    while let last = part.last, !Folding.isHan(last), !isDigit(last) { part = part.dropLast() }
    return text(part)
  }

  /// 虎门新华路 and 新华路 end alike, 中山路 and 中山北路 do not: two characters, a direction, and the kind of road.
  private static func tail(of road: String) -> String {
    let scalars = Array(road.unicodeScalars)
    var start = scalars.count
    if let last = scalars.last, "路街道巷弄".unicodeScalars.contains(last) { start -= 1 }
    if start > 0, start < scalars.count, scalars[start] == "道" || scalars[start] == "街", scalars[start - 1] == "大" { start -= 1 }
    if start > 2, start < scalars.count, "东西南北中".unicodeScalars.contains(scalars[start - 1]) { start -= 1 }
    return text(scalars[max(0, start - 2)...])
  }

  private mutating func takeNumber(_ rest: inout ArraySlice<Unicode.Scalar>) {
    if let first = rest.first, Self.numerals[first] != nil {
      let numeral = rest.prefix { Self.numerals[$0] != nil }
      number = String(Self.value(numeral))
      rest = rest.dropFirst(numeral.count)
    } else {
      while rest.first == "#" { rest = rest.dropFirst() }
      var text = Self.digits(&rest)
      // 88-1号 is one number; 88-1201 is a house and a room.
      if rest.first == "-" || rest.first == "之" {
        var after = rest.dropFirst()
        let more = Self.digits(&after)
        if !more.isEmpty, after.first == "号" || more.count <= 2 && !Self.isDetailMark(after.first) {
          text += "-" + more
          rest = after
        }
      } else if let letter = rest.first, ("a"..."z").contains(letter), rest.dropFirst().first == "号" {
        text.unicodeScalars.append(letter)
        rest = rest.dropFirst()
      }
      number = text
    }
    // 3号楼 and 12栋: the number of a building; there is none on the road.
    if rest.first == "号", let next = rest.dropFirst().first, "楼栋幢座".unicodeScalars.contains(next) {
      building = number
      number = ""
      rest = rest.dropFirst(2)
    } else if let next = rest.first, "栋幢座".unicodeScalars.contains(next) {
      building = number
      number = ""
      rest = rest.dropFirst()
    } else if rest.first == "号" || rest.first == "#" {
      rest = rest.dropFirst()
    }
  }

  private static func isDetailMark(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { "室房栋幢座楼层单".unicodeScalars.contains($0) } ?? false }

  /// 云世写字楼2座2614室, A座1201, 12弄3号501, 23F-18: the name of the building, its letter or number, floor, unit, room.
  private mutating func takeDetails(_ source: ArraySlice<Unicode.Scalar>) {
    var rest = source
    var word = String.UnicodeScalarView()
    var rooms: [String] = []
    while let first = rest.first {
      guard Self.isDigit(first) || ("a"..."z").contains(first) else {
        if Folding.isHan(first) { word.append(first) } else { Self.flush(&word, &words) }
        rest = rest.dropFirst()
        continue
      }
      let token = rest.prefix { Self.isDigit($0) || ("a"..."z").contains($0) }
      rest = rest.dropFirst(token.count)
      takeDetail(token, &rest, &rooms)
      Self.flush(&word, &words)
    }
    Self.flush(&word, &words)
    settle(rooms)
  }

  private mutating func takeDetail(
    _ token: ArraySlice<Unicode.Scalar>, _ rest: inout ArraySlice<Unicode.Scalar>, _ rooms: inout [String]
  ) {
    let value = Self.text(token)
    if token.last == "f", token.count > 1, token.dropLast().allSatisfy(Self.isDigit) {
      floor = Self.text(token.dropLast())
      return
    }
    switch rest.first {
    case "栋", "幢", "座", "区", "馆":
      building += building.isEmpty ? value : "-" + value
      rest = rest.dropFirst()
    case "楼", "层":
      floor = value
      rest = rest.dropFirst()
    case "号" where rest.dropFirst().first == "楼":
      if building.isEmpty { building = value } else { rooms.append(value) }
      rest = rest.dropFirst(2)
    case "号" where building.isEmpty && (rest.dropFirst().first.map(Self.isDigit) ?? false):
      // 12弄3号501
      building = value
      rest = rest.dropFirst()
    case "室", "房", "号":
      rooms.append(value)
      rest = rest.dropFirst()
    case "单":
      entrance = value
      rest = rest.dropFirst(2)
    case "-" where building.isEmpty && floor.isEmpty && value.utf8.count <= 2: building = value
    default: rooms.append(value)
    }
  }

  /// A room of three or four digits begins with its floor; a floor and a short number are such a room: 23F-18 is 2318.
  private mutating func settle(_ rooms: [String]) {
    unit = rooms.joined(separator: "-")
    if let room = rooms.last, room.utf8.allSatisfy({ $0 < 0x3A }) {
      if !floor.isEmpty, room.utf8.count == 2 { unit = floor + room }
      if floor.isEmpty, (3...4).contains(room.utf8.count) { floor = String(room.dropLast(2)) }
    }
    details = (building.isEmpty ? [] : [building]) + (unit.isEmpty ? (floor.isEmpty ? [] : [floor]) : [unit])
  }

  private static func flush(_ word: inout String.UnicodeScalarView, _ words: inout [String]) {
    if word.count >= 2 { words.append(String(word)) }
    word.removeAll()
  }

  private static func digits(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
    let digits = rest.prefix(while: isDigit)
    rest = rest.dropFirst(digits.count)
    return text(digits)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { CompanyText.string(scalars) }
}

extension ArraySlice where Element == Unicode.Scalar {
  fileprivate func range(of word: [Unicode.Scalar]) -> Range<Int>? {
    guard count >= word.count else { return nil }
    for start in startIndex...(endIndex - word.count) where self[start...].begins(with: word) { return start..<start + word.count }
    return nil
  }

  /// As `starts(with:)`, without its generality.
  fileprivate func begins(with word: [Unicode.Scalar]) -> Bool {
    guard count >= word.count else { return false }
    for place in word.indices where self[startIndex + place] != word[place] { return false }
    return true
  }
}
