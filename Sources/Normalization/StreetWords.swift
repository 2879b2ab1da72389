/// Words of western addresses that are written in many ways, each under one form (USPS Publication 28, appendices B and C, and
/// what Australia and Britain use beside them).
enum StreetWords {
  /// What a word stands for; the word itself when it stands for itself.
  static func fold(_ word: String) -> String { forms[word] ?? word }

  /// Kinds of streets: `st`, `ave`, `blvd`.
  static func isSuffix(_ word: String) -> Bool { suffixForms.contains(fold(word)) }

  /// Kinds of streets that are not also parts of the names of estates and buildings, folded.
  static func isSureSuffix(_ word: String) -> Bool { sure.contains(word) }

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
