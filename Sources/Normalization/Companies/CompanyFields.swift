/// What a Chinese company field holds beside the name: notes and places in brackets, departments, contacts, other names.
struct CompanyFields {
  var main: [Unicode.Scalar] = []
  /// Further organisations in the same field.
  var others: [[Unicode.Scalar]] = []
  var divisions: [Division] = []
  /// The divisions in brackets as written.
  var places: [Unicode.Scalar] = []
  var branch: String?
  var ordinal = ""
  var contact: String?
  var aliases: [String] = []
  var isGroup = false

  init(_ source: [Unicode.Scalar]) {
    let flat = takeBrackets(source)
    let segments = Self.split(flat)
    if segments.count == 1 {
      main = Array(segments[0])
    } else {
      choose(segments, whole: flat)
    }
    takeMark()
    takeTail()
    takeAlias()
  }

  /// Letters that sort a list: A北京欣惠, AAA专业装修.
  private mutating func takeMark() {
    guard let first = main.first, first.value < 0x80, Folding.isAlphabetic(first) else { return }
    let run = main.prefix { $0 == first }.count
    guard run < 5, main.count > run + 2, Folding.isHan(main[run]) else { return }
    if first == "a" && run > 1 || Division.match(main[run...]) != nil { main.removeFirst(run) }
  }

  // MARK: Brackets

  /// Brackets hold a division, a form, a branch, a former name, a number, a contact or a note, which is dropped.
  private mutating func takeBrackets(_ source: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard source.contains("(") || source.contains(")") else { return source }
    var output: [Unicode.Scalar] = []
    var index = 0
    while index < source.count {
      guard source[index] == "(" else {
        if source[index] != ")" { output.append(source[index]) }
        index += 1
        continue
      }
      let close = source[index...].firstIndex(of: ")")
      let inner = source[(index + 1)..<(close ?? source.count)]
      if let close {
        if close + 1 < source.count || !output.isEmpty { take(bracket: inner, into: &output) }
        index = close + 1
      } else {
        // A bracket that nobody closed: 华信科技(北京有限公司.
        if let match = Division.match(inner) {
          divisions += match.divisions
          places += inner.prefix(match.length)
          output += inner.dropFirst(match.length)
          index = source.count
        } else {
          let isForm = CompanyForms.legalTrie.longestSuffix(of: inner) != nil
          index = inner.count <= 4 && !isForm ? source.count : index + 1
        }
      }
    }
    // The whole text stood in brackets.
    return output.isEmpty ? source.filter { $0 != "(" && $0 != ")" } : output
  }

  private mutating func take(bracket inner: ArraySlice<Unicode.Scalar>, into output: inout [Unicode.Scalar]) {
    guard !inner.isEmpty else { return }
    if let match = Division.match(inner), match.length == inner.count || inner.count - match.length <= 1 {
      divisions += match.divisions
      places += inner
      return
    }
    if inner.count == 1, inner.first == "集" {
      isGroup = true
      output += CompanyForms.group
      return
    }
    if let word = CompanyForms.legalTrie.number(of: ArraySlice(inner.reversed())) {
      let name = CompanyForms.legalNames[word]
      if CompanyForms.isGroupForm[word] { isGroup = true }
      if name == "集团" || name == "控股" { output += inner }
      return
    }
    if let start = Self.aliasStart(inner), start < inner.endIndex {
      aliases.append(CompanyText.string(inner[start...]))
    } else if inner.count > 2, CompanyForms.branchTrie.longestSuffix(of: inner) != nil || inner.last == "店" {
      branch = CompanyText.string(inner)
    } else if let number = Self.wholeNumber(inner) {
      ordinal = number
    } else if inner.count <= 4, let person = PersonName(CompanyText.string(inner)), person.isChinese, !Self.isNote(inner) {
      contact = CompanyText.string(inner)
    }
  }

  private static let aliasMarks = ["原名称", "原名", "曾用名", "旧名", "前身", "简称", "又名", "别名", "前称", "原"].map { Array($0.unicodeScalars) }

  private static func aliasStart(_ text: ArraySlice<Unicode.Scalar>) -> Int? {
    for mark in aliasMarks where mark[0] == text.first && text.starts(with: mark) {
      var start = text.startIndex + mark.count
      while start < text.endIndex, ":为是".unicodeScalars.contains(text[start]) { start += 1 }
      return text.endIndex - start >= 2 ? start : nil
    }
    return nil
  }

  /// (二期), (2号), (一).
  private static func wholeNumber(_ text: ArraySlice<Unicode.Scalar>) -> String? {
    let start = text.first == "第" ? text.dropFirst() : text
    guard let number = Numerals.leading(start), number.length < 5 else { return nil }
    let rest = start.dropFirst(number.length)
    return rest.isEmpty || rest.count == 1 && "号期店厂部".unicodeScalars.contains(rest[rest.startIndex]) ? String(number.value) : nil
  }

  private static let notes = Set([
    "已注销", "注销", "吊销", "停业", "停用", "作废", "勿用", "重复", "测试", "新", "旧", "老", "老客户", "新客户", "已更名", "更名", "重点", "临时",
  ])

  private static func isNote(_ text: ArraySlice<Unicode.Scalar>) -> Bool { notes.contains(CompanyText.string(text)) }

  // MARK: Segments

  /// At dashes and slashes, not between two digits or letters (7-11, a/s).
  private static func split(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    var segments: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    for (index, scalar) in text.enumerated() where isSeparator(scalar) {
      if index > 0, index + 1 < text.count, text[index - 1].value < 0x80, text[index + 1].value < 0x80 { continue }
      // 曾用名:某某 is one.
      if scalar == ":", index > 0, "名称原身".unicodeScalars.contains(text[index - 1]) { continue }
      if index > start { segments.append(text[start..<index]) }
      start = index + 1
    }
    if start < text.count { segments.append(text[start...]) }
    return segments.isEmpty ? [text[...]] : segments
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "-", "/", "|", ";", ",", "_", "~", ":", "@", "\\", "+", "#": true
    default: false
    }
  }

  private static let platforms = Set(["淘宝", "天猫", "京东", "拼多多", "抖音", "微信", "阿里", "闲鱼", "美团", "快手", "小红书", "饿了么", "客户", "供应商", "公司", "名称"])

  private mutating func choose(_ segments: [ArraySlice<Unicode.Scalar>], whole: [Unicode.Scalar]) {
    var names: [ArraySlice<Unicode.Scalar>] = []
    for segment in segments {
      guard segment.contains(where: { Folding.isAlphabetic($0) }) else { continue }
      // `A-`, `b_`: a mark for sorting.
      if segment.count == 1, !Folding.isHan(segment[segment.startIndex]) { continue }
      let text = CompanyText.string(segment)
      if Lexicon.departments.contains(text) || Self.platforms.contains(text) || Self.notes.contains(text) { continue }
      if let start = Self.aliasStart(segment), !names.isEmpty {
        aliases.append(CompanyText.string(segment[start...]))
      } else if !names.isEmpty, let match = Division.match(segment), match.length == segment.count {
        divisions += match.divisions
      } else if isContact(segment, text: text) {
        if contact == nil { contact = text }
      } else {
        names.append(segment)
      }
    }
    let marked = names.indices.filter { CompanyForms.ending(of: names[$0]).isLegal || CompanyBranch.endOfForm(in: names[$0]) != nil }
    if let first = marked.first {
      main = Array(names[first])
      others = marked.dropFirst().map { Array(names[$0]) }
    } else if names.count == 1 {
      main = Array(names[0])
    } else if names.isEmpty {
      main = whole.filter { !Self.isSeparator($0) }
    } else {
      main = Array(names.joined(separator: ["-"]))
    }
  }

  /// 张总, 李四 after a dash; a first segment is one only when a title says so.
  private func isContact(_ segment: ArraySlice<Unicode.Scalar>, text: String) -> Bool {
    guard segment.count <= 5, segment.allSatisfy(Folding.isHan), let person = PersonName(text) else { return false }
    return !person.isFull || segment.count <= 3 && segment.startIndex > 0
  }

  // MARK: After the form

  private static let departments = WordTrie(Lexicon.departments.map { Array($0.unicodeScalars) })
  private static let departmentEnds = WordTrie(Lexicon.departments.map { Array($0.unicodeScalars) }, backwards: true)

  /// 某某有限公司采购部张三: departments and people after the last 公司.
  private mutating func takeTail() {
    guard let end = CompanyBranch.endOfForm(in: main[...]), end < main.count else { return takeDepartment() }
    // 有限公司2 is the second entry in somebody's list, not part of the name.
    while let last = main.last, Numerals.isASCIIDigit(last), main.count > end { main.removeLast() }
    var tail = main[end...]
    if CompanyForms.branchTrie.longestSuffix(of: tail) != nil { return }
    var department = 0
    Self.departments.forEachWord(in: tail, from: tail.startIndex) { length, _ in department = length }
    tail = tail.dropFirst(department)
    if tail.isEmpty {
      main.removeSubrange(end...)
    } else if tail.count <= 4, let person = PersonName(CompanyText.string(tail)), person.isChinese {
      contact = contact ?? CompanyText.string(tail)
      main.removeSubrange(end...)
    }
  }

  /// Departments after a name that has no 公司: 恒达机械厂财务部.
  private mutating func takeDepartment() {
    guard let match = Self.departmentEnds.longestSuffix(of: main[...]), main.count >= match.length + 4 else { return }
    let head = main.dropLast(match.length)
    if head.count > 4 || CompanyForms.ending(of: head).length > 0 { main = Array(head) }
  }

  /// 某某有限公司原某某厂, without brackets.
  private mutating func takeAlias() {
    for mark in Self.aliasMarks where mark.count > 1 && main.count > mark.count + 6 {
      guard let start = main.indices.dropFirst(4).first(where: { main[$0] == mark[0] && main[$0...].starts(with: mark) }) else { continue }
      if let from = Self.aliasStart(main[start...]) {
        aliases.append(CompanyText.string(main[from...]))
        main.removeSubrange(start...)
        return
      }
    }
  }
}
