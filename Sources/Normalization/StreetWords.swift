/// Words of western addresses that are written in many ways, each under one form (USPS Publication 28, appendices B and C, and
/// what Australia and Britain use beside them).
enum StreetWords {
  /// What a word stands for; the word itself when it stands for itself.
  static func fold(_ word: String) -> String { forms[word] ?? word }

  /// Kinds of streets: `st`, `ave`, `blvd`.
  static func isSuffix(_ word: String) -> Bool { suffixForms.contains(fold(word)) }

  /// Kinds of streets that are not also parts of the names of estates and buildings, folded.
  static func isSureSuffix(_ word: String) -> Bool { sure.contains(word) }

  // MARK: By bytes

  /// What a folded word can be.
  struct Traits: OptionSet {
    let rawValue: UInt16

    static let suffix = Traits(rawValue: 1)
    static let sureSuffix = Traits(rawValue: 2)
    static let direction = Traits(rawValue: 4)
    static let unit = Traits(rawValue: 8)
    static let state = Traits(rawValue: 16)
    /// A word behind which a crossing or a building is named.
    static let description = Traits(rawValue: 32)
    /// The words `no`, `fl`, `st` and `la`.
    static let no = Traits(rawValue: 64)
    static let floor = Traits(rawValue: 128)
    static let street = Traits(rawValue: 256)
    static let la = Traits(rawValue: 512)
  }

  /// The number of a word that has traits or another form; -1 for others.
  static func word(_ spelling: UnsafeBufferPointer<UInt8>) -> Int { Int(table.value(spelling)) }

  /// What `fold` gives where a word does not stand for itself: its bytes and its number.
  static func form(_ word: Int) -> (bytes: [UInt8], word: Int)? { entries[word].form }

  static func traits(_ word: Int) -> Traits { entries[word].traits }

  private static let table = WordTable(set: known)

  private static let entries: [(form: (bytes: [UInt8], word: Int)?, traits: Traits)] = known.map { word in
    var traits: Traits = []
    if isSuffix(word) { traits.insert(.suffix) }
    if isSureSuffix(word) { traits.insert(.sureSuffix) }
    if isDirection(word) { traits.insert(.direction) }
    if isUnit(word) { traits.insert(.unit) }
    if isState(word) { traits.insert(.state) }
    if descriptions.contains(word) { traits.insert(.description) }
    for (name, trait) in [("no", Traits.no), ("fl", .floor), ("st", .street), ("la", .la)] where word == name { traits.insert(trait) }
    var form = fold(word)
    return (form == word ? nil : form.withUTF8 { (Array($0), StreetWords.word($0)) }, traits)
  }

  /// Every word that one of the questions above is answered with yes for, in a fixed order.
  private static let known: [String] = Set(forms.keys).union(forms.values).union(sure).union(states).union(descriptions).sorted()

  private static let descriptions: Set<String> = ["btw", "at", "near", "off", "opposite", "opp", "and", "in", "behind", "next", "corner"]

  private static let sure: Set<String> = [
    "st", "rd", "ave", "blvd", "dr", "ln", "ct", "pl", "cres", "cir", "ccs", "ter", "hwy", "pkwy", "way", "wy", "sq", "cl", "pde", "aly",
    "fwy",
    "xing", "trl", "row", "rw", "loop", "lp", "strasse", "esp",
  ]

  /// `n`, `sw`: directions, folded.
  static func isDirection(_ word: String) -> Bool { directionForms.contains(word) }

  /// Words before the number of a flat, folded.
  static func isUnit(_ word: String) -> Bool { unitForms.contains(word) }

  /// Two letters of a state of the USA, a province of Canada, or letters of a state of Australia.
  static func isState(_ word: String) -> Bool { states.contains(word) }

  private static let suffixes = """
    aly alley ally;anx annex;arc arcade;ave avenue aves avenues av aven avenu avn avnue;bch beach;bnd bend;blvd boulevard boul boulv blv bvd bld;
    br branch;brg bridge brdge;byp bypass;cswy causeway;ctr center centre cntr cent;cir circle circ crcl circl;ccs circuit cct crct;
    cl close;cmn common;cor corner cnr;ct court crt;cv cove;cres crescent crs crsnt;xing crossing crssng;dr drive drv driv;
    esp esplanade;est estate;expy expressway expr express;fwy freeway frwy;gdns gardens gdn garden grdns;gln glen;grv grove gr;
    hbr harbor harbour;hts heights ht;hwy highway highwy hiway hway;hl hill;isl island;jct junction;lndg landing;ln lane;lp loop;
    ml mall;mnr manor;mdws meadows;ms mews;mt mount;mtn mountain;orch orchard;pde parade;pk park prk;pkwy parkway parkwy pky pkway;pth path;
    pke pike;pl place plc;pln plain;plz plaza plza;pt point;prom promenade;quay qy;rnch ranch;rdg ridge;rd road rds roads;row rw;sq square sqr squ;
    sta station stn;st street sts streets str strt;strasse strase;ter terrace terr tce;trl trail;tpke turnpike trnpk;tun tunnel;vly valley;
    vw view;vlg village vlge vill;wk walk;wy way;wharf whf
    """
  private static let directions = "n north;s south;e east;w west;ne northeast;nw northwest;se southeast;sw southwest"
  private static let units =
    "apt apartment apartmt;ste suite;unit un;fl floor flr level lvl;rm room;flat flt;bldg building bld;lot;shop;villa;no number num nr"
  private static let others = """
    btw between betw bet;1st first;2nd second;3rd third;4th fourth;5th fifth;6th sixth;7th seventh;8th eighth;9th ninth;10th tenth;
    11th eleventh;12th twelfth;saint snt;ft fort;intl international;natl national;univ university;po p.o.;usa us
    """

  private static let suffixForms = Set(groups(suffixes).map(\.form))
  private static let directionForms = Set(groups(directions).map(\.form))
  private static let unitForms = Set(groups(units).map(\.form))

  private static let forms: [String: String] = {
    var forms: [String: String] = [:]
    for group in groups(suffixes) + groups(directions) + groups(units) + groups(others) {
      for word in group.words where forms[word] == nil { forms[word] = group.form }
    }
    return forms
  }()

  /// A group is a form and the words for it; `a-b c d` has the form `b`.
  private static func groups(_ source: String) -> [(form: String, words: [String])] {
    source.split(separator: ";").map { group in
      let words = group.split(whereSeparator: \.isWhitespace).map(String.init)
      let form = words[0].split(separator: "-").last.map(String.init) ?? words[0]
      return (form, words.map { $0.contains("-") ? form : $0 })
    }
  }

  private static let states: Set<String> = Set(
    """
    al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt
    va wa wv wi wy dc pr ab bc mb nb nl ns on pe qc sk nsw vic qld tas act nt
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
